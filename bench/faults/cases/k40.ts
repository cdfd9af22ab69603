/** K40: migrations, by several at once, beside a server that serves, and one that fails in the middle. */
import { setTimeout as rest } from 'node:timers/promises';
import type { FaultCase } from '../case.ts';
import { startLoad, tally } from '../load.ts';
import { createRoom, smallRead } from '../works.ts';

const processes = 3;

export const k40: FaultCase = {
  id: 'K40',
  fault: `${processes} processes migrate an empty database at once; then two migrate one that a server works on under 100 requests a second; one of the middle fails`,
  expected:
    'all succeed, each migration runs once; no request fails; the one that fails says so, leaves nothing, and succeeds when the cause is gone',
  async run(stage) {
    const said: string[] = [];
    const migrateAt = async (database: { readonly url: string }, count: number) => {
      const began = performance.now();
      const ends = await Promise.all(
        Array.from({ length: count }, async () => {
          const server = await stage.server(database, { words: ['migrate'], waits: false });
          await new Promise((resolve) =>
            server.isAlive ? server.child.once('close', resolve) : resolve(null),
          );
          said.push(...server.log);
          return server.child.exitCode;
        }),
      );
      return { ends, seconds: (performance.now() - began) / 1000 };
    };
    const empty = await stage.emptyDatabase();
    const first = await migrateAt(empty, processes);
    const [{ names, rows }] = await empty.sql(
      'SELECT count(DISTINCT name)::int AS names, count(*)::int AS rows FROM migrations',
    );
    const database = await stage.database();
    const server = await stage.server(database);
    const input = { eventId: stage.world.eventId, name: 'Room' };
    const load = startLoad(100, (index) =>
      index % 10 === 0
        ? server.ask(createRoom, { input }, { token: stage.world.token })
        : server.ask(smallRead),
    );
    await rest(500);
    const second = await migrateAt(database, 2);
    const samples = await load.stop();

    const broken = await stage.emptyDatabase();
    await broken.sql('CREATE TABLE tasks (id int)');
    said.length = 0;
    const failed = await migrateAt(broken, 1);
    const isTold = said.some((line) => line.includes('"tasks" already exists'));
    const left = await broken.count(
      "pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename NOT IN ('tasks', 'migrations')",
    );
    await broken.sql('DROP TABLE tasks');
    const mended = await migrateAt(broken, 1);
    return {
      passed:
        failed.ends[0] === 1 &&
        isTold &&
        left === 0 &&
        mended.ends[0] === 0 &&
        [...first.ends, ...second.ends].every((code) => code === 0) &&
        names === rows &&
        names > 0 &&
        samples.every(({ outcome }) => outcome === 'ok'),
      figure: `exit codes ${[...first.ends, ...second.ends]}; ${names} migrations, ${rows} rows of them, in ${first.seconds.toFixed(1)} s; beside the server: ${tally(samples)}; the one that fails: ${failed.ends}, ${isTold ? 'says why' : 'does not say why'}, ${left} tables left, afterwards ${mended.ends}`,
    };
  },
};
