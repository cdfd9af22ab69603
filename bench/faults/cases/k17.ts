/** K17: deadlocks. Mutations take their rows in one order, so the other side of each is a transaction of its own. */
import { setTimeout as rest } from 'node:timers/promises';
import pg from 'pg';
import { encodeId } from '../../../dist/src/platform/graphql/node.js';
import type { FaultCase } from '../case.ts';
import { tally } from '../load.ts';

const [deadlocks, atOnce] = [40, 8];
const reorder =
  'mutation Reorder($eventId: ID!, $ids: [ID!]!) { reorderSessions(eventId: $eventId, ids: $ids) { event { id } } }';

export const k17: FaultCase = {
  id: 'K17',
  fault: `${deadlocks} deadlocks between a mutation of two rows and another transaction that took them in the other order`,
  expected:
    'PostgreSQL ends the mutation’s transaction, which is tried again and succeeds; never INTERNAL_SERVER_ERROR',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    const pairs = await database.sql<{ event_id: string; ids: string[] }>(
      `SELECT event_id, (array_agg(id ORDER BY id))[1:2] AS ids FROM sessions GROUP BY event_id LIMIT ${deadlocks}`,
    );
    const provoke = async ({ event_id: event, ids }: (typeof pairs)[number]) => {
      const other = new pg.Client({ connectionString: database.url });
      await other.connect();
      try {
        // The mutation is to find the deadlock, not this.
        await other.query(`SET deadlock_timeout = '60s'`);
        await other.query('BEGIN');
        await other.query('SELECT FROM sessions WHERE id = $1 FOR UPDATE', [ids[1]]);
        const asked = server.ask(
          reorder,
          { eventId: encodeId('Event', event), ids: ids.map((id) => encodeId('Session', id)) },
          { token: stage.world.token },
        );
        await rest(200);
        await other.query('SELECT FROM sessions WHERE id = $1 FOR UPDATE', [ids[0]]);
        await other.query('COMMIT');
        return { outcome: String((await asked).errors[0]?.extensions.code ?? 'ok') };
      } finally {
        await other.end();
      }
    };
    const outcomes: { outcome: string }[] = [];
    for (let from = 0; from < pairs.length; from += atOnce)
      outcomes.push(...(await Promise.all(pairs.slice(from, from + atOnce).map(provoke))));
    const [{ found }] = await database.sql(
      'SELECT deadlocks::int AS found FROM pg_stat_database WHERE datname = current_database()',
    );
    return {
      passed:
        found >= deadlocks * 0.9 && outcomes.every(({ outcome }) => ['ok', 'CONFLICT'].includes(outcome)),
      figure: `PostgreSQL counted ${found} deadlocks; the mutations: ${tally(outcomes)}`,
    };
  },
};
