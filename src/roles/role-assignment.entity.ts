/**
 * Who holds what: roles, and rules given directly. Either is held in one organization, and then hangs on the membership
 * and goes with it, or site-wide.
 */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { v7 as uuidv7 } from 'uuid';
import { User } from '../accounts/user.entity.ts';
import { Membership } from '../organizations/membership.entity.ts';
import { Role } from './role.entity.ts';
import { Rule } from './rule.entity.ts';

/** What something that is held has in common: who holds it, and in which organization. */
abstract class Holding {
  @PrimaryKey({ type: 'uuid' })
  id: string = uuidv7();
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  createdAt: Date = new Date();
  @ManyToOne({ entity: () => User, deleteRule: 'cascade', fieldName: 'user_id', index: true })
  user!: Rel<User>;
  /** The person's place in the organization in which it is held; null: site-wide. */
  @ManyToOne({
    entity: () => Membership,
    nullable: true,
    deleteRule: 'cascade',
    fieldName: 'membership_id',
    index: true,
  })
  membership!: Rel<Membership> | null;
}

/** A role that somebody holds; not a type of the schema. */
@Entity({ tableName: 'role_assignments' })
@Unique({
  name: 'role_assignments_unique',
  expression:
    'create unique index role_assignments_unique on role_assignments (user_id, role_id, membership_id) nulls not distinct',
})
export class RoleAssignment extends Holding {
  @ManyToOne({ entity: () => Role, deleteRule: 'cascade', fieldName: 'role_id', index: true })
  role!: Rel<Role>;
}

/** A rule that was given to somebody directly; not a type of the schema. */
@Entity({ tableName: 'rule_grants' })
@Unique({
  name: 'rule_grants_unique',
  expression:
    'create unique index rule_grants_unique on rule_grants (user_id, rule_id, membership_id) nulls not distinct',
})
export class RuleGrant extends Holding {
  @ManyToOne({ entity: () => Rule, deleteRule: 'cascade', fieldName: 'rule_id', index: true })
  rule!: Rel<Rule>;
}
