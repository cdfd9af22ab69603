/**
 * The notices of tasks: of the status of each result as it changes, of work for compute nodes, and of what is added to
 * logs. Published in the transaction of the change; subscribers are in task.live.ts.
 */
import type { Changes } from '../platform/data/writer.ts';
import type { TaskStatus } from './task.states.ts';

/** What is told beside a result: what it became, and what it was. */
export interface StatusStep {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly previousStatus: TaskStatus | null;
}

/** The topic of the results of a task. */
export const taskTopic = (taskId: string): string => `taskStatus:task:${taskId}`;
/** The topic of the results of all tasks of a collaboration. */
export const collaborationTopic = (collaborationId: string): string => `taskStatus:collaboration:${collaborationId}`;
/** The topic of the work of a compute node. */
export const workTopic = (computeNodeId: string): string => `work:${computeNodeId}`;
/** The topic of the log of a result. */
export const logTopic = (resultId: string): string => `log:${resultId}`;

/** What the notices of a result are made of. */
interface Told {
  readonly resultId: string;
  readonly taskId: string;
  readonly collaborationId: string | null;
  readonly computeNodeId: string | null;
  readonly attempt: number;
  readonly status: TaskStatus;
}

/** Tells of a new task: each of its results is pending, and its compute node has work. */
export async function tellCreated(changes: Changes, taskId: string): Promise<void> {
  for (const one of await told(changes, 'r.task_id = $1', taskId)) {
    await tellStep(changes, one, null);
    await tellWork(changes, one, 'START');
  }
}

/** Tells of a step of one result. */
export async function tellStatus(changes: Changes, resultId: string, previousStatus: TaskStatus): Promise<void> {
  for (const one of await told(changes, 'r.id = $1', resultId)) await tellStep(changes, one, previousStatus);
}

/** Tells of results that were canceled: their listeners, and the compute nodes that are to stop. */
export async function tellCanceled(changes: Changes, canceled: readonly { resultId: string; previousStatus: TaskStatus }[]): Promise<void> {
  for (const { resultId, previousStatus } of canceled) {
    for (const one of await told(changes, 'r.id = $1', resultId)) {
      await tellStep(changes, one, previousStatus);
      await tellWork(changes, one, 'CANCEL');
    }
  }
}

/** Tells a compute node once more of a result that it, or the one before it, was lost with. */
export async function tellAgain(changes: Changes, resultId: string, previousStatus: TaskStatus): Promise<void> {
  for (const one of await told(changes, 'r.id = $1', resultId)) {
    await tellStep(changes, one, previousStatus);
    await tellWork(changes, one, 'START');
  }
}

/** Tells of a piece that was added to the log of a result. */
export async function tellLog(changes: Changes, resultId: string, text: string, attempt: number): Promise<void> {
  await changes.publish({ topic: logTopic(resultId), kind: 'UPDATED', resource: 'Result', id: resultId, data: { text, attempt } });
}

async function told(changes: Changes, where: string, id: string): Promise<Told[]> {
  const rows = await changes.query(
    `SELECT r.id AS "resultId", r.task_id AS "taskId", r.compute_node_id AS "computeNodeId", r.attempt, r.status, t.collaboration_id AS "collaborationId"
     FROM results r JOIN tasks t ON t.id = r.task_id WHERE ${where} ORDER BY r.id`,
    [id],
  );
  return rows as unknown as Told[];
}

async function tellStep(changes: Changes, { resultId, taskId, collaborationId, status }: Told, previousStatus: TaskStatus | null): Promise<void> {
  const data: StatusStep = { taskId, status, previousStatus };
  const topics = [taskTopic(taskId), ...(collaborationId ? [collaborationTopic(collaborationId)] : [])];
  for (const topic of topics) {
    await changes.publish({ topic, kind: previousStatus === null ? 'CREATED' : 'UPDATED', resource: 'Result', id: resultId, data });
  }
}

async function tellWork(changes: Changes, { resultId, computeNodeId, attempt }: Told, kind: 'START' | 'CANCEL'): Promise<void> {
  if (computeNodeId === null) return;
  await changes.publish({ topic: workTopic(computeNodeId), kind: 'UPDATED', resource: 'Result', id: resultId, data: { kind, attempt } });
}
