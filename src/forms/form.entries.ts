/** Answers to public fields, for the tables of what is answered by a form. */
import { all, column } from '../permissions/condition.ts';
import type { EntriesRule } from '../permissions/table.ts';

/** The entries of `answers` whose field is public on the form of the row's event, removed fields included. */
export function entriesOfPublicFields(form: 'SESSION' | 'SPEAKER'): Pick<EntriesRule, 'text' | 'keyed'> {
  const where = all(column('form', form), column('isPublic', true));
  return {
    text: 'entries of isPublic fields',
    keyed: { resource: 'CustomForm', key: 'fieldIdentifier', sharing: 'event', where },
  };
}
