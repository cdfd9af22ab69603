/** Tasks: what an algorithm is to do, at one or more organizations; and runs of the lab, which are tasks of one result. */
import type { Rel } from '@mikro-orm/core';
import { Index, Trigger } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Collaboration } from '../collaborations/collaboration.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import {
  Column,
  Computed,
  Connection,
  EntityBase,
  EnumColumn,
  Link,
  Resource,
} from '../platform/data/entity.ts';
import { longest } from '../platform/values.ts';
import { declareRelation } from '../platform/data/model.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Result, ResultArgs, ResultConnection } from './result.entity.ts';
import { TaskAncestor } from './task-ancestor.entity.ts';
import { TaskStatus } from './task.states.ts';

/** Work for an algorithm at one or more organizations of a collaboration. */
@Resource(
  'tasks',
  'Work for an algorithm at one or more organizations of a collaboration; or one call of an instrument of the lab.',
  'createdAt DESC',
)
@Index({ properties: ['createdAt', 'id'] })
@Index({ properties: ['collaboration', 'createdAt'] })
@Trigger({
  name: 'tasks_ancestors',
  timing: 'after',
  events: ['insert'],
  body:
    'insert into task_ancestors (task_id, ancestor_id) select new.id, new.id union all ' +
    'select new.id, a.ancestor_id from task_ancestors a where a.task_id = new.parent_id; return null;',
})
export class Task extends EntityBase {
  @Column('name')
  name!: string;
  @Column('prose', { nullable: true, longest: longest.line })
  description!: string | null;
  @Column('name', { description: 'The image of the algorithm.' })
  image!: string;
  @Column('json', { api: false, default: "'[]'::jsonb" })
  databaseLabels!: string[];
  @Column('int', { description: 'The same for a task and all that come from it.' })
  jobId!: number;
  @EnumColumn(() => TaskStatus, { default: "'PENDING'" })
  status: TaskStatus = TaskStatus.PENDING;
  @Column('time', {
    nullable: true,
    description: 'When the last of its results was final; null while one is not.',
  })
  finishedAt!: Date | null;
  @Link(() => Collaboration, {
    nullable: true,
    onDelete: 'cascade',
    description: 'Null for a run of the lab.',
  })
  collaboration!: Rel<Collaboration> | null;
  @Link(() => Organization, {
    nullable: true,
    onDelete: 'restrict',
    description: 'Whose task it is, and for whom results are encrypted.',
  })
  initiator!: Rel<Organization> | null;
  @Link(() => User, {
    nullable: true,
    onDelete: 'set null',
    description: 'Who made it; of a subtask, who made the first one.',
  })
  creator!: Rel<User> | null;
  @Link(() => Task, { nullable: true, onDelete: 'cascade', description: 'The task whose container made it.' })
  parent!: Rel<Task> | null;

  @Connection(() => Result, () => ({ connection: ResultConnection, args: ResultArgs }), { by: 'task' })
  results!: unknown;
  @Connection(
    () => Task,
    () => ({ connection: TaskConnection, args: TaskArgs }),
    { by: 'parent' },
    { description: 'The tasks that its containers made.' },
  )
  children!: unknown;

  @Computed(() => [String], { columns: ['databaseLabels'] }, ({ databaseLabels }) => databaseLabels, {
    description: 'The labels of the databases of the compute nodes that the algorithm works on.',
  })
  databases!: string[];
}
// For the tables alone: what a container may see is what comes from its task.
declareRelation(Task, {
  name: 'ancestors',
  target: () => Task,
  through: { join: () => TaskAncestor, own: 'task', other: 'ancestor' },
  single: false,
});

/** A page of tasks. */
export const TaskConnection = connectionType('Task', () => Task);
/** Conditions on tasks. */
export const TaskFilter = filterType('Task', {
  id: conditions.id,
  name: conditions.text,
  image: conditions.text,
  jobId: conditions.int,
  status: enumCondition('TaskStatus', () => TaskStatus),
  collaboration: conditions.id,
  initiator: conditions.id,
  creator: conditions.id,
  parent: conditions.id,
  finishedAt: conditions.time,
  createdAt: conditions.time,
});
/** Orders of tasks. */
export const TaskOrder = orderType('Task', ['createdAt', 'finishedAt', 'name', 'jobId']);
/** The arguments of lists of tasks. */
export const TaskArgs = listArgs(
  () => TaskFilter,
  () => TaskOrder,
);
