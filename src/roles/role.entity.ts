/** Roles: named sets of rules. Default roles come with the server, others belong to an organization or to the whole site. */
import type { Rel } from '@mikro-orm/core';
import { Unique } from '@mikro-orm/decorators/legacy';
import { User } from '../accounts/user.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import { Column, Connection, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import { longest } from '../platform/values.ts';
import { declareRelation } from '../platform/data/model.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { HeldRole } from './held.entity.ts';
import { RoleRule } from './role-rule.entity.ts';
import { Rule, RuleArgs, RuleConnection } from './rule.entity.ts';

/** A named set of rules. */
@Resource('roles', 'A named set of rules.', 'name ASC')
@Unique({
  name: 'roles_name_unique',
  expression:
    'create unique index roles_name_unique on roles (organization_id, lower(name)) nulls not distinct',
})
export class Role extends EntityBase {
  @Column('name')
  name!: string;
  @Column('prose', { nullable: true, longest: longest.line })
  description!: string | null;
  @Column('boolean', {
    default: 'false',
    description: 'Whether it comes with the server; such a role changes with the server alone.',
  })
  isDefault: boolean = false;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
  @Link(() => Organization, {
    nullable: true,
    onDelete: 'cascade',
    description: 'Null for default roles and those of the whole site.',
  })
  organization!: Rel<Organization> | null;

  @Connection(
    () => Rule,
    () => ({ connection: RuleConnection, args: RuleArgs }),
    { through: () => RoleRule, own: 'role', other: 'rule' },
    { description: 'What its holders may do.' },
  )
  rules!: unknown;
}

// Who holds the role is asked by its table; it is no field of the schema.
declareRelation(Role, {
  name: 'holders',
  target: () => User,
  through: { join: () => HeldRole, own: 'role', other: 'user', distinct: true },
  single: false,
});

/** A page of roles. */
export const RoleConnection = connectionType('Role', () => Role);
/** Conditions on roles. */
export const RoleFilter = filterType('Role', {
  id: conditions.id,
  name: conditions.text,
  organization: conditions.id,
  isDefault: conditions.boolean,
});
/** Orders of roles. */
export const RoleOrder = orderType('Role', ['name', 'createdAt']);
/** The arguments of lists of roles. */
export const RoleArgs = listArgs(
  () => RoleFilter,
  () => RoleOrder,
);
