/** K35: many more requests than can be answered. */
import { setTimeout as rest } from 'node:timers/promises';
import { percentile, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { countingRead, smallRead } from '../works.ts';

const [seconds, times, connections] = [10, 5, 20];

export const k35: FaultCase = {
  id: 'K35',
  fault: `${times} times as many requests as can be answered, in an open loop, for ${seconds} s`,
  expected:
    'what is too much is refused (503 or 429), 80 % of the capacity is answered in time, and it recovers',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    let answered = 0;
    const until3 = performance.now() + 4000;
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() < until3) {
          await server.ask(countingRead);
          if (performance.now() > until3 - 3000) answered += 1;
        }
      }),
    );
    const capacity = answered / 3;
    // As a balancer has them: connections are there before there is too much.
    for (let opened = 0; opened < 1000; opened += 100)
      await Promise.all(
        Array.from({ length: 100 + opened }, () => server.ask('{ __typename }', {}, { isMany: true })),
      );
    const load = startLoad(capacity * times, () => server.ask(countingRead, {}, { isMany: true }));
    await rest(seconds * 1000);
    const { rssMb } = await server.report();
    const during = load.samples.length;
    const stopped = performance.now();
    const samples = await load.stop();
    const drained = performance.now() - stopped;
    const quick = await until(async () => {
      const at = performance.now();
      return (await server.ask(smallRead)).errors.length === 0 && performance.now() - at < 100;
    });
    const good = samples.filter(({ outcome }) => outcome === 'ok');
    const goodput = good.filter(({ at, ms }) => at + ms < stopped).length / seconds;
    const refused = samples.filter(({ outcome }) => outcome !== 'ok');
    return {
      passed:
        server.isAlive &&
        goodput >= 0.8 * capacity &&
        refused.every(({ outcome }) => ['UNAVAILABLE', 'RATE_LIMITED'].includes(outcome)) &&
        drained + quick < 6000,
      figure: `capacity ${capacity.toFixed(0)}/s, offered ${(capacity * times).toFixed(0)}/s: answered ${goodput.toFixed(0)}/s (${((goodput / capacity) * 100).toFixed(0)} %); ${tally(samples)} (${during} within the time); answers took p50 ${percentile(
        good.map(({ ms }) => ms),
        0.5,
      ).toFixed(0)}, p99 ${percentile(
        good.map(({ ms }) => ms),
        0.99,
      ).toFixed(0)} ms, refusals p50 ${percentile(
        refused.map(({ ms }) => ms),
        0.5,
      ).toFixed(
        0,
      )} ms; ${rssMb.toFixed(0)} MB; normal ${((drained + quick) / 1000).toFixed(1)} s after the end`,
    };
  },
};
