/** Activities: the audit. Written by platform/data/activities.ts in the transaction of what they tell, never changed. */
import type { Rel } from '@mikro-orm/core';
import { Index, Trigger } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { User } from '../accounts/user.entity.ts';
import { ComputeNode } from '../compute-nodes/compute-node.entity.ts';
import { AnyLink, Column, Computed, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { DateTimeScalar } from '../platform/graphql/scalars.ts';
import { Task } from '../tasks/task.entity.ts';

/** A field that was changed. */
@ObjectType({
  simpleResolvers: true,
  description: 'A field that was changed. Its values are told of enums and booleans alone.',
})
export class FieldChange {
  @Field(() => String)
  field!: string;
  @Field(() => String, { nullable: true })
  from!: string | null;
  @Field(() => String, { nullable: true })
  to!: string | null;
}

/** Something that was done to an object. */
@Resource(
  'activities',
  'Something that was done to an object, and by whom. Written by the server, never changed.',
  'createdAt DESC',
)
@Index({ properties: ['createdAt', 'id'] })
@Index({ properties: ['object', 'createdAt'] })
@Trigger({
  name: 'activities_append_only',
  timing: 'before',
  events: ['update', 'delete'],
  body:
    "if tg_op = 'DELETE' and old.created_at < now() - make_interval(days => (select s.activities_retention_days from settings s)) " +
    "then return old; end if; raise exception 'activities are only ever added, and deleted when their time is over';",
})
export class Activity extends EntityBase {
  @Column('code', {
    description: 'CREATE, UPDATE, DELETE, RESTORE, or a better word such as PUBLISH, TRANSITION or SIGN_IN.',
  })
  action!: string;
  @Link(() => User, { nullable: true, onDelete: 'keep', description: 'The person who did it.' })
  actor!: Rel<User> | null;
  @Computed(() => ID, { columns: ['actor'] }, ({ actor }) => actor && encodeId('User', String(actor)), {
    nullable: true,
    description: 'Also of a person whose account is deleted.',
  })
  actorId!: string | null;
  @Link(() => ComputeNode, {
    nullable: true,
    onDelete: 'keep',
    description: 'The compute node that did it, or in which the container ran.',
  })
  computeNode!: Rel<ComputeNode> | null;
  @Link(() => Task, { nullable: true, onDelete: 'keep', description: 'The task whose container did it.' })
  task!: Rel<Task> | null;
  @Computed(() => ID, { columns: ['task'] }, ({ task }) => task && encodeId('Task', String(task)), {
    nullable: true,
    description: 'Also of a task that is deleted.',
  })
  taskId!: string | null;
  @Column('code', {
    description: 'user, anonymous, computeNode, container, or server for what nobody asked for over the API.',
  })
  actorKind!: string;
  @Column('code', { nullable: true, description: 'The type of the object.' })
  objectType!: string | null;
  @AnyLink({
    type: 'objectType',
    description: 'What it was done to; null where it is gone, or was nothing in particular.',
  })
  object!: string | null;
  @Computed(
    () => ID,
    { columns: ['object', 'objectType'] },
    ({ object, objectType }) => object && encodeId(String(objectType), String(object)),
    {
      nullable: true,
      description: 'Also of an object that is gone.',
    },
  )
  objectId!: string | null;
  @Column('json', { api: false, default: "'[]'::jsonb" })
  fieldChanges!: FieldChange[];
  @Computed(() => [FieldChange], { columns: ['fieldChanges'] }, ({ fieldChanges }) => fieldChanges, {
    description: 'The fields that were changed.',
  })
  changes!: FieldChange[];
  @Column('code', { nullable: true, description: 'The mutation that did it.' })
  mutation!: string | null;
  @Column('opaque', { nullable: true, description: 'The request that it came with, as the log names it.' })
  requestId!: string | null;
  @Column('line', {
    nullable: true,
    description: 'The network address that it came from, unless the configuration says not to keep it.',
  })
  address!: string | null;
  @Computed(() => DateTimeScalar, { columns: ['createdAt'] }, (row) => row.createdAt, {
    description: 'When it was done.',
  })
  at!: Date;
}

/** A page of activities. */
export const ActivityConnection = connectionType('Activity', () => Activity);
/** Conditions on activities. */
export const ActivityFilter = filterType('Activity', {
  id: conditions.id,
  action: conditions.text,
  actor: conditions.id,
  computeNode: conditions.id,
  task: conditions.id,
  actorKind: conditions.text,
  object: conditions.id,
  objectType: conditions.text,
  mutation: conditions.text,
  requestId: conditions.text,
  createdAt: conditions.time,
});
/** Orders of activities. */
export const ActivityOrder = orderType('Activity', ['createdAt']);
/** The arguments of lists of activities. */
export const ActivityArgs = listArgs(
  () => ActivityFilter,
  () => ActivityOrder,
);
