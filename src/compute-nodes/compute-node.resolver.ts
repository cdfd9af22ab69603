/** The root fields of compute nodes. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { AuthPayload } from '../accounts/account.inputs.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { authenticateComputeNode } from './authenticate.ts';
import { ComputeNodeConfigurationInput } from './compute-node.configuration.ts';
import { ComputeNodeArgs, ComputeNodeConnection } from './compute-node.entity.ts';
import {
  ComputeNodePayload,
  RegisterComputeNodeInput,
  RegisterComputeNodePayload,
  UpdateComputeNodeInput,
} from './compute-node.inputs.ts';
import type { Registered } from './compute-node.service.ts';
import {
  deleteComputeNode,
  registerComputeNode,
  reportConfiguration,
  resetComputeNodeKey,
  updateComputeNode,
} from './compute-node.service.ts';

/** Queries and mutations of compute nodes. */
@Resolver()
export class ComputeNodeResolver {
  @Query(() => ComputeNodeConnection)
  computeNodes(
    @Args(() => ComputeNodeArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('ComputeNode', args as never, info);
  }

  @Mutation(() => RegisterComputeNodePayload, { description: 'Its key is shown once.' })
  registerComputeNode(
    @Arg('input', () => RegisterComputeNodeInput) input: RegisterComputeNodeInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) => withKey(await registerComputeNode(changes, input)));
  }

  @Mutation(() => AuthPayload, {
    description: 'Tokens for the API key of a compute node; its viewer is null.',
  })
  async authenticateComputeNode(@Arg('apiKey', () => String) apiKey: string, @Ctx() context: Context) {
    const { accessToken, refreshToken, expiresAt } = await authenticateComputeNode(context, apiKey);
    return { accessToken, refreshToken, expiresAt, viewer: null };
  }

  @Mutation(() => ComputeNodePayload)
  updateComputeNode(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateComputeNodeInput) input: UpdateComputeNodeInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('computeNode', 'ComputeNode', (await updateComputeNode(changes, id, input)).id),
    );
  }

  @Mutation(() => RegisterComputeNodePayload, {
    description: 'A new key; the old one and all tokens given for it end.',
  })
  resetComputeNodeKey(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => withKey(await resetComputeNodeKey(changes, id)));
  }

  @Mutation(() => DeletePayload)
  deleteComputeNode(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('ComputeNode', (await deleteComputeNode(changes, id)).id),
    );
  }

  @Mutation(() => ComputeNodePayload, {
    description: 'By a compute node, of itself: replaces what it reported before as a whole.',
  })
  reportComputeNodeConfiguration(
    @Arg('input', () => ComputeNodeConfigurationInput) input: ComputeNodeConfigurationInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('computeNode', 'ComputeNode', (await reportConfiguration(changes, input)).id),
    );
  }
}

function withKey({ computeNode, apiKey }: Registered) {
  return { ...payload('computeNode', 'ComputeNode', computeNode.id), apiKey };
}
