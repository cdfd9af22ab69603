/** Why a picture that a row names was not taken. Kept apart from the row, which shows whatever it showed. */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { DerivedSql } from '../platform/data/model.ts';

/** A failure; the latest of a field of a row. Not a type of the schema. */
@Entity({ tableName: 'picture_failures' })
export class PictureFailure {
  @PrimaryKey({ type: 'uuid' })
  rowId!: string;
  @PrimaryKey({ columnType: 'text', type: 'text' })
  field!: string;
  /** What is wrong, for whoever named the picture. */
  @Property({ columnType: 'text', type: 'text' })
  reason!: string;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()', index: true })
  createdAt: Date = new Date();
}

/** The field beside one that names a picture which tells why that was not taken: `photoFailure` beside `photoUrl`. */
export const failureField = (field: string): string => field.replace(/Url$/, 'Failure');

/** The SQL of that field. */
export const pictureFailure =
  (field: string): DerivedSql =>
  (of) =>
    `(SELECT failure.reason FROM picture_failures failure WHERE failure.row_id = ${of('id')} AND failure.field = '${field}')`;

/** How the schema has it. */
export const pictureFailureOptions = {
  nullable: true,
  guarded: true,
  description: 'Why the picture that was named last could not be taken; null if it was.',
} as const;
