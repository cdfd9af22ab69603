/** K05: kill -9 in the middle of mutations. */
import { setTimeout as rest } from 'node:timers/promises';
import type { FaultCase } from '../case.ts';

const [kills, writers] = [10, 20];
const createEvent =
  'mutation Create($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }';

export const k05: FaultCase = {
  id: 'K05',
  fault: `kill -9 while ${writers} writers make events, ${kills} times at random moments`,
  expected: 'whatever was answered is there; no event lacks its owner, its activity or its notice',
  async run(stage) {
    const database = await stage.database();
    const before = await database.count('events');
    let answered = 0;
    let cut = 0;
    const names: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const server = await stage.server(database, { words: ['start', '--no-demo', '--no-worker'] });
      const write = async (writer: number): Promise<void> => {
        for (let number = 0; ; number += 1) {
          const name = `K05 ${kill} ${writer} ${number}`;
          const input = {
            name,
            startsAt: '2027-03-01T09:00:00Z',
            endsAt: '2027-03-02T18:00:00Z',
            timezone: 'UTC',
          };
          const { errors } = await server.ask(createEvent, { input }, { token: stage.world.token });
          if (errors.length > 0) throw new Error(errors[0]!.message);
          answered += 1;
          names.push(name);
        }
      };
      const writing = Array.from({ length: writers }, (_, writer) =>
        write(writer).catch(() => void (cut += 1)),
      );
      await rest(150 + Math.random() * 400);
      await server.end('SIGKILL');
      await Promise.all(writing);
    }
    // What was on its way is decided when PostgreSQL has ended its connections.
    await rest(1000);
    const made = (await database.count('events')) - before;
    const [{ missing }] = await database.sql(
      'SELECT count(*)::int AS missing FROM unnest($1::text[]) n WHERE NOT EXISTS (SELECT FROM events e WHERE e.name = n)',
      [names],
    );
    const half = await database.count(
      `events e WHERE e.name LIKE 'K05 %' AND NOT (
         (SELECT count(*) FROM event_members m WHERE m.event_id = e.id AND m.role = 'OWNER') = 1
         AND (SELECT count(*) FROM activities a WHERE a.object_id = e.id AND a.action = 'CREATE') = 1)`,
    );
    const twice = await database.count(
      `(SELECT name FROM events WHERE name LIKE 'K05 %' GROUP BY name HAVING count(*) > 1) t`,
    );
    return {
      passed: missing === 0 && half === 0 && twice === 0 && answered > 0,
      figure: `${answered} answered, ${cut} cut off, ${made} made; answered and missing: ${missing}; half written: ${half}; made twice: ${twice}`,
    };
  },
};
