/** Rules: the catalogue of permissions/rules.ts as rows, so that roles and people can point to them. Never written by the API. */
import { Unique } from '@mikro-orm/decorators/legacy';
import { Column, EntityBase, EnumColumn, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
} from '../platform/graphql/connection.ts';
import { RuleOperation, RuleScope } from './rule.enums.ts';

/** A right: an operation on a resource, at a scope. */
@Resource('rules', 'A right: an operation on a resource, at a scope.', 'resource ASC')
@Unique({ properties: ['resource', 'scope', 'operation'] })
export class Rule extends EntityBase {
  @Column('code', {
    description: 'One of organization, collaboration, compute_node, task, result, role, user, live, port.',
  })
  resource!: string;
  @EnumColumn(() => RuleScope)
  scope!: RuleScope;
  @EnumColumn(() => RuleOperation)
  operation!: RuleOperation;
  @Column('line')
  description!: string;
}

/** A page of rules. */
export const RuleConnection = connectionType('Rule', () => Rule);
/** Conditions on rules. */
export const RuleFilter = filterType('Rule', {
  id: conditions.id,
  resource: conditions.text,
  scope: enumCondition('RuleScope', () => RuleScope),
  operation: enumCondition('RuleOperation', () => RuleOperation),
});
/** The arguments of lists of rules. */
export const RuleArgs = listArgs(() => RuleFilter);
