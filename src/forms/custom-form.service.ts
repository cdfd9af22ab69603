/** The verbs of custom forms: create (or take back), update, delete (or mark as removed), reorder. */
import { Event } from '../events/event.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { badInput, conflict, forbidden } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import type { InputChecks } from '../platform/inputs.ts';
import { cleanInput, withoutNulls } from '../platform/inputs.ts';
import { isStaff } from '../permissions/viewer.ts';
import { CustomForm } from './custom-form.entity.ts';
import type { CreateCustomFormInput, UpdateCustomFormInput } from './custom-form.inputs.ts';
import { cleanTranslationsOf, soundness } from './custom-form.soundness.ts';
import { builtInField } from './form.defaults.ts';
import { FormFieldType, FormKind } from './form.kinds.ts';

/** The most fields that a form has: a page of a list shows them all. */
const mostFields = 100;

const fields = [
  'type',
  'name',
  'description',
  'isRequired',
  'isIncluded',
  'isFixed',
  'isPublic',
  'position',
  'options',
  'translations',
] as const;
const required = [
  'type',
  'name',
  'isRequired',
  'isIncluded',
  'isFixed',
  'isPublic',
  'position',
  'options',
  'translations',
];

/**
 * Adds a field to a form. A field that was removed while there were answers is taken back, with its answers.
 * Throws CONFLICT where the form has a field of that identifier.
 */
export async function createCustomForm(changes: Changes, input: CreateCustomFormInput): Promise<CustomForm> {
  const eventId = uuidOfArgument('Event', input.eventId, 'input', 'eventId');
  await changes.authorize('view', { resource: 'Event', id: eventId });
  await changes.authorize('create', { resource: 'CustomForm', values: { event: eventId } });
  const isPublic = builtInField(input.form, input.fieldIdentifier)?.isPublic ?? false;
  const initial = {
    isIncluded: true,
    isRequired: input.isFixed === true,
    isFixed: false,
    isPublic,
    options: [] as string[],
  };
  const clean = cleanInput(CustomForm, withoutNulls(input) as CreateCustomFormInput, {
    check: judged(initial),
  });
  const { form, fieldIdentifier } = clean;
  // Those who add to one event's forms wait for one another here, so that the last place is one field's.
  await changes.query('SELECT 1 FROM events WHERE id = $1 FOR UPDATE', [eventId]);
  const standing = await changes.em.findOne(CustomForm, { event: eventId, form, fieldIdentifier });
  if (standing && !standing.removedAt)
    throw conflict('The form has a field with this fieldIdentifier already');
  const [{ count, next }] = await changes.query(
    `SELECT count(*) FILTER (WHERE removed_at IS NULL)::int AS count, least(coalesce(max(position)::bigint + 1, 0), 2147483647)::int AS next
     FROM custom_forms WHERE event_id = $1 AND form = $2`,
    [eventId, form],
  );
  if ((count as number) >= mostFields)
    throw badInput([
      { path: ['input', 'form'], message: `has ${mostFields} fields, the most that a form has` },
    ]);
  if (standing && clean.type !== standing.type) await assertUnanswered(changes, standing);
  const made = { event: changes.em.getReference(Event, eventId), form, fieldIdentifier };
  const field = standing ?? changes.em.create(CustomForm, made as never, { partial: true });
  const { options: _, ...fresh } = initial;
  applyInput(field, { ...fresh, position: next as number, ...clean }, fields);
  field.removedAt = null;
  if (standing) field.version += 1;
  await changes.em.flush();
  return field;
}

/** What an input is judged by: its translations, and the field that it makes of one that is there. */
function judged<T extends UpdateCustomFormInput>(
  before: Partial<CustomForm>,
): NonNullable<InputChecks<T>['check']> {
  return (clean, problems) => {
    cleanTranslationsOf(clean, problems);
    const field = { ...before, ...withoutNulls(clean) } as CustomForm;
    problems.addAll(soundness(field));
    if (clean.options) clean.options = field.options;
  };
}

/** Changes a field. Throws CONFLICT for an old version, a removed field, or another type while there are answers. */
export async function updateCustomForm(
  changes: Changes,
  id: string,
  input: UpdateCustomFormInput,
): Promise<CustomForm> {
  const field = await changes.take(CustomForm, id, 'update');
  assertVersion(field, input.version);
  if (field.removedAt) throw conflict('The field was removed from the form; createCustomForm takes it back');
  const clean = cleanInput(CustomForm, input, { required, check: judged(field) });
  if (clean.type && clean.type !== field.type) await assertUnanswered(changes, field);
  if (clean.isFixed === false && field.isFixed && !isStaff(changes.viewer))
    throw forbidden('Only staff make a fixed field another than fixed');
  applyInput(field, clean, fields);
  field.version += 1;
  await changes.em.flush();
  return field;
}

/** Removes a field from its form. While there are answers to it the field is kept, marked by `removedAt`, and so are they. */
export async function deleteCustomForm(changes: Changes, id: string): Promise<CustomForm> {
  const field = await changes.take(CustomForm, id, 'delete');
  if (!(await isAnswered(changes, field))) changes.em.remove(field);
  else if (!field.removedAt) {
    Object.assign(field, { removedAt: new Date(), isIncluded: false, isRequired: false, isFixed: false });
    field.version += 1;
  }
  await changes.em.flush();
  return field;
}

/**
 * Puts the fields of a form in this order; those that are not named follow in theirs. Returns the uuid of the event.
 * Throws BAD_USER_INPUT for a field of another form or event, and for one that is named twice.
 */
export async function reorderCustomForms(
  changes: Changes,
  eventId: string,
  form: FormKind,
  ids: readonly string[],
): Promise<string> {
  const event = uuidOfArgument('Event', eventId, 'eventId');
  await changes.authorize('view', { resource: 'Event', id: event });
  await changes.authorize('create', { resource: 'CustomForm', values: { event } });
  if (ids.length > 2 * mostFields)
    throw badInput([{ path: ['ids'], message: `names at most ${2 * mostFields}` }]);
  const rows = await changes.query(
    'SELECT id FROM custom_forms WHERE event_id = $1 AND form = $2 ORDER BY position, id FOR UPDATE',
    [event, form],
  );
  const standing = rows.map((row) => String(row.id));
  const named = ids.map((id, index) => {
    const uuid = uuidOfArgument('CustomForm', id, 'ids', index);
    if (!standing.includes(uuid))
      throw badInput([{ path: ['ids', index], message: 'is no field of this form' }]);
    return uuid;
  });
  if (new Set(named).size < named.length) throw badInput([{ path: ['ids'], message: 'names a field twice' }]);
  const order = [...named, ...standing.filter((uuid) => !named.includes(uuid))];
  const moved = await changes.query(
    `UPDATE custom_forms f SET position = o.place - 1, version = version + 1, updated_at = now()
     FROM unnest($1::uuid[]) WITH ORDINALITY AS o(id, place) WHERE f.id = o.id AND f.position <> o.place - 1 RETURNING f.id`,
    [order],
  );
  for (const { id } of moved) changes.record('UPDATE', 'CustomForm', String(id), ['position']);
  return event;
}

async function isAnswered(changes: Changes, { event, form, fieldIdentifier }: CustomForm): Promise<boolean> {
  if (form === FormKind.ATTENDEE) return false;
  const table = form === FormKind.SESSION ? 'sessions' : 'speakers';
  const [found] = await changes.query(
    `SELECT EXISTS (SELECT 1 FROM ${table} WHERE event_id = $1 AND jsonb_exists(answers, $2)) AS answered`,
    [event.id, fieldIdentifier],
  );
  return found.answered === true;
}

async function assertUnanswered(changes: Changes, field: CustomForm): Promise<void> {
  if (await isAnswered(changes, field)) {
    throw conflict(
      `There are answers to this field as ${FormFieldType[field.type]}; another kind of answer needs a field of its own`,
    );
  }
}
