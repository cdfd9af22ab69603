/** The root fields of collaborations. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { Collaboration, CollaborationArgs, CollaborationConnection } from './collaboration.entity.ts';
import {
  CollaborationPayload,
  CreateCollaborationInput,
  UpdateCollaborationInput,
} from './collaboration.inputs.ts';
import {
  addOrganization,
  createCollaboration,
  deleteCollaboration,
  removeOrganization,
  updateCollaboration,
} from './collaboration.service.ts';

/** Queries and mutations of collaborations. */
@Resolver()
export class CollaborationResolver {
  @Query(() => CollaborationConnection)
  collaborations(
    @Args(() => CollaborationArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Collaboration', args as never, info);
  }

  @Query(() => Collaboration, { nullable: true })
  async collaboration(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    const uuid = uuidOf('Collaboration', id, 'id');
    return uuid === null ? null : read.single('Collaboration', { id: uuid }, info);
  }

  @Mutation(() => CollaborationPayload)
  createCollaboration(
    @Arg('input', () => CreateCollaborationInput) input: CreateCollaborationInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('collaboration', 'Collaboration', (await createCollaboration(changes, input)).id),
    );
  }

  @Mutation(() => CollaborationPayload)
  updateCollaboration(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateCollaborationInput) input: UpdateCollaborationInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('collaboration', 'Collaboration', (await updateCollaboration(changes, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload, {
    description: 'With its compute nodes and tasks; not while a task is unfinished.',
  })
  deleteCollaboration(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Collaboration', (await deleteCollaboration(changes, id)).id),
    );
  }

  @Mutation(() => CollaborationPayload, { description: 'At global scope only.' })
  addOrganizationToCollaboration(
    @Arg('collaborationId', () => ID) collaborationId: string,
    @Arg('organizationId', () => ID) organizationId: string,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload(
        'collaboration',
        'Collaboration',
        (await addOrganization(changes, collaborationId, organizationId)).id,
      ),
    );
  }

  @Mutation(() => CollaborationPayload, {
    description: "At global scope only; the organization's compute node there goes with it.",
  })
  removeOrganizationFromCollaboration(
    @Arg('collaborationId', () => ID) collaborationId: string,
    @Arg('organizationId', () => ID) organizationId: string,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload(
        'collaboration',
        'Collaboration',
        (await removeOrganization(changes, collaborationId, organizationId)).id,
      ),
    );
  }
}
