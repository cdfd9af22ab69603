/** K23: Redis is away while people work. */
import { setTimeout as rest } from 'node:timers/promises';
import { startMailServer } from '../../mail-server.ts';
import { percentile, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { startRedis } from '../redis.ts';
import { createRoom } from '../works.ts';

const [seconds, mails] = [10, 40];

export const k23: FaultCase = {
  id: 'K23',
  fault: `Redis away for ${seconds} s under 20 mutations a second, with ${mails} mails queued meanwhile`,
  expected: 'no mutation fails or waits for Redis, /ready says so with 503, the mails go out afterwards',
  async run(stage) {
    const redis = await startRedis(stage);
    const smtp = await startMailServer(20);
    const database = await stage.database();
    const server = await stage.server(database, { env: { SMTP_URL: smtp.url, REDIS_URL: redis.url } });
    const input = { eventId: stage.world.eventId, name: 'Room' };
    const write = () => startLoad(20, () => server.ask(createRoom, { input }, { token: stage.world.token }));
    const warm = write();
    await rest(1500);
    await warm.stop();
    const usual = write();
    await rest(4000);
    const before = await usual.stop();
    await redis.kill();
    const load = write();
    await database.queueMails(mails);
    await rest(seconds * 1000);
    const ready = await server.status('/ready');
    const during = await load.stop();
    await redis.start();
    const drained = await until(async () => smtp.arrived.size === mails, 60_000, 50).catch(() => NaN);
    smtp.close();
    const at = (share: number, samples: typeof before) =>
      percentile(
        samples.map(({ ms }) => ms),
        share,
      );
    return {
      passed:
        server.isAlive &&
        during.every(({ outcome }) => outcome === 'ok') &&
        at(0.5, during) < at(0.5, before) + 50 &&
        at(1, during) < 1000 &&
        smtp.arrived.size === mails &&
        ready === 503,
      figure: `mutations: ${tally(during)}, median ${at(0.5, before).toFixed(0)} ms before, ${at(0.5, during).toFixed(0)} ms during, worst ${at(1, during).toFixed(0)} ms; /ready ${ready}; ${smtp.arrived.size} of ${mails} mails sent ${(drained / 1000).toFixed(1)} s after its return`,
    };
  },
};
