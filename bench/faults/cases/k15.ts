/** K15: a statement that takes too long. */
import { spread } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { tally } from '../load.ts';
import { smallRead } from '../works.ts';

const [limit, times] = [1000, 10];

export const k15: FaultCase = {
  id: 'K15',
  fault: `${times} reads that wait for a lock, one after the other, with STATEMENT_TIMEOUT_MS=${limit}`,
  expected: 'LIMIT_EXCEEDED at the limit; the connection serves again at once',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database, {
      env: { STATEMENT_TIMEOUT_MS: String(limit), POOL_SIZE: '2' },
    });
    const held = await database.hold('LOCK TABLE rooms');
    const [over, seen, next]: [number[], { outcome: string }[], number[]] = [[], [], []];
    for (let time = 0; time < times; time += 1) {
      const began = performance.now();
      const { errors } = await server.ask(
        `{ event(id: "${stage.world.eventId}") { id rooms { nodes { id name } } } }`,
      );
      over.push(performance.now() - began - limit);
      seen.push({ outcome: String(errors[0]?.extensions.code ?? 'ok') });
      const at = performance.now();
      await server.ask(smallRead);
      next.push(performance.now() - at);
    }
    await held.letGo();
    return {
      passed:
        seen.every(({ outcome }) => outcome === 'LIMIT_EXCEEDED') &&
        Math.max(...over) < 500 &&
        Math.max(...next) < 500,
      figure: `${tally(seen)}; over the limit by ${spread(over, 'ms')}; the next read on the only connection took ${spread(next, 'ms')}`,
    };
  },
};
