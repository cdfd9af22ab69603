/** K16: two who change one row, one of whom does not let go. */
import { spread } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { tally } from '../load.ts';
import { makeRooms } from '../rooms.ts';
import { updateRoom } from '../works.ts';

const [rows, limit] = [5, 10_000];

export const k16: FaultCase = {
  id: 'K16',
  fault: `mutations of ${rows} rows that another transaction holds for longer than lock_timeout (${limit / 1000} s)`,
  expected: 'CONFLICT at the limit; they succeed when the rows are free',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    const rooms = await makeRooms(server, stage.world, rows);
    const held = await database.hold('SELECT FROM rooms FOR UPDATE');
    const update = (id: string) =>
      server.ask(updateRoom, { id, input: { name: 'Other' } }, { token: stage.world.token });
    const waited = await Promise.all(
      rooms.map(async (id) => {
        const began = performance.now();
        const { errors } = await update(id);
        return { ms: performance.now() - began, outcome: String(errors[0]?.extensions.code ?? 'ok') };
      }),
    );
    await held.letGo();
    const after = await Promise.all(rooms.map(update));
    return {
      passed:
        waited.every(({ outcome, ms }) => outcome === 'CONFLICT' && ms < limit + 500) &&
        after.every(({ errors }) => errors.length === 0),
      figure: `${tally(waited)} after ${spread(
        waited.map(({ ms }) => ms),
        'ms',
      )}; afterwards ${after.filter(({ errors }) => errors.length === 0).length} of ${rows} succeed`,
    };
  },
};
