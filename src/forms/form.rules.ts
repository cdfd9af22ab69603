/**
 * Sessions and speakers judged by the forms of their event. Answers that are given have to fit their fields, whoever
 * gives them. What is required is asked of those who submit: of the whole session or profile when it is handed in
 * (a draft may lack it), and of what an input names afterwards. The team of the event and staff, who enter for
 * others, may leave it empty.
 */
import type { Changes } from '../platform/data/writer.ts';
import { badInput } from '../platform/graphql/errors.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import { AnswerError, answerOf, isEmptyAnswer } from './answer.values.ts';
import type { AnsweredField } from './answer.values.ts';
import { builtInField } from './form.defaults.ts';
import type { FormKind } from './form.kinds.ts';

/** The most that one error tells of. */
const mostProblems = 100;

/** Answers to custom fields, by fieldIdentifier. */
export type Answers = Record<string, unknown>;

/** What is judged: a row with its answers, as it is to be but for the answers of the input. */
export type Answering = object & { answers: Answers };

interface FormField extends AnsweredField {
  readonly fieldIdentifier: string;
  readonly isIncluded: boolean;
  readonly isRequired: boolean;
}

/** How what is required is asked for: of everything, of what the input names, or of nothing. */
export type Asking = 'whole' | 'named' | 'nothing';

/** What judges an input. */
export interface FormSubject {
  readonly form: FormKind;
  readonly eventId: string;
  readonly row: Answering;
  /** The input, cleaned; its own keys are judged where a form has them. */
  readonly input: object & { readonly answers?: unknown };
  readonly asking: Asking;
  /** Keys of the input that are not asked for here: another rule says that they are left empty. */
  readonly spared?: readonly string[];
}

/**
 * Takes the answers of an input into the row (an absent key is left alone, null clears it) and judges the row by the
 * form. Throws BAD_USER_INPUT with a path below `input` for everything that does not fit or is missing.
 */
export async function judgeByForm(
  changes: Changes,
  { form, eventId, row, input, asking, spared = [] }: FormSubject,
): Promise<void> {
  const fields = await fieldsOf(changes, form, eventId);
  const problems: InputProblem[] = [];
  const wrong = (message: string, ...path: string[]) => {
    if (problems.length < mostProblems) problems.push({ path: ['input', ...path], message });
  };
  if (input.answers !== undefined) row.answers = merged(form, fields, row.answers, input.answers, wrong);
  for (const field of fields.values()) {
    const builtIn = builtInField(form, field.fieldIdentifier);
    const path = builtIn ? [builtIn.inputKey] : ['answers', field.fieldIdentifier];
    const isNamed = isGiven(input, path);
    const value = builtIn
      ? (row as Record<string, unknown>)[builtIn.property]
      : row.answers[field.fieldIdentifier];
    if (
      builtIn &&
      isNamed &&
      field.options.length > 0 &&
      typeof value === 'string' &&
      !field.options.includes(value)
    ) {
      wrong(`is none of the options: ${field.options.slice(0, 10).join(', ')}`, ...path);
    }
    if (!field.isIncluded || !field.isRequired || asking === 'nothing' || spared.includes(path[0])) continue;
    if (asking === 'named' && !isNamed) continue;
    if (
      isEmptyAnswer(field, value) &&
      !problems.some((one) => one.path.join('.') === `input.${path.join('.')}`)
    ) {
      wrong('is required by the form of the event', ...path);
    }
  }
  if (problems.length > 0) throw badInput(problems);
}

async function fieldsOf(
  changes: Changes,
  form: FormKind,
  eventId: string,
): Promise<ReadonlyMap<string, FormField>> {
  const rows = await changes.query(
    `SELECT field_identifier AS "fieldIdentifier", type, options, is_included AS "isIncluded", is_required AS "isRequired"
     FROM custom_forms WHERE event_id = $1 AND form = $2 AND removed_at IS NULL ORDER BY position, id`,
    [eventId, form],
  );
  return new Map((rows as unknown as FormField[]).map((field) => [field.fieldIdentifier, field]));
}

function merged(
  form: FormKind,
  fields: ReadonlyMap<string, FormField>,
  standing: Answers,
  given: unknown,
  wrong: (message: string, ...path: string[]) => void,
): Answers {
  if (given === null) return {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    wrong('expected an object with a key for each field that is answered', 'answers');
    return standing;
  }
  const answers = new Map(Object.entries(standing));
  for (const [key, value] of Object.entries(given)) {
    const builtIn = builtInField(form, key);
    const field = fields.get(key);
    // What is answered already may always be taken away, whatever has become of its field.
    if (value === null && answers.has(key)) answers.delete(key);
    else if (builtIn) wrong(`is no answer: the input has ${builtIn.inputKey}`, 'answers', key);
    else if (!field) wrong('is no field of the form of the event', 'answers', key.slice(0, 100));
    else if (!field.isIncluded) wrong('is not asked for by the form of the event', 'answers', key);
    else {
      try {
        const answer = answerOf(field, value);
        if (answer === null) answers.delete(key);
        else answers.set(key, answer);
      } catch (error) {
        if (!(error instanceof AnswerError)) throw error;
        wrong(error.message, 'answers', key);
      }
    }
  }
  return Object.fromEntries(answers);
}

function isGiven(input: object, [key, ...rest]: readonly string[]): boolean {
  if (!Object.hasOwn(input, key)) return false;
  const value = (input as Record<string, unknown>)[key];
  if (value === undefined) return false;
  return rest.length === 0 || value === null || (typeof value === 'object' && isGiven(value, rest));
}
