/** K01: the end of a server that is at work. */
import { setTimeout as rest } from 'node:timers/promises';
import { startMailServer } from '../../mail-server.ts';
import { spread, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import type { Load, Sample } from '../load.ts';
import type { Server } from '../server.ts';
import { subscribe } from '../sockets.ts';
import { createRoom, smallRead } from '../works.ts';

const [rounds, sockets, jobs] = [3, 100, 8];

export const k01: FaultCase = {
  id: 'K01',
  fault: `SIGTERM under 200 requests a second (by a balancer that asks /ready every half second), ${sockets} sockets and ${jobs} running jobs`,
  expected: 'no request fails, sockets are closed with 1012, jobs end or go back, exit code 0',
  async run(stage) {
    const [seconds, failed, lost, codes, exits]: [
      number[],
      string[],
      number[],
      Set<number>,
      Set<number | null>,
    ] = [[], [], [], new Set(), new Set()];
    for (let round = 0; round < rounds; round += 1) {
      const smtp = await startMailServer(1500);
      const database = await stage.database();
      const server = await stage.server(database, { env: { SMTP_URL: smtp.url } });
      const opened = await Promise.all(
        Array.from({ length: sockets }, () =>
          subscribe(server.url, `subscription { eventChanged(eventId: "${stage.world.eventId}") { kind } }`),
        ),
      );
      const input = { eventId: stage.world.eventId, name: 'Room' };
      const load = startLoad(200, (index) =>
        index % 10 === 0
          ? server.ask(createRoom, { input }, { token: stage.world.token })
          : server.ask(smallRead),
      );
      await rest(1000);
      await database.queueMails(jobs);
      await until(async () => smtp.arrived.size === jobs);
      const ended = server.end('SIGTERM');
      const asked = asBalancer(server, load);
      for (const socket of opened) codes.add(await socket.closed);
      const { code, seconds: took } = await ended;
      const bad = (await asked).filter(({ outcome }) => outcome !== 'ok');
      if (bad.length > 0) failed.push(tally(bad));
      seconds.push(took);
      exits.add(code);
      lost.push(jobs - (await database.count(`jobs WHERE status IN ('WAITING', 'COMPLETED')`)));
      smtp.close();
    }
    const lostInAll = lost.reduce((sum, one) => sum + one, 0);
    return {
      passed:
        failed.length === 0 &&
        lostInAll === 0 &&
        [...codes].every((code) => code === 1012) &&
        [...exits].every((code) => code === 0),
      figure: `requests that failed: ${failed.join('; ') || 0}; sockets closed with ${[...codes]}; jobs lost: ${lostInAll}; exit code ${[...exits]}; seconds to the end: ${spread(seconds, 's')}`,
    };
  },
};

/** Sends requests until /ready is 503, as a balancer would; what became of all. */
async function asBalancer(server: Server, load: Load): Promise<readonly Sample[]> {
  while ((await server.status('/ready')) === 200) await rest(500);
  return load.stop();
}
