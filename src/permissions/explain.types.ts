/** The types of the schema in which the permission tables answer. They are stored nowhere and show what they hold. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { User } from '../accounts/user.entity.ts';
import { connectionType } from '../platform/graphql/connection.ts';

/** Why something is allowed or not. */
export enum DecisionReason {
  ALLOWED = 'ALLOWED',
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  NOT_FOUND = 'NOT_FOUND',
  FORBIDDEN = 'FORBIDDEN',
}
registerEnumType(DecisionReason, { name: 'DecisionReason', description: 'Why something is allowed or not.' });

/** A note of the row that decided. */
@ObjectType({ simpleResolvers: true, description: 'A note of the row that decided, and whether it holds.' })
export class DecisionNote {
  @Field(() => String)
  text!: string;
  @Field(() => Boolean)
  holds!: boolean;
}

/** An answer to "may I?". */
@ObjectType('Decision', {
  simpleResolvers: true,
  description:
    'Whether the viewer may do something, and why (not). For an object that the viewer may not see: allowed false, ' +
    'reason NOT_FOUND, row null, notes empty, as for an id never issued.',
})
export class DecisionAnswer {
  @Field(() => Boolean)
  allowed!: boolean;
  @Field(() => DecisionReason)
  reason!: DecisionReason;
  @Field(() => String, {
    nullable: true,
    description: 'The row of the table that allows, or that came nearest.',
  })
  row!: string | null;
  @Field(() => [DecisionNote], {
    description:
      'The notes of that row. Whom it is not meant for is told of the notes that say so, and of no others.',
  })
  notes!: DecisionNote[];
}

const cell = 'Empty: denied.';

/** A row of a permission table. */
@ObjectType({
  simpleResolvers: true,
  description: 'A row of a permission table: an actor, and what the actor may do.',
})
export class PermissionRow {
  @Field(() => String)
  actor!: string;
  @Field(() => String, { description: cell })
  list!: string;
  @Field(() => String, { description: cell })
  view!: string;
  @Field(() => String, { description: cell })
  create!: string;
  @Field(() => String, { description: cell })
  update!: string;
  @Field(() => String, { description: cell })
  delete!: string;
  @Field(() => String, {
    description: 'The columns that few tables have, such as publish and lock. Empty: denied.',
  })
  other!: string;
}

/** Who reads and writes a field. */
@ObjectType({ simpleResolvers: true, description: 'Who reads and writes a field of a row that they see.' })
export class FieldPermission {
  @Field(() => String)
  field!: string;
  @Field(() => [String])
  read!: string[];
  @Field(() => [String])
  write!: string[];
}

/** A permission table. */
@ObjectType('PermissionTable', {
  simpleResolvers: true,
  description:
    "A permission table: a viewer's rights are the union of the rows that apply; what none grants is denied.",
})
export class PermissionTableAnswer {
  @Field(() => String, { description: 'The type that it governs.' })
  resource!: string;
  @Field(() => [PermissionRow])
  rows!: PermissionRow[];
  @Field(() => [String], { description: 'The conditions that cells name.' })
  notes!: string[];
  @Field(() => [FieldPermission])
  fields!: FieldPermission[];
}

/** People who may do something to an object. */
export const WhoCanConnection = connectionType(
  'WhoCan',
  () => User,
  'person who may do something to an object',
);
Field(() => [String], {
  description: 'The rows of the table that let people at large do it to this object.',
})(WhoCanConnection.prototype as object, 'rows');
