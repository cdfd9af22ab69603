/** K24: Redis is slow. */
import { setTimeout as rest } from 'node:timers/promises';
import { percentile } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { startRedis } from '../redis.ts';
import { createRoom } from '../works.ts';

const delayMs = 200;

export const k24: FaultCase = {
  id: 'K24',
  fault: `Redis slow: ${delayMs} ms each way, under 20 mutations a second`,
  expected: 'mutations take no longer, since none asks Redis',
  async run(stage) {
    const redis = await startRedis(stage);
    const { proxy, url } = await stage.proxied(redis.url);
    const database = await stage.database();
    const server = await stage.server(database, { env: { REDIS_URL: url } });
    const input = { eventId: stage.world.eventId, name: 'Room' };
    const measure = async (ms: number) => {
      const load = startLoad(20, () => server.ask(createRoom, { input }, { token: stage.world.token }));
      await rest(ms);
      return load.stop();
    };
    await measure(1500);
    const before = await measure(4000);
    proxy.delayMs = delayMs;
    const during = await measure(4000);
    const at = (share: number, samples: typeof before) =>
      percentile(
        samples.map(({ ms }) => ms),
        share,
      );
    return {
      passed: during.every(({ outcome }) => outcome === 'ok') && at(0.5, during) < at(0.5, before) + 50,
      figure: `mutations: ${tally(during)}; median ${at(0.5, before).toFixed(0)} ms before, ${at(0.5, during).toFixed(0)} ms during`,
    };
  },
};
