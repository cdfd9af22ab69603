/** The root fields of tasks. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { settingsOf } from '../platform/settings/read.ts';
import { Task, TaskArgs, TaskConnection } from './task.entity.ts';
import { CreateTaskInput, TaskPayload } from './task.inputs.ts';
import { cancelTask, createTask, deleteTask } from './task.service.ts';
import { TaskSettings } from './task.settings.ts';

/** Queries and mutations of tasks. */
@Resolver()
export class TaskResolver {
  @Query(() => TaskConnection)
  tasks(
    @Args(() => TaskArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Task', args as never, info);
  }

  @Query(() => Task, { nullable: true })
  async task(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    const uuid = uuidOf('Task', id, 'id');
    return uuid === null ? null : read.single('Task', { id: uuid }, info);
  }

  @Mutation(() => TaskPayload, {
    description:
      'With a result, to be worked on, for each organization; by a container, a subtask of its own task.',
  })
  async createTask(
    @Arg('input', () => CreateTaskInput) input: CreateTaskInput,
    @Ctx() { write, config }: Context,
  ) {
    const settings = await settingsOf({ database: write.database, config }, TaskSettings);
    return write.transaction(async (changes) =>
      payload('task', 'Task', (await createTask(changes, input, settings)).id),
    );
  }

  @Mutation(() => TaskPayload, {
    description: 'Cancels what is not final of a task and of all that come from it; compute nodes are told.',
  })
  cancelTask(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => payload('task', 'Task', await cancelTask(changes, id)));
  }

  @Mutation(() => DeletePayload, {
    description: 'With its results and all tasks that come from it, once they are finished.',
  })
  deleteTask(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Task', (await deleteTask(changes, id)).id));
  }
}
