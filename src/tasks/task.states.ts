/**
 * The states of results and tasks, and the table of their transitions, as the permission tables' specification has it.
 * A task's status follows from its results': by a trigger of the database (result.entity.ts), so that no write can forget it.
 */
import { registerEnumType } from 'type-graphql';
import type { StepTable } from '../permissions/table.ts';
import type { DerivedSql } from '../platform/data/model.ts';

/** Where a result, or a task, stands. */
export enum TaskStatus {
  PENDING = 'PENDING',
  INITIALIZING = 'INITIALIZING',
  ACTIVE = 'ACTIVE',
  COMPLETED = 'COMPLETED',
  FAILED = 'FAILED',
  START_FAILED = 'START_FAILED',
  NO_IMAGE = 'NO_IMAGE',
  CRASHED = 'CRASHED',
  CANCELED = 'CANCELED',
  NOT_ALLOWED = 'NOT_ALLOWED',
  UNKNOWN_ERROR = 'UNKNOWN_ERROR',
}
registerEnumType(TaskStatus, {
  name: 'TaskStatus',
  description:
    'Where a result stands. A task is what its results are together: FAILED as soon as one of them failed in any way.',
});

/** Whom a result waits for that nobody has begun with. */
export enum WaitingFor {
  COMPUTE_NODE = 'COMPUTE_NODE',
  OFFLINE_COMPUTE_NODE = 'OFFLINE_COMPUTE_NODE',
  NEW_COMPUTE_NODE = 'NEW_COMPUTE_NODE',
}
registerEnumType(WaitingFor, {
  name: 'WaitingFor',
  description: 'Whom a pending result waits for.',
  valuesConfig: {
    COMPUTE_NODE: { description: 'Its compute node, which is online and has not begun yet.' },
    OFFLINE_COMPUTE_NODE: {
      description: 'Its compute node, which is offline: it gets the result when it comes back.',
    },
    NEW_COMPUTE_NODE: {
      description:
        'Its compute node was deleted: the next one that is registered in its place gets the result.',
    },
  },
});

/** Whom a result waits for, as it is now; null for one that is not pending, and for runs of the lab. */
export const waitingForSql: DerivedSql = (of) =>
  `(CASE WHEN ${of('status')} <> 'PENDING' OR ${of('organization')} IS NULL THEN NULL WHEN ${of('computeNode')} IS NULL THEN '${WaitingFor.NEW_COMPUTE_NODE}' ` +
  `WHEN EXISTS (SELECT FROM compute_nodes node WHERE node.id = ${of('computeNode')} AND node.online_until > now()) THEN '${WaitingFor.COMPUTE_NODE}' ` +
  `ELSE '${WaitingFor.OFFLINE_COMPUTE_NODE}' END)`;

/** The states that are not the last. */
export const openStatuses = [TaskStatus.PENDING, TaskStatus.INITIALIZING, TaskStatus.ACTIVE] as const;

/** What a compute node may make of a result, by its present status. */
const reports: Readonly<Partial<Record<TaskStatus, readonly TaskStatus[]>>> = {
  PENDING: [
    TaskStatus.INITIALIZING,
    TaskStatus.ACTIVE,
    TaskStatus.NOT_ALLOWED,
    TaskStatus.START_FAILED,
    TaskStatus.NO_IMAGE,
    TaskStatus.CANCELED,
  ],
  INITIALIZING: [
    TaskStatus.ACTIVE,
    TaskStatus.START_FAILED,
    TaskStatus.NO_IMAGE,
    TaskStatus.CRASHED,
    TaskStatus.FAILED,
    TaskStatus.CANCELED,
  ],
  ACTIVE: [
    TaskStatus.COMPLETED,
    TaskStatus.FAILED,
    TaskStatus.CRASHED,
    TaskStatus.UNKNOWN_ERROR,
    TaskStatus.CANCELED,
  ],
};

/** The state table of results, as it is told with the permission table. What the server sets is done by result.upkeep.ts. */
export const resultSteps: StepTable = {
  parties: ['its compute node may report'],
  next: Object.entries(reports).map(([from, to]) => [from, to]),
};

/** Whether the compute node of a result may report the step. The present status again is no step. */
export function mayReport(from: TaskStatus, to: TaskStatus): boolean {
  return reports[from]?.includes(to) === true;
}

/** Whether nothing comes after the status. */
export function isFinal(status: TaskStatus): boolean {
  return !(openStatuses as readonly TaskStatus[]).includes(status);
}
