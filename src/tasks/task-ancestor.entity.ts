/**
 * Which tasks a task comes from: itself, its parent, its parent's, and so on. Kept by a trigger of `tasks`; containers see,
 * and cancelling reaches, whatever comes from a task, however deep.
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne } from '@mikro-orm/decorators/legacy';
import { Task } from './task.entity.ts';

/** A task and one that it comes from; not a type of the schema. */
@Entity({ tableName: 'task_ancestors' })
export class TaskAncestor {
  @ManyToOne({ entity: () => Task, primary: true, deleteRule: 'cascade', fieldName: 'task_id' })
  task!: Rel<Task>;
  @ManyToOne({
    entity: () => Task,
    primary: true,
    deleteRule: 'cascade',
    fieldName: 'ancestor_id',
    index: true,
  })
  ancestor!: Rel<Task>;
}
