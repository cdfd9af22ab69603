/** What happens to a task while its container is making a subtask: whoever comes second waits, and sees what the first did. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '../../src/permissions/viewer.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { createTask } from '../../src/tasks/task.service.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;
let root: Person;
let node: Asker;
let organizationId: string;
let collaborationId: string;
const computeNodeId = randomUUID();

beforeAll(async () => {
  server = await startServer();
  root = await createPerson(server, { isSuperAdmin: true });
  organizationId = await createOrganization(server, 'Alpha');
  collaborationId = await createCollaboration(server, 'Open', [organizationId]);
  await server.sql(
    `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES ($1, 'a', $2, $3, 'a', 'x')`,
    [computeNodeId, organizationId, collaborationId],
  );
  node = {
    token: (await issueMachineTokens(server.app.database, server.app.config, computeNodeId)).accessToken,
  };
});
afterAll(() => server.close());

/** A task with one result, which is worked on. */
async function running(): Promise<{ task: string; result: string }> {
  const [task, result] = [randomUUID(), randomUUID()];
  await server.sql(
    `INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id) VALUES ($1, 'T', 'i', 1, $2, $3)`,
    [task, collaborationId, organizationId],
  );
  await server.sql(
    `INSERT INTO results (id, task_id, organization_id, compute_node_id, status, deadline_at) VALUES ($1, $2, $3, $4, 'ACTIVE', now() + interval '1 day')`,
    [result, task, organizationId, computeNodeId],
  );
  return { task, result };
}

/** The container of a task, in a transaction of its own: `meanwhile` runs when the subtask is made and not yet committed. */
function makeSubtask(taskId: string, meanwhile: () => Promise<void>): Promise<void> {
  const viewer: Viewer = {
    ...anonymous,
    kind: 'container',
    machine: { computeNodeId, organizationId, collaborationId, taskId },
  };
  const input = {
    collaborationId: encodeId('Collaboration', collaborationId),
    name: 'part',
    image: 'i',
    organizations: [{ organizationId: encodeId('Organization', organizationId), input: 'x' }],
  };
  return new Writer(server.app.database, server.app.permissions, viewer).transaction(async (changes) => {
    await createTask(changes, input, { deadlineHours: 1 });
    await meanwhile();
  });
}
const somebodyWaits = async () =>
  (
    await server.sql(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
  ).length > 0;
const partsOf = (task: string) =>
  server.sql('SELECT t.status, t.finished_at IS NOT NULL AS finished FROM tasks t WHERE parent_id = $1', [
    task,
  ]);

describe('a subtask that is being made', () => {
  it('is canceled with the task that it comes from', async () => {
    const { task } = await running();
    let canceled: ReturnType<TestServer['ask']>;
    await makeSubtask(task, async () => {
      canceled = server.ask(
        'mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }',
        { id: encodeId('Task', task) },
        root,
      );
      await until(somebodyWaits);
    });
    expect((await canceled!).data).toEqual({ cancelTask: { task: { status: 'CANCELED' } } });
    expect(await partsOf(task)).toEqual([{ status: 'CANCELED', finished: true }]);
  });

  it('is there before its result is reported as complete, and none is made after that', async () => {
    const { task, result } = await running();
    // The task itself stays open: another organization has yet to answer.
    await server.sql(
      `INSERT INTO results (id, task_id, organization_id, status, deadline_at) VALUES ($1, $2, $3, 'PENDING', now() + interval '1 day')`,
      [randomUUID(), task, await createOrganization(server, 'Beta')],
    );
    let reported: ReturnType<TestServer['ask']>;
    await makeSubtask(task, async () => {
      reported = server.ask(
        'mutation ($id: ID!) { reportResult(id: $id, input: { status: COMPLETED }) { result { status } } }',
        { id: encodeId('Result', result) },
        node,
      );
      await until(somebodyWaits);
    });
    expect((await reported!).data).toEqual({ reportResult: { result: { status: 'COMPLETED' } } });
    await expect(makeSubtask(task, async () => {})).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await partsOf(task)).toHaveLength(1);
  });
});
