/**
 * The notices of tasks: of results and tasks whose status changes, of work for compute nodes, and of what is added to logs.
 * Published in the transaction of the change; subscribers are in task.live.ts.
 */
import type { Changes, Notice } from '../platform/data/writer.ts';
import type { TaskStatus } from './task.states.ts';

/** What is told beside a result or a task whose status changed: what it became, and what it was. */
export interface StatusStep {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly previousStatus: TaskStatus | null;
}

/** What is told a compute node beside a result. */
export interface Work {
  readonly kind: 'START' | 'CANCEL';
  readonly attempt: number;
}

/** What is told beside a result whose log grew. */
export interface LogPiece {
  readonly text: string;
  readonly attempt: number;
}

/** The topic of the statuses of one task. */
export const taskTopic = (taskId: string): string => `taskStatus:task:${taskId}`;
/** The topic of the statuses of all tasks of a collaboration. */
export const collaborationTopic = (collaborationId: string): string =>
  `taskStatus:collaboration:${collaborationId}`;
/** The topic of the work of a compute node. */
export const workTopic = (computeNodeId: string): string => `work:${computeNodeId}`;
/** The topic of the log of a result. */
export const logTopic = (resultId: string): string => `log:${resultId}`;

/** A result and its task, as they stand. */
interface Standing {
  readonly resultId: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly computeNodeId: string | null;
  readonly taskId: string;
  readonly taskStatus: TaskStatus;
  readonly collaborationId: string | null;
}

/** Tells of a new task: it and its results are pending, and compute nodes have work. */
export async function tellCreated(changes: Changes, taskId: string): Promise<void> {
  const results = await standing(changes, 'r.task_id = $1', taskId);
  await changes.publish(
    ...results.flatMap((one) => ofResult(one, null)),
    ...results.slice(0, 1).flatMap((one) => ofTask(one, null)),
  );
}

/**
 * Runs work that changes results, which are locked, and tells of every status that is another one after it: to listeners,
 * and to compute nodes that are to start again or to stop.
 */
export async function telling(
  changes: Changes,
  resultIds: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  // Tasks are locked after their results, everywhere in the same order: nobody changes their status meanwhile.
  const before = await standing(changes, 'r.id = ANY($1::uuid[])', resultIds, 'FOR NO KEY UPDATE OF t');
  await work();
  const after = await standing(changes, 'r.id = ANY($1::uuid[])', resultIds);
  const was = new Map(before.map((one) => [one.resultId, one]));
  const tasks = new Set<string>();
  const notices: Notice[] = [];
  for (const one of after) {
    const earlier = was.get(one.resultId)!;
    if (earlier.status !== one.status || earlier.attempt !== one.attempt)
      notices.push(...ofResult(one, earlier.status));
    if (earlier.taskStatus === one.taskStatus || tasks.has(one.taskId)) continue;
    tasks.add(one.taskId);
    notices.push(...ofTask(one, earlier.taskStatus));
  }
  await changes.publish(...notices);
}

/** Tells of a piece that was added to the log of a result. */
export async function tellLog(changes: Changes, resultId: string, data: LogPiece): Promise<void> {
  await changes.publish({
    topic: logTopic(resultId),
    kind: 'UPDATED',
    resource: 'Result',
    id: resultId,
    data,
  });
}

async function standing(changes: Changes, where: string, value: unknown, lock = ''): Promise<Standing[]> {
  const rows = await changes.query(
    `SELECT r.id AS "resultId", r.status, r.attempt, r.compute_node_id AS "computeNodeId", t.id AS "taskId", t.status AS "taskStatus", t.collaboration_id AS "collaborationId"
     FROM results r JOIN tasks t ON t.id = r.task_id WHERE ${where} ORDER BY t.id, r.id ${lock}`,
    [value],
  );
  return rows as unknown as Standing[];
}

function ofResult(one: Standing, previousStatus: TaskStatus | null): Notice[] {
  const step = ofStep(one, 'Result', one.resultId, {
    taskId: one.taskId,
    status: one.status,
    previousStatus,
  });
  if (one.computeNodeId === null || (one.status !== 'PENDING' && one.status !== 'CANCELED')) return step;
  const data: Work = { kind: one.status === 'PENDING' ? 'START' : 'CANCEL', attempt: one.attempt };
  return [
    ...step,
    { topic: workTopic(one.computeNodeId), kind: 'UPDATED', resource: 'Result', id: one.resultId, data },
  ];
}

function ofTask(one: Standing, previousStatus: TaskStatus | null): Notice[] {
  return ofStep(one, 'Task', one.taskId, { taskId: one.taskId, status: one.taskStatus, previousStatus });
}

function ofStep(
  { taskId, collaborationId }: Standing,
  resource: string,
  id: string,
  data: StatusStep,
): Notice[] {
  const topics = [
    taskTopic(taskId),
    ...(collaborationId === null ? [] : [collaborationTopic(collaborationId)]),
  ];
  return topics.map((topic) => ({
    topic,
    kind: data.previousStatus === null ? 'CREATED' : 'UPDATED',
    resource,
    id,
    data,
  }));
}
