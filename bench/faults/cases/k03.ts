/** K03: a second signal. */
import { setTimeout as rest } from 'node:timers/promises';
import { startMailServer } from '../../mail-server.ts';
import { spread, until } from '../case.ts';
import type { FaultCase } from '../case.ts';

const rounds = 5;

export const k03: FaultCase = {
  id: 'K03',
  fault: 'a second signal, 1.2 s after the first, while a job still runs',
  expected: 'the end there and then, with code 1',
  async run(stage) {
    const smtp = await startMailServer(600_000);
    const database = await stage.database();
    const [seconds, codes]: [number[], (number | null)[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const server = await stage.server(database, { env: { SMTP_URL: smtp.url } });
      const before = smtp.arrived.size;
      await database.queueMails(1);
      await until(async () => smtp.arrived.size > before);
      server.child.kill(round % 2 === 0 ? 'SIGTERM' : 'SIGINT');
      await rest(1200);
      const ended = await server.end('SIGTERM');
      seconds.push(ended.seconds);
      codes.push(ended.code);
    }
    smtp.close();
    return {
      passed: codes.every((code) => code === 1) && Math.max(...seconds) < 0.5,
      figure: `seconds from the second signal to the end: ${spread(seconds, 's')}; exit codes ${[...new Set(codes)]}`,
    };
  },
};
