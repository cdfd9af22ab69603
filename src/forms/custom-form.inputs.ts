/** The inputs of custom forms. Names and nullability are the contract's. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Event } from '../events/event.entity.ts';
import { CustomForm } from './custom-form.entity.ts';
import { FormFieldType, FormKind } from './form.kinds.ts';

/** What a field is called in another language. */
@InputType({ description: 'What a field of a form is called in another language.' })
export class CustomFormTranslationInput {
  @Field(() => String, { description: 'A language tag such as de or pt-BR.' })
  language!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true, description: 'HTML; what is not allowed in it is removed.' })
  description?: string | null;
}

@InputType()
abstract class CustomFormDetails {
  @Field(() => String, { nullable: true, description: 'HTML; what is not allowed in it is removed.' })
  description?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'A session leaves draft, and a speaker is entered, with an answer only.',
  })
  isRequired?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the form asks for it; true for a new one when not given.',
  })
  isIncluded?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'It stays included and required, and the team does not delete it. Only staff take that back.',
  })
  isFixed?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether everybody reads the answers who sees the session or the speaker. Of custom fields only.',
  })
  isPublic?: boolean | null;
  @Field(() => Int, {
    nullable: true,
    description: 'The place in the form; a new field comes last when not given. See reorderCustomForms.',
  })
  position?: number | null;
  @Field(() => [String], { nullable: true, description: 'What can be chosen, of SELECT and CHECKBOX.' })
  options?: string[] | null;
  @Field(() => [CustomFormTranslationInput], { nullable: true })
  translations?: CustomFormTranslationInput[] | null;
}

/** A new field. */
@InputType({
  description:
    'A new field of a form of an event. One that was removed while there were answers is taken back.',
})
export class CreateCustomFormInput extends CustomFormDetails {
  @Field(() => ID)
  eventId!: string;
  @Field(() => FormKind)
  form!: FormKind;
  @Field(() => FormFieldType)
  type!: FormFieldType;
  @Field(() => String)
  name!: string;
  @Field(() => String, { description: 'In camel case, unique in its form: the key of the answers.' })
  fieldIdentifier!: string;
}

/** Changes to a field. */
@InputType({ description: 'Changes to a field of a form: an absent key is left alone, null clears it.' })
export class UpdateCustomFormInput extends CustomFormDetails {
  @Field(() => FormFieldType, { nullable: true, description: 'Not while there are answers.' })
  type?: FormFieldType | null;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'Fails with CONFLICT if the stored version differs.',
  })
  version?: number | null;
}

/** A field that was written. */
@ObjectType({ simpleResolvers: true })
export class CustomFormPayload {
  @Field(() => CustomForm)
  customForm!: unknown;
}

/** A form whose fields were put in order. */
@ObjectType({ simpleResolvers: true })
export class ReorderCustomFormsPayload {
  @Field(() => Event)
  event!: unknown;
}
