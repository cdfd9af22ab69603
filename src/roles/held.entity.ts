/**
 * What people hold, summed up by the database: the rules of their roles and those given to them directly, in one
 * organization or (organization null) site-wide. A super admin holds Root site-wide, without a row that could be taken
 * away. The one statement of it: the viewer, `whoCan` and the fields of the schema all read these views.
 * Written as PostgreSQL prints them back, so that a check of the migrations finds no difference.
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Membership } from '../organizations/membership.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import { Role } from './role.entity.ts';
import { Rule } from './rule.entity.ts';

/** A role that somebody holds, Root of super admins included; not a type of the schema. */
@Entity({
  tableName: 'held_roles',
  view: true,
  expression:
    'select a.user_id, a.role_id, a.membership_id, m.organization_id from role_assignments a left join memberships m on m.id = a.membership_id ' +
    "union all select u.id as user_id, r.id as role_id, null::uuid as membership_id, null::uuid as organization_id from users u cross join roles r where u.is_super_admin and r.is_default and r.name = 'Root'",
})
export class HeldRole {
  @ManyToOne({ entity: () => User, primary: true, fieldName: 'user_id' })
  user!: Rel<User>;
  @ManyToOne({ entity: () => Role, primary: true, fieldName: 'role_id' })
  role!: Rel<Role>;
  @ManyToOne({ entity: () => Membership, nullable: true, fieldName: 'membership_id' })
  membership!: Rel<Membership> | null;
  @ManyToOne({ entity: () => Organization, nullable: true, fieldName: 'organization_id' })
  organization!: Rel<Organization> | null;
}

/** A rule that somebody holds, through a role or directly; not a type of the schema. */
@Entity({
  tableName: 'held_rules',
  view: true,
  expression:
    'select h.user_id, r.id as rule_id, h.membership_id, h.organization_id, r.resource, r.operation, r.scope, true as is_through_role ' +
    'from held_roles h join role_rules l on l.role_id = h.role_id join rules r on r.id = l.rule_id ' +
    'union all select g.user_id, r.id as rule_id, g.membership_id, m.organization_id, r.resource, r.operation, r.scope, false as is_through_role ' +
    'from rule_grants g join rules r on r.id = g.rule_id left join memberships m on m.id = g.membership_id',
})
export class HeldRule {
  @ManyToOne({ entity: () => User, primary: true, fieldName: 'user_id' })
  user!: Rel<User>;
  @ManyToOne({ entity: () => Rule, primary: true, fieldName: 'rule_id' })
  rule!: Rel<Rule>;
  @ManyToOne({ entity: () => Membership, nullable: true, fieldName: 'membership_id' })
  membership!: Rel<Membership> | null;
  @ManyToOne({ entity: () => Organization, nullable: true, fieldName: 'organization_id' })
  organization!: Rel<Organization> | null;
  @Property({ columnType: 'text', type: 'text' })
  resource!: string;
  @Property({ columnType: 'text', type: 'text' })
  operation!: string;
  @Property({ columnType: 'text', type: 'text' })
  scope!: string;
  @Property({ columnType: 'boolean', type: 'boolean' })
  isThroughRole!: boolean;
}
