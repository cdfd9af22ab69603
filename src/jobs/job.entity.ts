/** Jobs: background work, from the transaction that queued it to its end. Written by platform/jobs alone. */
import type { Rel } from '@mikro-orm/core';
import { Index } from '@mikro-orm/decorators/legacy';
import { registerEnumType } from 'type-graphql';
import { User } from '../accounts/user.entity.ts';
import { Column, EntityBase, EnumColumn, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';

/** Where a job stands. */
export enum JobStatus {
  WAITING = 'WAITING',
  ACTIVE = 'ACTIVE',
  COMPLETED = 'COMPLETED',
  FAILED = 'FAILED',
  CANCELED = 'CANCELED',
}
registerEnumType(JobStatus, {
  name: 'JobStatus',
  description: 'Where a job stands.',
  valuesConfig: {
    WAITING: { description: 'To be done, or to be tried again.' },
    ACTIVE: { description: 'Being done.' },
    COMPLETED: { description: 'Done.' },
    FAILED: { description: 'Given up; `error` says why. Staff may have it tried again.' },
    CANCELED: { description: 'Discarded by staff.' },
  },
});

/** A piece of background work; its id is its outbox id, and its job's in the queue. */
@Resource('jobs', 'A piece of background work.', 'createdAt DESC')
@Index({
  name: 'jobs_open_index',
  expression: `create index jobs_open_index on jobs (updated_at) where status in ('WAITING', 'ACTIVE')`,
})
@Index({ properties: ['createdAt', 'id'] })
export class Job extends EntityBase {
  @Column('code', { description: 'What is to be done, as `slice.verb`.' })
  kind!: string;
  @EnumColumn(() => JobStatus)
  status!: JobStatus;
  @Column('float', { nullable: true, description: 'How much of it is done: 0 to 1.' })
  progress!: number | null;
  @Column('opaque', { nullable: true, description: 'What is being done.' })
  message!: string | null;
  @Column('opaque', { nullable: true, description: 'Why the last attempt failed.' })
  error!: string | null;
  @Column('privateFile', {
    nullable: true,
    description: 'Where the result is: a link that is good for five minutes from when it is read.',
  })
  url!: string | null;
  @Column('int', { default: '0', description: 'How often it was tried.' })
  attempts: number = 0;
  @Column('time', { nullable: true, description: 'When the last attempt began.' })
  startedAt!: Date | null;
  @Column('time', { nullable: true, description: 'When it was done or given up.' })
  finishedAt!: Date | null;
  @Link(() => User, {
    nullable: true,
    onDelete: 'set null',
    description: 'Who caused it; null for the server itself.',
  })
  actor!: Rel<User> | null;
  @Column('code', { api: false })
  actorKind!: string;
  @Column('boolean', { api: false, default: 'false' })
  isFollowed: boolean = false;
  @Column('json', { api: false, nullable: true })
  payload!: unknown;
}

/** A page of jobs. */
export const JobConnection = connectionType('Job', () => Job);
/** Conditions on jobs. */
export const JobFilter = filterType('Job', {
  id: conditions.id,
  kind: conditions.text,
  status: enumCondition('JobStatus', () => JobStatus),
  actor: conditions.id,
  createdAt: conditions.time,
  finishedAt: conditions.time,
});
/** Orders of jobs. */
export const JobOrder = orderType('Job', ['createdAt', 'finishedAt']);
/** The arguments of lists of jobs. */
export const JobArgs = listArgs(
  () => JobFilter,
  () => JobOrder,
);
