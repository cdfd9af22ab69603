/** The mutations of custom forms. Lists of fields hang on their event; single ones are read by node(id). */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import {
  CreateCustomFormInput,
  CustomFormPayload,
  ReorderCustomFormsPayload,
  UpdateCustomFormInput,
} from './custom-form.inputs.ts';
import {
  createCustomForm,
  deleteCustomForm,
  reorderCustomForms,
  updateCustomForm,
} from './custom-form.service.ts';
import { FormKind } from './form.kinds.ts';

/** Mutations of custom forms. */
@Resolver()
export class CustomFormResolver {
  @Mutation(() => CustomFormPayload, { description: 'Adds a field to a form of an event.' })
  createCustomForm(
    @Arg('input', () => CreateCustomFormInput) input: CreateCustomFormInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('customForm', 'CustomForm', (await createCustomForm(changes, input)).id),
    );
  }

  @Mutation(() => CustomFormPayload)
  updateCustomForm(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateCustomFormInput) input: UpdateCustomFormInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('customForm', 'CustomForm', (await updateCustomForm(changes, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload, {
    description:
      'Removes a field from its form. While there are answers, they and the field are kept, marked by removedAt.',
  })
  deleteCustomForm(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('CustomForm', (await deleteCustomForm(changes, id)).id),
    );
  }

  @Mutation(() => ReorderCustomFormsPayload, {
    description: 'Puts the fields of a form in this order; those not named follow in theirs.',
  })
  reorderCustomForms(
    @Arg('eventId', () => ID) eventId: string,
    @Arg('form', () => FormKind) form: FormKind,
    @Arg('ids', () => [ID]) ids: string[],
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('event', 'Event', await reorderCustomForms(changes, eventId, form, ids)),
    );
  }
}
