/**
 * Results: one task at one organization, from the input that its compute node is given to what it sends back. "Result"
 * never means a payload of a mutation here.
 */
import type { Rel } from '@mikro-orm/core';
import { Index, Trigger, Unique } from '@mikro-orm/decorators/legacy';
import { ComputeNode } from '../compute-nodes/compute-node.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import {
  Column,
  Computed,
  Connection,
  Derived,
  EntityBase,
  EnumColumn,
  Link,
  Resource,
} from '../platform/data/entity.ts';
import { fileKey } from '../platform/files/keys.ts';
import type { Context } from '../platform/graphql/context.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { UrlScalar } from '../platform/graphql/scalars.ts';
import { AlgorithmPort, AlgorithmPortArgs, AlgorithmPortConnection } from './algorithm-port.entity.ts';
import { Payload } from './payload.entity.ts';
import { Task } from './task.entity.ts';
import { TaskStatus, WaitingFor, waitingForSql } from './task.states.ts';

/** A task at one organization: what its compute node is given, and what it sends back. */
@Resource(
  'results',
  'A task at one organization: what its compute node is given, and what it sends back.',
  'createdAt ASC',
)
@Unique({ properties: ['task', 'organization'] })
@Index({
  name: 'results_open_index',
  expression:
    "create index results_open_index on results (compute_node_id, lease_until, deadline_at) where status in ('PENDING', 'INITIALIZING', 'ACTIVE')",
})
@Trigger({
  name: 'results_make_task_status',
  timing: 'after',
  events: ['update'],
  // The task is locked first: of two results that change at once, the second sees the first.
  body:
    'if new.status <> old.status then perform 1 from tasks where id = new.task_id for no key update; ' +
    'update tasks t set status = s.status, finished_at = s.finished_at, updated_at = now() from (select r.task_id, case ' +
    "when bool_or(r.status in ('FAILED', 'START_FAILED', 'NO_IMAGE', 'CRASHED', 'NOT_ALLOWED', 'UNKNOWN_ERROR')) then 'FAILED' " +
    "when bool_or(r.status = 'CANCELED') then 'CANCELED' when bool_or(r.status = 'ACTIVE') then 'ACTIVE' " +
    "when bool_or(r.status = 'INITIALIZING') then 'INITIALIZING' when bool_or(r.status = 'PENDING') then 'PENDING' else 'COMPLETED' end as status, " +
    'case when bool_and(r.finished_at is not null) then max(r.finished_at) end as finished_at ' +
    'from results r where r.task_id = new.task_id group by r.task_id) s where t.id = s.task_id ' +
    'and (t.status, t.finished_at) is distinct from (s.status, s.finished_at); end if; return null;',
})
export class Result extends EntityBase {
  @Link(() => Task, { onDelete: 'cascade' })
  task!: Rel<Task>;
  @Link(() => Organization, {
    nullable: true,
    onDelete: 'restrict',
    description: 'To whom it is addressed; null for a run of the lab.',
  })
  organization!: Rel<Organization> | null;
  @Link(() => ComputeNode, {
    nullable: true,
    onDelete: 'set null',
    description: 'Who works on it; null where that compute node is gone.',
  })
  computeNode!: Rel<ComputeNode> | null;
  @EnumColumn(() => TaskStatus, { default: "'PENDING'" })
  status: TaskStatus = TaskStatus.PENDING;
  @Column('int', {
    default: '1',
    description: 'Counts the attempts: one more each time that its compute node was lost.',
  })
  attempt: number = 1;
  @Column('opaque', {
    nullable: true,
    description:
      'Encrypted where the collaboration is. Null where it is large (inputUrl), or its time is over.',
  })
  input!: string | null;
  @Column('opaque', {
    nullable: true,
    description:
      'Encrypted where the collaboration is. Null where it is large (resultUrl), not there yet, or its time is over.',
  })
  result!: string | null;
  @Link(() => Payload as never, { nullable: true, onDelete: 'restrict', api: false })
  inputPayload!: Rel<Payload> | null;
  @Link(() => Payload as never, { nullable: true, onDelete: 'restrict', api: false })
  resultPayload!: Rel<Payload> | null;
  @Column('opaque', { nullable: true, description: 'What the algorithm and the compute node had to say.' })
  log!: string | null;
  @Column('time', { default: 'now()', description: 'When its compute node was given it.' })
  assignedAt: Date = new Date();
  @Column('time', { nullable: true })
  startedAt!: Date | null;
  @Column('time', { nullable: true })
  finishedAt!: Date | null;
  @Column('time', { nullable: true })
  canceledAt!: Date | null;
  @Column('time', { nullable: true, description: 'When its compute node said that it has stopped.' })
  cancelAcknowledgedAt!: Date | null;
  /** The end of its compute node's lease; null before the first report, and once it is final. */
  @Column('time', { nullable: true, api: false })
  leaseUntil!: Date | null;
  /** The sign-in of its compute node (a family of tokens) that last said something of it; null before, and once it is given again. */
  @Column('uuid', { nullable: true, api: false })
  heldBy!: string | null;
  @Column('time', { nullable: true, description: 'When it is given up.' })
  deadlineAt!: Date | null;

  @Derived(() => WaitingFor, waitingForSql, {
    nullable: true,
    guarded: true,
    description:
      'Whom it waits for while it is pending: a compute node that is offline, for one. Null once it was begun with.',
  })
  waitingFor!: WaitingFor | null;
  @Computed<string | null>(
    () => UrlScalar,
    { columns: ['inputPayload'] },
    ({ inputPayload }, context) => linkTo(inputPayload, context),
    {
      nullable: true,
      description: 'Where a large input is to be had, for five minutes.',
    },
  )
  inputUrl!: string | null;
  @Computed<string | null>(
    () => UrlScalar,
    { columns: ['resultPayload'] },
    ({ resultPayload }, context) => linkTo(resultPayload, context),
    {
      nullable: true,
      description: 'Where a large result is to be had, for five minutes.',
    },
  )
  resultUrl!: string | null;
  @Connection(() => AlgorithmPort, () => ({ connection: AlgorithmPortConnection, args: AlgorithmPortArgs }), {
    by: 'result',
  })
  ports!: unknown;
}

/** A link to a payload, made for whoever was shown the row. */
function linkTo(payloadId: string | null, { installation }: Context): Promise<string> | null {
  return payloadId === null ? null : installation.storage.link(fileKey('payloads', payloadId));
}

/** A page of results. */
export const ResultConnection = connectionType('Result', () => Result);
/** Conditions on results. */
export const ResultFilter = filterType('Result', {
  id: conditions.id,
  task: conditions.id,
  organization: conditions.id,
  computeNode: conditions.id,
  status: enumCondition('TaskStatus', () => TaskStatus),
  waitingFor: enumCondition('WaitingFor', () => WaitingFor),
  assignedAt: conditions.time,
  startedAt: conditions.time,
  finishedAt: conditions.time,
});
/** Orders of results. */
export const ResultOrder = orderType('Result', ['createdAt', 'assignedAt', 'startedAt', 'finishedAt']);
/** The arguments of lists of results. */
export const ResultArgs = listArgs(
  () => ResultFilter,
  () => ResultOrder,
);
