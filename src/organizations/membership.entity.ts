/**
 * Who belongs to which organization. Everything that a person holds in it hangs on this row, so that whoever leaves
 * loses it in the same statement.
 */
import type { Rel } from '@mikro-orm/core';
import { Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Connection, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import { conditions, connectionType, filterType, listArgs } from '../platform/graphql/connection.ts';
import { HeldRule } from '../roles/held.entity.ts';
import { RoleAssignment } from '../roles/role-assignment.entity.ts';
import { Role, RoleArgs, RoleConnection } from '../roles/role.entity.ts';
import { Rule, RuleArgs, RuleConnection } from '../roles/rule.entity.ts';
import { Organization } from './organization.entity.ts';

/** A person's place in an organization. */
@Resource('memberships', "A person's place in an organization.")
@Unique({ properties: ['user', 'organization'] })
export class Membership extends EntityBase {
  @Link(() => User, { onDelete: 'cascade' })
  user!: Rel<User>;
  @Link(() => Organization, { onDelete: 'cascade' })
  organization!: Rel<Organization>;

  @Connection(
    () => Role,
    () => ({ connection: RoleConnection, args: RoleArgs }),
    { through: () => RoleAssignment, own: 'membership', other: 'role' },
    { guarded: true, description: 'The roles that the person holds in the organization.' },
  )
  roles!: unknown;
  @Connection(
    () => Rule,
    () => ({ connection: RuleConnection, args: RuleArgs }),
    { through: () => HeldRule, own: 'membership', other: 'rule', distinct: true },
    {
      guarded: true,
      description: 'The rules that the person holds in the organization, through roles or given directly.',
    },
  )
  rules!: unknown;
}

/** A page of memberships. */
export const MembershipConnection = connectionType('Membership', () => Membership);
/** Conditions on memberships. */
export const MembershipFilter = filterType('Membership', {
  id: conditions.id,
  user: conditions.id,
  organization: conditions.id,
  createdAt: conditions.time,
});
/** The arguments of lists of memberships. */
export const MembershipArgs = listArgs(() => MembershipFilter);
