/** K45: PostgreSQL falls silent: no answer, no reset, as when a cable is pulled or a firewall forgets connections. */
import { setTimeout as rest } from 'node:timers/promises';
import { percentile, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { createRoom, smallRead } from '../works.ts';

const limit = 3000;

export const k45: FaultCase = {
  id: 'K45',
  fault: `PostgreSQL falls silent for 15 s under 50 requests a second, a fifth of them writes; STATEMENT_TIMEOUT_MS=${limit}`,
  expected:
    'every request is answered within the statement timeout and 10 s, /ready is 503; it recovers by itself',
  async run(stage) {
    const database = await stage.database();
    const { proxy, url } = await stage.proxied(database.url);
    const server = await stage.server({ url }, { env: { STATEMENT_TIMEOUT_MS: String(limit) } });
    const input = { eventId: stage.world.eventId, name: 'Room' };
    const load = startLoad(50, (index) =>
      index % 5 === 0
        ? server.ask(createRoom, { input }, { token: stage.world.token })
        : server.ask(smallRead),
    );
    await rest(1000);
    proxy.isSilent = true;
    const silent = performance.now();
    await rest(14_000);
    const ready = await server.status('/ready');
    await rest(1000);
    proxy.isSilent = false;
    const back = performance.now();
    const recovered = await until(
      async () => load.samples.some(({ at, outcome }) => at > back && outcome === 'ok'),
      60_000,
    );
    await rest(2000);
    const all = await Promise.race([load.stop(), rest(40_000, null)]);
    const samples = load.samples.filter(({ at }) => at > silent && at < back);
    const worst = percentile(
      samples.map(({ ms }) => ms),
      1,
    );
    return {
      passed:
        all !== null &&
        worst < limit + 10_000 &&
        ready === 503 &&
        samples.every(({ outcome }) => ['ok', 'UNAVAILABLE'].includes(outcome)),
      figure: `${all ? '' : 'some were never answered; '}${tally(samples)}; the longest took ${(worst / 1000).toFixed(1)} s; /ready ${ready}; a success ${(recovered / 1000).toFixed(1)} s after its return`,
    };
  },
};
