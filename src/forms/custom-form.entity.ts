/** Custom forms: the fields that an event asks of sessions, speakers and attendees, one row each. */
import type { Rel } from '@mikro-orm/core';
import { Unique } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Event } from '../events/event.entity.ts';
import { Column, Computed, EntityBase, EnumColumn, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { isBuiltIn } from './form.defaults.ts';
import { FormFieldType, FormKind } from './form.kinds.ts';

/** What a field is called in another language. */
@ObjectType({ simpleResolvers: true, description: 'What a field of a form is called in another language.' })
export class CustomFormTranslation {
  @Field(() => String, { description: 'A language tag such as de or pt-BR.' })
  language!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true, description: 'HTML, sanitised.' })
  description!: string | null;
}

/** A field of a form of an event. */
@Resource(
  'custom_forms',
  'A field of a form of an event: what is asked of a session, a speaker or an attendee.',
  'position ASC',
)
@Unique({ properties: ['event', 'form', 'fieldIdentifier'] })
export class CustomForm extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @EnumColumn(() => FormKind)
  form!: FormKind;
  @EnumColumn(() => FormFieldType, { default: "'TEXT'" })
  type: FormFieldType = FormFieldType.TEXT;
  @Column('code', {
    description: 'What the answer is called: an input of its own, or a key of `answers`; see isCustom.',
  })
  fieldIdentifier!: string;
  @Column('name')
  name!: string;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  description!: string | null;
  @Column('boolean', {
    default: 'false',
    description: 'A session leaves draft, and a speaker is entered, with an answer only.',
  })
  isRequired: boolean = false;
  @Column('boolean', { default: 'false', description: 'Whether the form asks for it.' })
  isIncluded: boolean = false;
  @Column('boolean', {
    default: 'false',
    description: 'It stays included and required, and the team does not delete it.',
  })
  isFixed: boolean = false;
  @Column('boolean', {
    default: 'false',
    description: 'Whether everybody reads the answers who sees the session or the speaker.',
  })
  isPublic: boolean = false;
  @Column('int', { default: '0' })
  position: number = 0;
  @Column('json', { default: "'[]'", api: false })
  options: string[] = [];
  @Column('json', { default: "'[]'", api: false })
  translations: CustomFormTranslation[] = [];
  @Column('time', {
    nullable: true,
    description:
      'When it was removed from the form, though there were answers: these are kept, and no more are asked for.',
  })
  removedAt!: Date | null;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;

  @Computed(
    () => Boolean,
    { columns: ['form', 'fieldIdentifier'] },
    (row: Record<string, string>) => !isBuiltIn(row.form as FormKind, row.fieldIdentifier),
    {
      description:
        'Answered in `answers`, under fieldIdentifier. False: a field of the session or the speaker, set by its own input.',
    },
  )
  isCustom!: boolean;
}
// Columns that the schema shows with a type of its own.
Computed(
  () => [String],
  { columns: ['options'] },
  (row) => row.options,
  { description: 'What can be chosen.' },
)(CustomForm.prototype, 'options');
Computed(
  () => [CustomFormTranslation],
  { columns: ['translations'] },
  (row) => row.translations,
)(CustomForm.prototype, 'translations');

/** A page of fields. */
export const CustomFormConnection = connectionType('CustomForm', () => CustomForm, 'form field');
/** Conditions on fields. */
export const CustomFormFilter = filterType('CustomForm', {
  id: conditions.id,
  form: enumCondition('FormKind', () => FormKind),
  type: enumCondition('FormFieldType', () => FormFieldType),
  fieldIdentifier: conditions.text,
  name: conditions.text,
  isRequired: conditions.boolean,
  isIncluded: conditions.boolean,
  isFixed: conditions.boolean,
  isPublic: conditions.boolean,
  removedAt: conditions.time,
});
/** Orders of fields. */
export const CustomFormOrder = orderType('CustomForm', ['position', 'name', 'createdAt']);
/** The arguments of lists of fields. */
export const CustomFormArgs = listArgs(
  () => CustomFormFilter,
  () => CustomFormOrder,
);
