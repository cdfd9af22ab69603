/**
 * The states of results and tasks, and the table of their transitions, as the permission tables' specification has it.
 * A task's status follows from its results': by a trigger of the database (result.entity.ts), so that no write can forget it.
 */
import { registerEnumType } from 'type-graphql';

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
  description: 'Where a result stands. A task is what its results are together: FAILED as soon as one of them failed in any way.',
});

/** The states that are not the last. */
export const openStatuses = [TaskStatus.PENDING, TaskStatus.INITIALIZING, TaskStatus.ACTIVE] as const;

/** What a compute node may make of a result, by its present status. */
const reports: Readonly<Partial<Record<TaskStatus, readonly TaskStatus[]>>> = {
  PENDING: [TaskStatus.INITIALIZING, TaskStatus.ACTIVE, TaskStatus.NOT_ALLOWED, TaskStatus.START_FAILED, TaskStatus.NO_IMAGE, TaskStatus.CANCELED],
  INITIALIZING: [TaskStatus.ACTIVE, TaskStatus.START_FAILED, TaskStatus.NO_IMAGE, TaskStatus.CRASHED, TaskStatus.FAILED, TaskStatus.CANCELED],
  ACTIVE: [TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CRASHED, TaskStatus.UNKNOWN_ERROR, TaskStatus.CANCELED],
};

/** Whether the compute node of a result may report the step. The present status again is no step. */
export function mayReport(from: TaskStatus, to: TaskStatus): boolean {
  return reports[from]?.includes(to) === true;
}

/** Whether nothing comes after the status. */
export function isFinal(status: TaskStatus): boolean {
  return !(openStatuses as readonly TaskStatus[]).includes(status);
}
