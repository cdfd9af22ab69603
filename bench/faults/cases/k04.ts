/** K04: what a balancer sees at the start and at the end. */
import { setTimeout as rest } from 'node:timers/promises';
import { spread } from '../case.ts';
import type { FaultCase } from '../case.ts';

const rounds = 5;

export const k04: FaultCase = {
  id: 'K04',
  fault: 'the start, and SIGTERM, as seen by probes on connections of their own',
  expected:
    '/ready is never 200 before the server can serve; from SIGTERM on it is 503 while /health is 200, for at least half a second',
  async run(stage) {
    const database = await stage.database();
    const [firstMs, lastingMs, starts]: [number[], number[], string[]] = [[], [], []];
    let isWell = true;
    for (let round = 0; round < rounds; round += 1) {
      const server = await stage.server(database, { waits: false });
      const began = performance.now();
      const seen = new Set<number | null>();
      for (let status: number | null = null; status !== 200; await rest(10))
        seen.add((status = await server.status('/ready')));
      starts.push(((performance.now() - began) / 1000).toFixed(1));
      if ([...seen].some((status) => status !== null && status !== 200 && status !== 503)) isWell = false;
      const signalled = performance.now();
      const ended = server.end('SIGTERM');
      let [first, last] = [0, 0];
      for (;;) {
        const [ready, health] = [await server.status('/ready'), await server.status('/health')];
        const now = performance.now() - signalled;
        if (ready === null || health === null) break;
        if (health !== 200 || (ready === 200 && now > 200)) isWell = false;
        if (ready === 503) [first, last] = [first || now, now];
        await rest(5);
      }
      if (last - first < 500 || (await ended).code !== 0) isWell = false;
      if (first > 0) firstMs.push(first);
      lastingMs.push(last - first);
    }
    return {
      passed: isWell && firstMs.length === rounds,
      figure: `from SIGTERM to the first 503: ${spread(firstMs, 'ms')}; 503 was to be seen for ${spread(
        lastingMs.map((ms) => -ms),
        'ms',
      ).replaceAll('-', '')}; ready after ${starts.join(', ')} s`,
    };
  },
};
