/** K12: what a failover looks like: every connection is cut while the server is up. */
import { setTimeout as rest } from 'node:timers/promises';
import { spread, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad } from '../load.ts';
import { smallRead } from '../works.ts';

const cuts = 5;
/** Connections of the pool, lines beside it, and statements that may be on their way on each of those. */
const [pool, lines, onALine] = [10, 2, 16];
const most = pool + lines * onALine;

export const k12: FaultCase = {
  id: 'K12',
  fault: `every connection to PostgreSQL reset under 200 requests a second, ${cuts} times`,
  expected: `connections that are dead are dropped: a cut costs no more than what was on its way: at most ${pool} and ${onALine} on each of the ${lines} lines`,
  async run(stage) {
    const database = await stage.database();
    const { proxy, url } = await stage.proxied(database.url);
    const server = await stage.server({ url });
    const load = startLoad(200, () => server.ask(smallRead));
    const [errors, recoveries]: [number[], number[]] = [[], []];
    for (let cut = 0; cut < cuts; cut += 1) {
      await rest(1000);
      const before = load.samples.filter(({ outcome }) => outcome !== 'ok').length;
      const at = performance.now();
      proxy.cut();
      recoveries.push(
        await until(async () => load.samples.some((sample) => sample.at > at && sample.outcome === 'ok')),
      );
      await rest(500);
      errors.push(load.samples.filter(({ outcome }) => outcome !== 'ok').length - before);
    }
    const samples = await load.stop();
    return {
      passed:
        server.isAlive &&
        errors.every((count) => count <= most) &&
        samples.every(({ outcome }) => ['ok', 'UNAVAILABLE'].includes(outcome)),
      figure: `errors at a cut: ${spread(errors, 'requests')}; to the next success: ${spread(recoveries, 'ms')}`,
    };
  },
};
