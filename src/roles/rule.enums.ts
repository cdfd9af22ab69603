/** The enums of rules, as the schema and the database have them; their values are the catalogue's (permissions/rules.ts). */
import { registerEnumType } from 'type-graphql';

/** How far a rule reaches. */
export enum RuleScope {
  OWN = 'OWN',
  ORGANIZATION = 'ORGANIZATION',
  COLLABORATION = 'COLLABORATION',
  GLOBAL = 'GLOBAL',
}
registerEnumType(RuleScope, {
  name: 'RuleScope',
  description: 'How far a rule reaches; a wider scope holds the narrower ones.',
});

/** What a rule lets its holders do. */
export enum RuleOperation {
  VIEW = 'VIEW',
  CREATE = 'CREATE',
  UPDATE = 'UPDATE',
  DELETE = 'DELETE',
  RECEIVE = 'RECEIVE',
  SEND = 'SEND',
}
registerEnumType(RuleOperation, { name: 'RuleOperation', description: 'What a rule lets its holders do.' });
