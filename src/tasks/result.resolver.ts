/** The root fields of results and ports. */
import { Arg, Ctx, Extensions, ID, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { longestKey } from '../platform/graphql/input-limits.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { settingsOf } from '../platform/settings/read.ts';
import { createContainerToken } from './container.ts';
import { Result } from './result.entity.ts';
import {
  acknowledgeCancel,
  appendResultLog,
  createAlgorithmPort,
  deleteAlgorithmPort,
  reportResult,
  startResult,
} from './result.service.ts';
import {
  AlgorithmPortPayload,
  ContainerTokenPayload,
  CreateAlgorithmPortInput,
  ReportResultInput,
  ResultPayload,
  longestContent,
} from './task.inputs.ts';
import { TaskSettings } from './task.settings.ts';

/** The query and the mutations of results: by their compute nodes. */
@Resolver()
export class ResultResolver {
  @Query(() => Result, { nullable: true })
  async result(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    const uuid = uuidOf('Result', id, 'id');
    return uuid === null ? null : read.single('Result', { id: uuid }, info);
  }

  @Mutation(() => ResultPayload, {
    description:
      'By its compute node, which begins to work on it: the result becomes ACTIVE. Once more is the same answer.',
  })
  async startResult(@Arg('id', () => ID) id: string, @Ctx() context: Context) {
    const settings = await settingsIn(context);
    return context.write.transaction(async (changes) =>
      payload('result', 'Result', (await startResult(changes, settings, id)).id),
    );
  }

  @Mutation(() => ResultPayload, {
    description: 'By its compute node: how it stands, and what there is of it.',
  })
  async reportResult(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => ReportResultInput) input: ReportResultInput,
    @Ctx() context: Context,
  ) {
    const settings = await settingsIn(context);
    return context.write.transaction(async (changes) =>
      payload('result', 'Result', (await reportResult(changes, settings, id, input)).id),
    );
  }

  @Mutation(() => Boolean, {
    description: 'By its compute node: adds to the log, also of a result that was canceled.',
  })
  @Extensions({ [longestKey]: { text: longestContent } })
  async appendResultLog(
    @Arg('id', () => ID) id: string,
    @Arg('text', () => String) text: string,
    @Arg('attempt', () => Int, { nullable: true }) attempt: number | null,
    @Ctx() context: Context,
  ): Promise<boolean> {
    const settings = await settingsIn(context);
    await context.write.transaction((changes) => appendResultLog(changes, settings, id, text, attempt));
    return true;
  }

  @Mutation(() => ResultPayload, {
    description: 'By its compute node: it has stopped working on a result that was canceled.',
  })
  acknowledgeCancel(@Arg('resultId', () => ID) resultId: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('result', 'Result', (await acknowledgeCancel(changes, resultId)).id),
    );
  }

  @Mutation(() => ContainerTokenPayload, {
    description: 'By the compute node of a task: what its container shows as its bearer token.',
  })
  createContainerToken(
    @Arg('taskId', () => ID) taskId: string,
    @Arg('image', () => String) image: string,
    @Ctx() { write, config }: Context,
  ): Promise<ContainerTokenPayload> {
    return write.transaction((changes) => createContainerToken(changes, config, taskId, image));
  }

  @Mutation(() => AlgorithmPortPayload, {
    description: 'By the compute node of a result: where its container can be reached.',
  })
  createAlgorithmPort(
    @Arg('input', () => CreateAlgorithmPortInput) input: CreateAlgorithmPortInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('algorithmPort', 'AlgorithmPort', (await createAlgorithmPort(changes, input)).id),
    );
  }

  @Mutation(() => DeletePayload, { description: 'By the compute node of its result.' })
  deleteAlgorithmPort(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('AlgorithmPort', (await deleteAlgorithmPort(changes, id)).id),
    );
  }
}

function settingsIn({ write, config }: Context): Promise<TaskSettings> {
  return settingsOf({ database: write.database, config }, TaskSettings);
}
