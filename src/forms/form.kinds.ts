/** The enums of custom forms, apart from the entities, which form cycles. */
import { registerEnumType } from 'type-graphql';

/** Whom a form asks. */
export enum FormKind {
  SESSION = 'SESSION',
  SPEAKER = 'SPEAKER',
  ATTENDEE = 'ATTENDEE',
}
registerEnumType(FormKind, {
  name: 'FormKind',
  description: 'Whom a form asks. Attendee forms are kept and shown; nothing is submitted to them.',
});

/** What the answer to a field of a form is. */
export enum FormFieldType {
  TEXT = 'TEXT',
  PARAGRAPH = 'PARAGRAPH',
  CHECKBOX = 'CHECKBOX',
  SELECT = 'SELECT',
  NUMBER = 'NUMBER',
  EMAIL = 'EMAIL',
  URL = 'URL',
  BOOLEAN = 'BOOLEAN',
  YEAR = 'YEAR',
  FILE = 'FILE',
  IMAGE = 'IMAGE',
}
registerEnumType(FormFieldType, {
  name: 'FormFieldType',
  description:
    'What the answer to a field is. TEXT: a line; PARAGRAPH: HTML, sanitised; SELECT: one of the options; CHECKBOX: a list of options, or true or ' +
    'false where there are none; NUMBER and YEAR: numbers; URL, FILE, IMAGE: an address; EMAIL: an e-mail address; BOOLEAN: true or false.',
});
