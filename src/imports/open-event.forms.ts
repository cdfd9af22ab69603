/**
 * The forms of an Open Event file: rows of fields, or, in files of the older generation, a JSON text of the kind
 * {"short_abstract": {"require": 0, "include": 1}} for sessions and one for speakers. Called by the reader.
 */
import { cleanTranslations, assertSound } from '../forms/custom-form.soundness.ts';
import type { CustomForm } from '../forms/custom-form.entity.ts';
import { builtInField, typesOf } from '../forms/form.defaults.ts';
import { FormFieldType, FormKind } from '../forms/form.kinds.ts';
import { PublicError } from '../platform/graphql/errors.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import { quote } from './import-error.ts';
import type { ImportPath } from './import-error.ts';
import { formFields } from './open-event.fields.ts';
import type { Values } from './open-event.fields.ts';
import { rowLimit, rowsOf } from './open-event.lists.ts';
import type { List } from './open-event.lists.ts';
import { camelKey, isObject, Row } from './open-event.rows.ts';
import type { Found, Setting } from './open-event.rows.ts';
import type { OpenEventFormField } from './open-event.types.ts';
import { fromJson } from './open-event.values.ts';

/** The most fields of a form. */
const mostFields = 100;

/** What older files call fields otherwise. */
const olderNames: Readonly<Record<string, string>> = {
  photo: 'photoUrl',
  video: 'videoUrl',
  audio: 'audioUrl',
  slidesUrl: 'slides',
};

const olderForms: readonly [key: string, form: FormKind][] = [
  ['sessionForm', FormKind.SESSION],
  ['speakerForm', FormKind.SPEAKER],
];

/**
 * The rows of fields, those of the older generation among them.
 * @param event where some files have what others have in an entry of its own
 * @throws ImportError as `rowsOf`
 */
export function formRows(entry: unknown, event: Row, setting: Setting): Row[] {
  const { forms } = setting.account.summary.counts;
  return [event, ...rowsOf(entry, ['forms'], 'forms', setting)].flatMap((row) => {
    const texts = olderForms.flatMap(([key, form]) => {
      const found = row.find([key]);
      return found ? [{ found, form }] : [];
    });
    if (texts.length === 0) return row === event ? [] : [row];
    if (row !== event) {
      // It holds forms, and is no field.
      forms.read -= 1;
      row.find(['id']);
      row.reportRest('forms');
    }
    return texts.flatMap(({ found, form }) => flagRows(found, form, setting));
  });
}

/** The flags of a form of the older generation, a row for each field. */
function flagRows(found: Found, form: FormKind, setting: Setting): Row[] {
  const { account } = setting;
  const flags = fromJson(found.value);
  if (!isObject(flags)) {
    account.leftOut(found.path, 'a form that is no object of fields', { detail: quote(found.value) });
    return [];
  }
  const entries = Object.entries(flags);
  if (entries.length > rowLimit) {
    account.leftOut(found.path, `a form of more than ${rowLimit} fields`);
    return [];
  }
  account.summary.counts.forms.read += entries.length;
  return entries.flatMap(([key, value]) => {
    const path = [...found.path, key];
    const fieldIdentifier = knownIdentifier(key, form);
    if (!builtInField(form, fieldIdentifier))
      account.leftOut(path, 'a field that is not known, in a form that has no others');
    else if (!isObject(value)) account.leftOut(path, 'a field that is no object', { detail: quote(value) });
    else return [new Row({ ...value, fieldIdentifier, form, isOlder: true }, path, setting)];
    return [];
  });
}

/** An identifier as it is spelt here: that of the field known by name, or in camel case where it is none otherwise. */
function knownIdentifier(key: string, form: FormKind): string {
  const isSound = /^[a-z]\w*$/.test(key);
  const camel = camelKey(key);
  const known = [camel, olderNames[camel]].find((one) => one !== undefined && builtInField(form, one));
  return known ?? (isSound ? key : camel);
}

/** Takes the fields, each once in its form, as far as an organizer could make them by hand. */
export function takeForms(list: List<OpenEventFormField>, rows: Row[], setting: Setting): void {
  const counts = new Map<string, number>();
  list.takeAll(
    rows,
    (row, index) => {
      const field = fieldOf(row, index, setting);
      if (!field) return null;
      const count = (counts.get(field.form) ?? 0) + 1;
      counts.set(field.form, count);
      if (count <= mostFields) return { ...field };
      setting.account.leftOut(row.path, `more fields than the ${mostFields} that a form can have`, {
        detail: quote(field.name),
      });
      return null;
    },
    (row) => {
      const { form, fieldIdentifier } = identityOf(row);
      return form && fieldIdentifier ? `${form} ${fieldIdentifier}` : null;
    },
  );
}

function identityOf(row: Row): { form: FormKind | null; fieldIdentifier: string | null } {
  row.find(['id']);
  const form = String(row.find(['form'])?.value).toUpperCase();
  const key = row.find(['fieldIdentifier', 'identifier'])?.value;
  if (!Object.hasOwn(FormKind, form) || typeof key !== 'string') return { form: null, fieldIdentifier: null };
  return { form: form as FormKind, fieldIdentifier: knownIdentifier(key.trim(), form as FormKind) };
}

function fieldOf(row: Row, index: number, setting: Setting): Omit<OpenEventFormField, 'id'> | null {
  const { account } = setting;
  const { form, fieldIdentifier } = identityOf(row);
  const values = row.read(formFields);
  if (!form || !fieldIdentifier) {
    account.leftOut(row.path, 'a field of a form without the form or the identifier that it has', {
      detail: quote(values.name),
    });
    return null;
  }
  const isOlder = row.find(['isOlder']) !== undefined;
  const builtIn = builtInField(form, fieldIdentifier);
  const field = {
    ...values,
    form,
    fieldIdentifier,
    name: values.name ?? builtIn?.name ?? fieldIdentifier,
    type: typeOf(row, values, builtIn, fieldIdentifier, setting),
    isRequired: values.isRequired ?? false,
    isIncluded: values.isIncluded ?? false,
    isFixed: values.isFixed ?? builtIn?.isFixed ?? false,
    isPublic: values.isPublic ?? builtIn?.isPublic ?? false,
    position: isOlder ? null : (values.position ?? index),
    options: values.options ?? [],
    translations: translationsOf(row, values, setting),
    removedAt: builtIn ? null : values.removedAt,
  };
  if (builtIn) {
    const forced = { isPublic: builtIn.isPublic, ...(builtIn.isFixed ? { isFixed: true } : {}) };
    force(row, field, forced, 'as it is for this field wherever it stands', setting);
  }
  if (field.removedAt) Object.assign(field, { isRequired: false, isIncluded: false, isFixed: false });
  if (field.isFixed)
    force(
      row,
      field,
      { isRequired: true, isIncluded: true },
      'a fixed field stays included and required',
      setting,
    );
  return sound(row, field, setting);
}

/** What is not the file's to decide; told where the file says otherwise. */
function force(
  row: Row,
  field: Record<string, unknown>,
  to: Record<string, boolean>,
  reason: string,
  { account }: Setting,
): void {
  for (const [key, value] of Object.entries(to)) {
    const found = row.find([key, ...formFields[key as 'isFixed'].keys]);
    if (found && field[key] !== value)
      account.changed(found.path, `${reason}: ${value}`, { detail: quote(field.name) });
    field[key] = value;
  }
}

function typeOf(
  row: Row,
  { type, options }: Values<typeof formFields>,
  builtIn: ReturnType<typeof builtInField>,
  fieldIdentifier: string,
  { account }: Setting,
): FormFieldType {
  const said = type ?? builtIn?.type ?? FormFieldType.TEXT;
  const isUnchosen = said === FormFieldType.SELECT && !builtIn && !options;
  const taken =
    builtIn && !typesOf(builtIn).includes(said) ? builtIn.type : isUnchosen ? FormFieldType.TEXT : said;
  if (taken !== said) {
    const reason = isUnchosen ? 'a field to choose from nothing' : 'a type that this field cannot have';
    account.changed([...row.path, 'type'], `${reason}: ${taken} was taken`, {
      detail: `${fieldIdentifier}: ${said}`,
    });
  }
  return taken;
}

function translationsOf(
  row: Row,
  { translations }: Values<typeof formFields>,
  { account }: Setting,
): OpenEventFormField['translations'] {
  if (!translations) return [];
  try {
    return cleanTranslations({ translations }).translations as OpenEventFormField['translations'];
  } catch (error) {
    for (const { path, message } of problemsOf(error))
      account.leftOut([...row.path, ...path], `translations of a field: ${message}`);
    return [];
  }
}

/** The field, judged by what createCustomForm judges by; null, with the reasons, where it could not be made by hand. */
function sound(
  row: Row,
  field: Omit<OpenEventFormField, 'id'>,
  { account }: Setting,
): Omit<OpenEventFormField, 'id'> | null {
  try {
    assertSound(
      field as Pick<
        CustomForm,
        'form' | 'fieldIdentifier' | 'type' | 'isFixed' | 'isIncluded' | 'isRequired' | 'isPublic' | 'options'
      >,
    );
    return field;
  } catch (error) {
    for (const { path, message } of problemsOf(error)) {
      account.leftOut([...row.path, ...path], `a field of a form that cannot be made: ${message}`, {
        detail: quote(field.fieldIdentifier),
      });
    }
    return null;
  }
}

/** The problems of a refused input, with their paths below `input`. */
function problemsOf(error: unknown): { path: ImportPath; message: string }[] {
  if (!(error instanceof PublicError) || error.code !== 'BAD_USER_INPUT') throw error;
  return (error.extensions.fields as InputProblem[]).map(({ path, message }) => ({
    path: path.slice(1),
    message,
  }));
}
