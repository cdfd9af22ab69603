/** Which rules make up a role. */
import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne } from '@mikro-orm/decorators/legacy';
import { Role } from './role.entity.ts';
import { Rule } from './rule.entity.ts';

/** A rule of a role; not a type of the schema. */
@Entity({ tableName: 'role_rules' })
export class RoleRule {
  @ManyToOne({ entity: () => Role, primary: true, deleteRule: 'cascade', fieldName: 'role_id' })
  role!: Rel<Role>;
  @ManyToOne({ entity: () => Rule, primary: true, deleteRule: 'cascade', fieldName: 'rule_id', index: true })
  rule!: Rel<Rule>;
}
