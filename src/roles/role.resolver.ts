/** The root fields of roles and rules. */
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { UserPayload } from '../accounts/user.inputs.ts';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { PageArgs } from '../platform/graphql/connection.ts';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import type { Handing } from './assignment.service.ts';
import { assignRole, giveRule, revokeRole, takeRule } from './assignment.service.ts';
import { RoleArgs, RoleConnection } from './role.entity.ts';
import { CreateRoleInput, RolePayload, UpdateRoleInput } from './role.inputs.ts';
import { createRole, deleteRole, updateRole } from './role.service.ts';
import { RuleArgs, RuleConnection } from './rule.entity.ts';

const whereRole =
  "The organization in which it is held: the role's own by default, site-wide for a role of none.";
const whereRule = 'The organization in which it is held; without one it is held site-wide.';

/** Queries and mutations of roles and rules. */
@Resolver()
export class RoleResolver {
  @Query(() => RoleConnection)
  roles(
    @Args(() => RoleArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Role', args as never, info);
  }

  @Query(() => RuleConnection, { description: 'The catalogue: every rule there is.' })
  rules(
    @Args(() => RuleArgs) args: PageArgs,
    @Ctx() { read }: Context,
    @Info() info: FieldInfo,
  ): Promise<Page> {
    return read.list('Rule', args as never, info);
  }

  @Mutation(() => RolePayload)
  createRole(@Arg('input', () => CreateRoleInput) input: CreateRoleInput, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('role', 'Role', (await createRole(changes, input)).id),
    );
  }

  @Mutation(() => RolePayload)
  updateRole(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateRoleInput) input: UpdateRoleInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('role', 'Role', (await updateRole(changes, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload, { description: 'Whoever holds the role loses it.' })
  deleteRole(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Role', (await deleteRole(changes, id)).id));
  }

  @Mutation(() => UserPayload, { description: 'Gives a role to somebody, of rules that the viewer holds.' })
  assignRole(
    @Arg('userId', () => ID) userId: string,
    @Arg('roleId', () => ID) roleId: string,
    @Arg('organizationId', () => ID, { nullable: true, description: whereRole })
    organizationId: string | null,
    @Ctx() context: Context,
  ) {
    return handedOver(context, assignRole, roleId, { userId, organizationId: organizationId ?? null });
  }

  @Mutation(() => UserPayload, { description: 'Takes a role from somebody, of rules that the viewer holds.' })
  revokeRole(
    @Arg('userId', () => ID) userId: string,
    @Arg('roleId', () => ID) roleId: string,
    @Arg('organizationId', () => ID, { nullable: true, description: whereRole })
    organizationId: string | null,
    @Ctx() context: Context,
  ) {
    return handedOver(context, revokeRole, roleId, { userId, organizationId: organizationId ?? null });
  }

  @Mutation(() => UserPayload, { description: 'Gives somebody a single rule that the viewer holds.' })
  giveRule(
    @Arg('userId', () => ID) userId: string,
    @Arg('ruleId', () => ID) ruleId: string,
    @Arg('organizationId', () => ID, { nullable: true, description: whereRule })
    organizationId: string | null,
    @Ctx() context: Context,
  ) {
    return handedOver(context, giveRule, ruleId, { userId, organizationId: organizationId ?? null });
  }

  @Mutation(() => UserPayload, { description: 'Takes a rule from somebody that was given to them directly.' })
  takeRule(
    @Arg('userId', () => ID) userId: string,
    @Arg('ruleId', () => ID) ruleId: string,
    @Arg('organizationId', () => ID, { nullable: true, description: whereRule })
    organizationId: string | null,
    @Ctx() context: Context,
  ) {
    return handedOver(context, takeRule, ruleId, { userId, organizationId: organizationId ?? null });
  }
}

type Verb = typeof assignRole;

function handedOver({ write }: Context, verb: Verb, id: string, handing: Handing) {
  return write.transaction(async (changes) => payload('user', 'User', await verb(changes, id, handing)));
}
