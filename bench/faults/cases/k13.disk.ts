/** K13, the disk: there is no room for the database. */
import { chownSync, statSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { FaultCase } from '../case.ts';
import { createRoom, smallRead } from '../works.ts';

const writes = 300;
/** What is left to the database before it is filled. */
const spareMegabytes = 8;

export const k13Disk: FaultCase = {
  id: 'K13b',
  fault: `the disk of the database is full under ${writes} mutations`,
  expected: 'what needs room is UNAVAILABLE and leaves nothing, reads go on; all is well once there is room',
  async run(stage) {
    const database = await stage.database();
    const name = new URL(database.url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: stage.postgres.url });
    await admin.connect();
    stage.defer(() => admin.end());
    const [{ bytes }] = (await admin.query<{ bytes: string }>('SELECT pg_database_size($1) AS bytes', [name]))
      .rows;
    const disk = stage.smallDisk(Math.ceil(Number(bytes) / 1_048_576) + spareMegabytes);
    const owner = statSync(path.join(stage.folder, 'postgres', 'cluster'));
    chownSync(disk, owner.uid, owner.gid);
    await admin.query(`CREATE TABLESPACE small LOCATION '${disk}'`);
    await admin.query(`ALTER DATABASE ${name} SET TABLESPACE small`);
    stage.defer(async () => {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.query('DROP TABLESPACE small');
    });

    const server = await stage.server(database);
    const { token } = stage.world;
    const add = (at: number) =>
      server.ask(createRoom, { input: { eventId: stage.world.eventId, name: `Room ${at}` } }, { token });
    const before = await add(-1);
    await database.sql('CREATE TABLE filler (text text); ALTER TABLE filler ALTER text SET STORAGE PLAIN');
    for (const rows of [1000, 10, 1]) {
      for (let isFull = false; !isFull;) {
        isFull = await database
          .sql(`INSERT INTO filler SELECT repeat('x', 8000) FROM generate_series(1, ${rows})`)
          .then(
            () => false,
            ({ code }) => code === '53100',
          );
      }
    }
    const codes: string[] = [];
    for (let at = 0; at < writes; at += 1) codes.push((await add(at)).errors[0]?.extensions.code ?? 'ok');
    const reads = [
      await server.ask(smallRead),
      await server.ask('{ viewer { id } events(first: 3) { nodes { id name } } }', {}, { token }),
    ];
    const kept = await database.count("rooms WHERE name LIKE 'Room %'");
    await database.sql('DROP TABLE filler');
    const again = await add(writes);
    const done = codes.filter((code) => code === 'ok').length;
    const others = [...new Set(codes.filter((code) => code !== 'ok'))].join();
    const told = (answers: typeof reads) =>
      answers.map(({ errors }) => errors[0]?.extensions.code ?? 'ok').join();
    return {
      passed:
        server.isAlive &&
        told([before, again, ...reads]) === 'ok,ok,ok,ok' &&
        others === 'UNAVAILABLE' &&
        kept === done + 1,
      figure: `${done} mutations found room in pages that were there, ${writes - done} were ${others}; ${kept} rows; reads: ${told(reads)}; with room again: ${told([again])}`,
    };
  },
};
