/** The fields that an event begins with, as rows. Called by everything that makes events. */
import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../platform/data/database.ts';
import { insertRows } from '../platform/data/insert.ts';
import { CustomForm } from './custom-form.entity.ts';
import { builtInFields } from './form.defaults.ts';
import { FormKind } from './form.kinds.ts';

/** The default fields of a form, as rows. @param event its uuid */
export function defaultFields(event: string, form: FormKind) {
  return builtInFields[form].map(
    ({ fieldIdentifier, name, type, isPublic, isRequired, isIncluded, isFixed }, position) => ({
      id: uuidv7(),
      event,
      form,
      fieldIdentifier,
      name,
      type,
      isPublic,
      isRequired,
      isIncluded,
      isFixed,
      position,
    }),
  );
}

/** Gives an event that has none its default fields: 20 of sessions, 22 of speakers. @param event its uuid */
export async function insertDefaultForms(transaction: Pick<Transaction, 'em'>, event: string): Promise<void> {
  await insertRows(
    transaction,
    CustomForm,
    Object.values(FormKind).flatMap((form) => defaultFields(event, form)),
  );
}
