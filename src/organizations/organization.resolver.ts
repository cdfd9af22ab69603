/** The root fields of organizations and of who belongs to them. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { loadViewer } from '../accounts/authenticate.ts';
import type { PlainRow } from '../platform/data/reader/decode.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { uuidOf } from '../platform/graphql/node.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import { addMember, removeMember } from './membership.service.ts';
import { Organization, OrganizationArgs, OrganizationConnection } from './organization.entity.ts';
import {
  CreateOrganizationInput,
  OrganizationPayload,
  UpdateOrganizationInput,
} from './organization.inputs.ts';
import { createOrganization, deleteOrganization, updateOrganization } from './organization.service.ts';

/** Queries and mutations of organizations. */
@Resolver()
export class OrganizationResolver {
  @Query(() => OrganizationConnection)
  organizations(
    @Args(() => OrganizationArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Organization', args as never, info);
  }

  @Query(() => Organization, { nullable: true })
  async organization(
    @Arg('id', () => ID) id: string,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    const uuid = uuidOf('Organization', id, 'id');
    return uuid === null ? null : read.single('Organization', { id: uuid }, info);
  }

  @Mutation(() => OrganizationPayload)
  createOrganization(
    @Arg('input', () => CreateOrganizationInput) input: CreateOrganizationInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('organization', 'Organization', (await createOrganization(changes, input)).id),
    );
  }

  @Mutation(() => OrganizationPayload, {
    description: 'Compute nodes of the organization set its public key.',
  })
  updateOrganization(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateOrganizationInput) input: UpdateOrganizationInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('organization', 'Organization', (await updateOrganization(changes, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload, {
    description:
      'Not while the organization is in a collaboration, or while there are tasks that it initiated or worked on.',
  })
  deleteOrganization(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Organization', (await deleteOrganization(changes, id)).id),
    );
  }

  @Mutation(() => OrganizationPayload, { description: 'Makes somebody a member whom the viewer may see.' })
  addMember(
    @Arg('organizationId', () => ID) organizationId: string,
    @Arg('userId', () => ID) userId: string,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('organization', 'Organization', await addMember(changes, organizationId, userId)),
    );
  }

  @Mutation(() => OrganizationPayload, {
    description: 'Takes somebody out, or leaves: with every role and rule held in the organization.',
  })
  async removeMember(
    @Arg('organizationId', () => ID) organizationId: string,
    @Arg('userId', () => ID) userId: string,
    @Ctx() { write, viewer }: Context,
  ) {
    return write.transaction(async (changes) => {
      const id = await removeMember(changes, organizationId, userId);
      // Whoever has left is shown what they may see from now on.
      const { userId: self, tokenFamilyId, expiresAt } = viewer;
      const now = self && (await loadViewer(changes, { userId: self, familyId: tokenFamilyId, expiresAt }));
      return payload('organization', 'Organization', id, now ? now.viewer : null);
    });
  }
}
