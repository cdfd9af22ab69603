/** K19: optimistic locking. */
import { spread } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { makeRooms } from '../rooms.ts';
import { updateRoom } from '../works.ts';

const [rounds, writers] = [5, 50];

export const k19: FaultCase = {
  id: 'K19',
  fault: `${writers} changes of a row that name the same version, at once, ${rounds} times`,
  expected: 'one succeeds, the others are CONFLICT, and the row has what the one said',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    const rooms = await makeRooms(server, stage.world, rounds);
    const [successes, conflicts]: [number[], number[]] = [[], []];
    let overwritten = 0;
    for (const id of rooms) {
      const answers = await Promise.all(
        Array.from({ length: writers }, (_, writer) =>
          server.ask(
            updateRoom,
            { id, input: { name: `By ${writer}`, version: 1 } },
            { token: stage.world.token },
          ),
        ),
      );
      const done = answers.filter(({ errors }) => errors.length === 0);
      successes.push(done.length);
      conflicts.push(answers.filter(({ errors }) => errors[0]?.extensions.code === 'CONFLICT').length);
      const { data } = await server.ask(
        'query Room($id: ID!) { node(id: $id) { ... on Room { name version } } }',
        { id },
        { token: stage.world.token },
      );
      if (data.node.name !== done[0]?.data.updateRoom.room.name || data.node.version !== 2) overwritten += 1;
    }
    return {
      passed:
        successes.every((count) => count === 1) &&
        conflicts.every((count) => count === writers - 1) &&
        overwritten === 0,
      figure: `successes: ${spread(successes, 'in each round')}; conflicts: ${spread(conflicts, 'in each round')}; rows with something else: ${overwritten}`,
    };
  },
};
