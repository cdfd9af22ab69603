/** K18: many who change one row, and none of whose changes may be lost. */
import type { FaultCase } from '../case.ts';
import { makeRooms } from '../rooms.ts';
import { updateRoom } from '../works.ts';

const [writers, each] = [50, 10];

export const k18: FaultCase = {
  id: 'K18',
  fault: `${writers} writers change one row ${each} times each, at once`,
  expected: 'every change that was answered is counted by the row’s version, and none twice',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    const [id] = await makeRooms(server, stage.world, 1);
    let [done, refused] = [0, 0];
    const began = performance.now();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let time = 0; time < each; time += 1) {
          const { errors } = await server.ask(
            updateRoom,
            { id, input: { name: `By ${writer}, ${time}` } },
            { token: stage.world.token },
          );
          if (errors.length === 0) done += 1;
          else refused += 1;
        }
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    const [{ version }] = await database.sql('SELECT version FROM rooms');
    const told = await database.count(`activities WHERE action = 'UPDATE' AND object_type = 'Room'`);
    return {
      passed: version === done + 1 && told === done && refused === 0,
      figure: `${done} changes, ${refused} refused, in ${seconds.toFixed(1)} s; lost updates: ${done + 1 - version}; activities: ${told}`,
    };
  },
};
