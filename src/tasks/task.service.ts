/** The verbs of tasks: create (by people, and subtasks by containers), cancel, delete. */
import { User } from '../accounts/user.entity.ts';
import { Collaboration } from '../collaborations/collaboration.entity.ts';
import type { ComputeNodeConfiguration } from '../compute-nodes/compute-node.configuration.ts';
import { ComputeNode } from '../compute-nodes/compute-node.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { badInput, conflict, forbidden, invalid, notFound } from '../platform/graphql/errors.ts';
import { encodeId, uuidOf, uuidOfArgument } from '../platform/graphql/node.ts';
import { Problems, cleanInput } from '../platform/inputs.ts';
import { judgeText, longest } from '../platform/values.ts';
import type { Given } from './content.ts';
import { givenContent } from './content.ts';
import { Payload } from './payload.entity.ts';
import { Result } from './result.entity.ts';
import { tellCreated, telling } from './task.topics.ts';
import { Task } from './task.entity.ts';
import type { CreateTaskInput, TaskInputFor } from './task.inputs.ts';
import type { TaskSettings } from './task.settings.ts';
import { TaskStatus, isFinal, openStatuses } from './task.states.ts';

/** Most databases of a task. */
const mostDatabases = 100;

/** What a task is made with, whoever makes it. */
interface Origin {
  readonly collaborationId: string;
  readonly initiatorId: string;
  readonly creatorId: string | null;
  readonly parentId: string | null;
  readonly jobId: number | null;
}

/** An organization that a task is for, with its compute node. */
interface Target {
  readonly organizationId: string;
  readonly computeNodeId: string;
  readonly given: Given;
}

/**
 * Creates a task with one result for each organization. What tells something (whether there is such a collaboration,
 * who is a member, who has a compute node) is only told to those who may create tasks there.
 */
export async function createTask(
  changes: Changes,
  input: CreateTaskInput,
  { deadlineHours }: Pick<TaskSettings, 'deadlineHours'>,
): Promise<Task> {
  const collaborationId = uuidOfArgument('Collaboration', input.collaborationId, 'input', 'collaborationId');
  await changes.authorize('view', { resource: 'Collaboration', id: collaborationId });
  const origin =
    changes.viewer.kind === 'container'
      ? await ofContainer(changes, collaborationId, input)
      : await ofPerson(changes, collaborationId, input);
  const { name, description, image, databases } = cleanInput(Task, input, { check: checkDatabases });
  const targets = await targetsOf(changes, origin, input.organizations);
  const [{ id: jobId }] =
    origin.jobId === null
      ? await changes.query(`SELECT nextval('task_job_ids')::int AS id`)
      : [{ id: origin.jobId }];
  const reference = <T extends object>(entity: new () => T, id: string | null) =>
    id && changes.em.getReference(entity as new () => User, id);
  const task = changes.em.create(
    Task,
    {
      name,
      description: description ?? null,
      image,
      databaseLabels: databases ?? [],
      jobId,
      collaboration: reference(Collaboration, origin.collaborationId),
      initiator: reference(Organization, origin.initiatorId),
      creator: reference(User, origin.creatorId),
      parent: reference(Task, origin.parentId),
    } as never,
    { partial: true },
  );
  await changes.em.persist(task).flush();
  for (const { organizationId, computeNodeId, given } of targets) {
    const result = changes.em.create(
      Result,
      {
        task,
        organization: reference(Organization, organizationId),
        computeNode: reference(ComputeNode, computeNodeId),
        input: given.text,
        inputPayload: reference(Payload, given.payloadId),
        deadlineAt: new Date(Date.now() + deadlineHours * 3_600_000),
      } as never,
      { partial: true },
    );
    changes.em.persist(result);
  }
  await changes.em.flush();
  await tellCreated(changes, task.id);
  return task;
}

/** A person needs task:create there, and an organization of their own among the members: the initiator. */
async function ofPerson(changes: Changes, collaborationId: string, input: CreateTaskInput): Promise<Origin> {
  await changes.authorize('create', {
    resource: 'Task',
    values: { collaboration: collaborationId, creator: changes.userId },
  });
  const own = await changes.query(
    `SELECT o.id, o.name FROM collaboration_organizations l JOIN memberships m ON m.organization_id = l.organization_id
     JOIN organizations o ON o.id = l.organization_id WHERE l.collaboration_id = $1 AND m.user_id = $2 ORDER BY o.name FOR KEY SHARE OF l, m`,
    [collaborationId, changes.userId],
  );
  if (own.length === 0)
    throw forbidden(
      'None of your organizations is a member of this collaboration: a task needs one as its initiator',
    );
  const ids = own.map(({ id }) => String(id));
  if (input.initiatorId) {
    const initiatorId = uuidOf('Organization', input.initiatorId, 'input', 'initiatorId');
    if (initiatorId === null || !ids.includes(initiatorId))
      throw forbidden('The initiator is one of your organizations that are members of this collaboration');
    return { collaborationId, initiatorId, creatorId: changes.userId, parentId: null, jobId: null };
  }
  if (ids.length > 1) {
    throw invalid(
      `is needed: ${own.map(({ name }) => String(name)).join(', ')} are yours and members of this collaboration`,
      'input',
      'initiatorId',
    );
  }
  return { collaborationId, initiatorId: ids[0], creatorId: changes.userId, parentId: null, jobId: null };
}

/** A container makes subtasks of its own task alone: in the same collaboration, of the same image, for the same people. */
async function ofContainer(
  changes: Changes,
  collaborationId: string,
  input: CreateTaskInput,
): Promise<Origin> {
  const { machine } = changes.viewer;
  if (!machine?.taskId || machine.collaborationId !== collaborationId) throw notFound('collaboration');
  await changes.authorize('create', { resource: 'Task', values: { parent: machine.taskId } });
  // Locked until the subtask is there: whoever cancels the task waits for it, and cancels it too.
  const [own] = await changes.query(
    'SELECT status FROM results WHERE task_id = $1 AND organization_id = $2 FOR SHARE',
    [machine.taskId, machine.organizationId],
  );
  if (!own || isFinal(own.status as TaskStatus))
    throw conflict('The result that the container works on is final');
  const [parent] = await changes.query(
    `SELECT image, job_id AS "jobId", initiator_id AS "initiatorId", creator_id AS "creatorId", finished_at IS NOT NULL AS "isFinished"
     FROM tasks WHERE id = $1 FOR SHARE`,
    [machine.taskId],
  );
  if (!parent) throw notFound('task');
  if (parent.image !== input.image) throw forbidden("A subtask's image is exactly its parent's");
  const initiatorId = String(parent.initiatorId);
  if (
    input.initiatorId &&
    uuidOf('Organization', input.initiatorId, 'input', 'initiatorId') !== initiatorId
  ) {
    throw forbidden("A subtask's initiator is its parent's");
  }
  if (parent.isFinished) throw conflict('The task is finished');
  return {
    collaborationId,
    initiatorId,
    creatorId: parent.creatorId as string | null,
    parentId: machine.taskId,
    jobId: Number(parent.jobId),
  };
}

function checkDatabases(clean: CreateTaskInput, problems: Problems): void {
  const labels = clean.databases?.map((label) => label.normalize('NFC').trim()) ?? [];
  if (labels.length > mostDatabases) problems.add('databases', `are at most ${mostDatabases}`);
  if (labels.some((label) => judgeText({ kind: 'name', nullable: false }, label).problem !== null)) {
    problems.add('databases', `have labels of one line and 1 to ${longest.line} characters`);
  }
  clean.databases = labels;
}

/**
 * Whom the task is for. Throws BAD_USER_INPUT, with the place, for whoever cannot be given it. Until the task is there,
 * nobody leaves the collaboration and no compute node of it is deleted.
 */
async function targetsOf(
  changes: Changes,
  origin: Origin,
  inputs: readonly TaskInputFor[],
): Promise<Target[]> {
  if (inputs.length === 0) throw invalid('cannot be empty', 'input', 'organizations');
  await changes.query('SELECT FROM collaborations WHERE id = $1 FOR SHARE', [origin.collaborationId]);
  await changes.query('SELECT FROM compute_nodes WHERE collaboration_id = $1 ORDER BY id FOR KEY SHARE', [
    origin.collaborationId,
  ]);
  const rows = await changes.query(
    `SELECT l.organization_id AS id, n.id AS "computeNodeId", n.reported, c.encrypted
     FROM collaboration_organizations l JOIN collaborations c ON c.id = l.collaboration_id
     LEFT JOIN compute_nodes n ON n.collaboration_id = l.collaboration_id AND n.organization_id = l.organization_id
     WHERE l.collaboration_id = $1`,
    [origin.collaborationId],
  );
  const members = new Map(rows.map((row) => [String(row.id), row]));
  const targets: Target[] = [];
  for (const [index, one] of inputs.entries()) {
    const wrong = (message: string, key = 'organizationId') =>
      badInput([{ path: ['input', 'organizations', index, key], message }]);
    const organizationId = uuidOf(
      'Organization',
      one.organizationId,
      'input',
      'organizations',
      index,
      'organizationId',
    );
    const member = organizationId === null ? undefined : members.get(organizationId);
    if (organizationId === null || !member) throw wrong('is no member of the collaboration');
    if (targets.some((target) => target.organizationId === organizationId)) throw wrong('is named twice');
    if (!member.computeNodeId) throw wrong('has no compute node in this collaboration');
    if (!isLet(member.reported as ComputeNodeConfiguration | null, origin))
      throw wrong('has a compute node that runs no tasks of this person or organization');
    const given = await givenContent(changes, one, {
      path: ['input', 'organizations', index],
      key: 'input',
      isEncrypted: member.encrypted === true,
      isNeeded: true,
    });
    targets.push({ organizationId, computeNodeId: String(member.computeNodeId), given: given! });
  }
  return targets;
}

/** Whether a compute node, as it says of itself, runs tasks of these people. A list that is null sets no limit; either may let in. */
function isLet(reported: ComputeNodeConfiguration | null, { creatorId, initiatorId }: Origin): boolean {
  const { allowedUserIds = null, allowedOrganizationIds = null } = reported ?? {};
  if (allowedUserIds === null && allowedOrganizationIds === null) return true;
  const isUserLet = creatorId !== null && allowedUserIds?.includes(encodeId('User', creatorId)) === true;
  return isUserLet || allowedOrganizationIds?.includes(encodeId('Organization', initiatorId)) === true;
}

/**
 * Cancels the open results of an organization in a collaboration that it leaves: nobody would ever report them. Compute
 * nodes and subscribers are told.
 */
export async function cancelResultsOf(
  changes: Changes,
  collaborationId: string,
  organizationId: string,
): Promise<void> {
  const open = await changes.query(
    `SELECT r.id FROM results r JOIN tasks t ON t.id = r.task_id
     WHERE t.collaboration_id = $1 AND r.organization_id = $2 AND r.status = ANY($3::text[]) ORDER BY r.id FOR UPDATE OF r`,
    [collaborationId, organizationId, openStatuses],
  );
  await cancelResults(
    changes,
    open.map(({ id }) => String(id)),
  );
}

/**
 * Cancels a task and all that come from it: what is not final is canceled at once, and each compute node is told and
 * acknowledges. A task that is canceled stays so; one that is finished otherwise is CONFLICT.
 */
export async function cancelTask(changes: Changes, id: string): Promise<string> {
  const taskId = uuidOfArgument('Task', id, 'id');
  // The task itself is not locked: whoever reports locks a result first, and then its task.
  await changes.authorize('send', { resource: 'Task', id: taskId });
  let isCanceled = false;
  // Once more after each round: a container that held its result meanwhile may have made a subtask.
  for (let ids = await lockOpen(changes, taskId); ids.length > 0; ids = await lockOpen(changes, taskId)) {
    await cancelResults(changes, ids);
    isCanceled = true;
  }
  if (isCanceled) {
    changes.record('CANCEL', 'Task', taskId);
    return taskId;
  }
  const [task] = await changes.query('SELECT status FROM tasks WHERE id = $1', [taskId]);
  if (task?.status !== TaskStatus.CANCELED) throw conflict('The task is finished');
  return taskId;
}

/** Makes results canceled, which are locked and not final. */
async function cancelResults(changes: Changes, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await telling(changes, ids, async () => {
    await changes.query('DELETE FROM algorithm_ports WHERE result_id = ANY($1::uuid[])', [ids]);
    await changes.query(
      `UPDATE results SET status = 'CANCELED', canceled_at = now(), finished_at = now(), lease_until = NULL, updated_at = now() WHERE id = ANY($1::uuid[])`,
      [ids],
    );
  });
  for (const id of ids) changes.record('CANCEL', 'Result', id, ['status']);
}

/** The results of a task, and of all that come from it, that are not final: locked. */
async function lockOpen(changes: Changes, taskId: string): Promise<string[]> {
  const open = await changes.query(
    `SELECT r.id FROM results r JOIN task_ancestors a ON a.task_id = r.task_id
     WHERE a.ancestor_id = $1 AND r.status = ANY($2::text[]) ORDER BY r.id FOR UPDATE OF r`,
    [taskId, openStatuses],
  );
  return open.map(({ id }) => String(id));
}

/** Deletes a task with all that come from it, once it is finished. Throws CONFLICT while compute nodes work on it. */
export async function deleteTask(changes: Changes, id: string): Promise<Task> {
  const task = await changes.take(Task, id, 'delete');
  const [{ n: open }] = await changes.query(
    `SELECT count(*)::int AS n FROM results r JOIN task_ancestors a ON a.task_id = r.task_id WHERE a.ancestor_id = $1 AND r.status = ANY($2::text[])`,
    [task.id, openStatuses],
  );
  if (Number(open) > 0)
    throw conflict('The task, or one that comes from it, is not finished: cancel it first');
  await changes.em.remove(task).flush();
  return task;
}
