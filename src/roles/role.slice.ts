/** The slice of roles: rules, sets of them, and who holds what. */
import { byCell, forEveryone } from '../permissions/operations.ts';
import type { Slice } from '../platform/slice.ts';
import { HeldRole, HeldRule } from './held.entity.ts';
import { RoleAssignment, RuleGrant } from './role-assignment.entity.ts';
import { RoleRule } from './role-rule.entity.ts';
import { Role } from './role.entity.ts';
import { rolePermissions, rulePermissions } from './role.permissions.ts';
import { RoleResolver } from './role.resolver.ts';
import { Rule } from './rule.entity.ts';

/** Roles and rules. */
export const roleSlice: Slice = {
  entities: [Rule, Role, RoleRule, RoleAssignment, RuleGrant, HeldRole, HeldRule],
  permissions: [rolePermissions, rulePermissions],
  resolvers: [RoleResolver],
  operations: {
    Query: { roles: forEveryone, rules: forEveryone },
    Mutation: {
      createRole: byCell('Role', 'create'),
      updateRole: byCell('Role', 'update'),
      deleteRole: byCell('Role', 'delete'),
      assignRole: byCell('Membership', 'update'),
      revokeRole: byCell('Membership', 'update'),
      giveRule: byCell('Membership', 'update'),
      takeRule: byCell('Membership', 'update'),
    },
  },
};
