/**
 * Answers of sessions and speakers to custom fields, by the forms of the same file. They have to fit their fields, as
 * answers that are given through the API do; nothing is asked for that is not there. Called by the reader.
 */
import { AnswerError, answerOf } from '../forms/answer.values.ts';
import { FormFieldType } from '../forms/form.kinds.ts';
import type { FormKind } from '../forms/form.kinds.ts';
import { isBuiltIn } from '../forms/form.defaults.ts';
import { quote } from './import-error.ts';
import { camelKey, isObject } from './open-event.rows.ts';
import type { Row, Setting } from './open-event.rows.ts';
import type { OpenEventFormField } from './open-event.types.ts';
import { fromJson, isEmpty, storable } from './open-event.values.ts';

/** Reads the answers of a row. */
export type ReadAnswers = (row: Row) => Record<string, unknown>;

/** What reads the answers to a form. @param fields those of all forms of the file */
export function answersOf(
  form: FormKind,
  fields: readonly OpenEventFormField[],
  { account }: Setting,
): ReadAnswers {
  const custom = new Map(
    fields
      .filter((field) => field.form === form && !isBuiltIn(form, field.fieldIdentifier))
      .map((field) => [field.fieldIdentifier, field]),
  );
  return (row) => {
    const found = row.find(['complexFieldValues', 'answers']);
    if (!found) return {};
    const said = fromJson(found.value);
    if (!isObject(said)) {
      account.leftOut(found.path, 'answers that are no object', { detail: quote(found.value) });
      return {};
    }
    const answers = new Map<string, unknown>();
    for (const [key, value] of Object.entries(said)) {
      if (isEmpty(value)) continue;
      const path = [...found.path, key];
      const field = custom.get(key) ?? custom.get(camelKey(key));
      if (!field) {
        account.tally(
          path.filter((step) => typeof step === 'string'),
          'left-out',
          'answers to a field that no form of the file has',
        );
        continue;
      }
      try {
        const { answer, isChanged } = answered(field, value);
        if (answer === null)
          account.leftOut(path, 'an answer of which nothing is left', { detail: quote(value) });
        else answers.set(field.fieldIdentifier, answer);
        if (answer !== null && isChanged)
          account.changed(path, 'an answer in the form that its field takes', { detail: quote(value) });
      } catch (error) {
        if (!(error instanceof AnswerError)) throw error;
        account.leftOut(path, 'an answer that its field does not take', {
          detail: `${quote(value)} ${error.message}`,
        });
      }
    }
    return Object.fromEntries(answers);
  };
}

function answered(field: OpenEventFormField, raw: unknown): { answer: unknown; isChanged: boolean } {
  const answer = answerOf(field, fitted(field, storableAnswer(raw)));
  return { answer, isChanged: JSON.stringify(answer) !== JSON.stringify(raw) };
}

/** Texts as the database can hold them, in lists too; what is nested deeper is no answer. */
function storableAnswer(raw: unknown): unknown {
  if (typeof raw === 'string') return storable(raw);
  return Array.isArray(raw)
    ? (raw as unknown[]).map((one) => (typeof one === 'string' ? storable(one) : one))
    : raw;
}

/** Other servers keep numbers, and yes and no, as texts. */
function fitted({ type, options }: OpenEventFormField, raw: unknown): unknown {
  const { NUMBER, YEAR, BOOLEAN, CHECKBOX } = FormFieldType;
  if (type === NUMBER || type === YEAR)
    return typeof raw === 'string' && raw.trim() !== '' && Number.isFinite(Number(raw)) ? Number(raw) : raw;
  if (type === BOOLEAN || (type === CHECKBOX && options.length === 0)) {
    const text = String(raw).toLowerCase();
    if (['true', 'false', '1', '0'].includes(text)) return text === 'true' || text === '1';
  }
  if (type === CHECKBOX && options.length > 0 && typeof raw === 'string') return [raw];
  return typeof raw === 'number' ? String(raw) : raw;
}
