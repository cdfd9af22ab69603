/** K09: PostgreSQL is stopped in immediate mode and started again under load. */
import { setTimeout as rest } from 'node:timers/promises';
import { spread, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { createRoom, smallRead } from '../works.ts';

const restarts = 5;

export const k09: FaultCase = {
  id: 'K09',
  fault: `PostgreSQL restarted in immediate mode under 200 requests a second, ${restarts} times`,
  expected: 'the process lives, every error is UNAVAILABLE, and it recovers by itself',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    const input = { eventId: stage.world.eventId, name: 'Room' };
    const load = startLoad(200, (index) =>
      index % 10 === 0
        ? server.ask(createRoom, { input }, { token: stage.world.token })
        : server.ask(smallRead),
    );
    const recoveries: number[] = [];
    for (let restart = 0; restart < restarts; restart += 1) {
      await rest(1000);
      await stage.postgres.restart(300);
      const isBack = performance.now();
      await until(async () => load.samples.some(({ at, outcome }) => at > isBack && outcome === 'ok'));
      const first = load.samples
        .filter(({ at, outcome }) => at > isBack && outcome === 'ok')
        .map(({ at, ms }) => at + ms);
      recoveries.push(Math.min(...first) - isBack);
    }
    // Those that leave now are answered, all of them.
    const settled = await until(async () => {
      const recent = load.samples.filter(({ at }) => at > performance.now() - 1000);
      return recent.length > 50 && recent.every(({ outcome }) => outcome === 'ok');
    });
    const samples = await load.stop();
    const bad = samples.filter(({ outcome }) => outcome !== 'ok');
    return {
      passed:
        server.isAlive &&
        bad.every(({ outcome }) => outcome === 'UNAVAILABLE') &&
        (await until(async () => (await server.status('/ready')) === 200)) >= 0,
      figure: `of ${samples.length} requests: ${tally(samples)}; from PostgreSQL ready to the first success: ${spread(recoveries, 'ms')}; no failure any more from ${(settled / 1000).toFixed(1)} s after that on`,
    };
  },
};
