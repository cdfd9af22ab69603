/** K13: the database may only be read, as on a standby. */
import { setTimeout as rest } from 'node:timers/promises';
import type { FaultCase } from '../case.ts';
import { createRoom, smallRead } from '../works.ts';

export const k13: FaultCase = {
  id: 'K13',
  fault: 'the database turns read-only (default_transaction_read_only), as after a failover to a standby',
  expected:
    'reads go on, signed in too; writes are UNAVAILABLE and leave nothing; all is well when it can be written again',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    const [{ name }] = await database.sql('SELECT current_database() AS name');
    const turn = async (value: 'on' | 'off') => {
      await database.sql(
        `BEGIN READ WRITE; ALTER DATABASE ${name} SET default_transaction_read_only = ${value}; COMMIT`,
      );
      await database.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
        [name],
      );
      // They end in their own time.
      await rest(500);
    };
    const { token } = stage.world;
    const input = { eventId: stage.world.eventId, name: 'Room' };
    await turn('on');
    // The first request after the cut may meet a dead connection.
    await server.ask(smallRead);
    const reads = [
      await server.ask(smallRead),
      await server.ask('{ viewer { id } events(first: 3) { nodes { id name } } }', {}, { token }),
    ];
    const writes = await Promise.all(
      Array.from({ length: 5 }, () => server.ask(createRoom, { input }, { token })),
    );
    const left = await database.count('rooms');
    await turn('off');
    await server.ask(smallRead);
    const again = await server.ask(createRoom, { input }, { token });
    const codes = new Set(writes.map(({ errors }) => errors[0]?.extensions.code ?? 'ok'));
    return {
      passed:
        server.isAlive &&
        reads.every(({ errors }) => errors.length === 0) &&
        [...codes].join() === 'UNAVAILABLE' &&
        left === 0 &&
        again.errors.length === 0,
      figure: `reads: ${reads.map(({ errors }) => errors[0]?.extensions.code ?? 'ok')}; writes: ${[...codes]}; rows left: ${left}; afterwards: ${again.errors[0]?.extensions.code ?? 'ok'}`,
    };
  },
};
