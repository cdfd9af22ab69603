/** K20: callers who leave in the middle of a mutation. */
import { setTimeout as rest } from 'node:timers/promises';
import { until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { createRoom } from '../works.ts';

const [callers, atOnce] = [500, 50];

export const k20: FaultCase = {
  id: 'K20',
  fault: `${callers} callers hang up in the middle of a mutation, at random moments`,
  expected: 'what was begun is done, and a second later no transaction is open and no connection is lost',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    let [left, answered] = [0, 0];
    for (let from = 0; from < callers; from += atOnce) {
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          const patience = new AbortController();
          setTimeout(() => patience.abort(), Math.random() * 250);
          await server
            .ask(
              createRoom,
              { input: { eventId: stage.world.eventId, name: 'Room' } },
              { token: stage.world.token, signal: patience.signal },
            )
            .then(
              () => (answered += 1),
              () => (left += 1),
            );
        }),
      );
    }
    const waitingNow = async () =>
      Number(
        /^convoke_database_waiting (\d+)/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1],
      );
    const done = await until(async () => (await waitingNow()) === 0, 20_000);
    await rest(1000);
    const open = await database.count(
      `pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`,
    );
    const held = await database.count(
      `pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND l.mode = 'RowExclusiveLock'`,
    );
    const waiting = await waitingNow();
    return {
      passed: open === 0 && held === 0 && waiting === 0 && left > 0,
      figure: `${left} left, ${answered} were answered before; what they had begun was done ${(done / 1000).toFixed(1)} s after the last; transactions open: ${open}; locks held: ${held}; requests waiting for a connection: ${waiting}`,
    };
  },
};
