/** Lists of tasks in the same number of SQL statements, whether there are ten of them or ten thousand, with three results each. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let researcher: Person;
let open: string;
let closed: string;
let organizations: string[];

beforeAll(async () => {
  server = await startServer();
  researcher = await createPerson(server);
  organizations = [];
  for (const name of ['Alpha', 'Beta', 'Gamma']) organizations.push(await createOrganization(server, name));
  open = await createCollaboration(server, 'Open', organizations);
  closed = await createCollaboration(server, 'Closed', organizations.slice(1));
  await holdRole(server, researcher, 'Researcher', organizations[0]);
});
afterAll(() => server.close());

/** Makes there be so many tasks of the collaboration that the researcher sees, and as many again of one that they do not. */
async function fill(most: number): Promise<void> {
  for (const [collaboration, first] of [
    [open, 1],
    [closed, 1_000_001],
  ] as const) {
    const [{ n }] = await server.sql('SELECT count(*)::int AS n FROM tasks WHERE collaboration_id = $1', [
      collaboration,
    ]);
    await server.sql(
      `WITH made AS (INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id, status, created_at)
         SELECT gen_random_uuid(), 'task ' || n, 'i', n, $1, $2, CASE n % 2 WHEN 0 THEN 'PENDING' ELSE 'COMPLETED' END, now() - make_interval(secs => n) FROM generate_series($3::int, $4::int) n RETURNING id, status)
       INSERT INTO results (id, task_id, organization_id, status, deadline_at) SELECT gen_random_uuid(), m.id, o, m.status, now() + interval '1 day' FROM made m, unnest($5::uuid[]) o`,
      [collaboration, organizations[1], first + n, first + most - 1, organizations],
    );
  }
  await server.sql('ANALYZE');
}

const fields =
  '{ totalCount pageInfo { endCursor hasNextPage } nodes { id jobId status initiator { name } results(first: 3) { totalCount nodes { status organization { name } } } } }';
const page = `query ($after: String, $filter: TaskFilter) { tasks(first: 5, after: $after, filter: $filter) ${fields} }`;

/** Lists, filters and pages; how many statements each request took, and what it counted. */
async function look(): Promise<{ statements: number[]; totals: number[]; jobs: number[][] }> {
  const told = { statements: [] as number[], totals: [] as number[], jobs: [] as number[][] };
  const ask = async (variables: Record<string, unknown>) => {
    let answer: any;
    const seen = await server.statements(
      async () => (answer = await server.ask(page, variables, researcher)),
    );
    expect(answer.errors).toBeUndefined();
    expect(seen.slice(2)).toEqual([]);
    told.statements.push(seen.length);
    told.totals.push(answer.data.tasks.totalCount);
    told.jobs.push(answer.data.tasks.nodes.map(({ jobId }: any) => jobId));
    for (const { results, status } of answer.data.tasks.nodes)
      expect([results.totalCount, results.nodes.map((one: any) => one.status)]).toEqual([
        3,
        [status, status, status],
      ]);
    return answer.data.tasks.pageInfo.endCursor as string;
  };
  const after = await ask({});
  await ask({ after });
  await ask({ filter: { status: { equals: 'PENDING' } } });
  await ask({
    filter: { collaboration: { equals: encodeId('Collaboration', open) }, status: { in: ['COMPLETED'] } },
  });
  await ask({ filter: { collaboration: { equals: encodeId('Collaboration', closed) } } });
  return told;
}

it('lists, filters and pages ten thousand tasks in as many statements as ten', async () => {
  await fill(10);
  await look();
  const few = await look();
  await fill(10_000);
  const many = await look();
  expect(few.totals).toEqual([10, 10, 5, 5, 0]);
  expect(many.totals).toEqual([10_000, 10_000, 5000, 5000, 0]);
  expect(few.jobs).toEqual([[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [2, 4, 6, 8, 10], [1, 3, 5, 7, 9], []]);
  expect(many.jobs[0]).toHaveLength(5);
  expect(many.statements).toEqual(few.statements);
});
