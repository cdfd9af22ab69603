/** What keeps a field of a form from making sense. */
import { PublicError, badInput } from '../platform/graphql/errors.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import type { Problems } from '../platform/inputs.ts';
import type { TextColumn } from '../platform/values.ts';
import { judgeText, longest } from '../platform/values.ts';
import type { CustomForm } from './custom-form.entity.ts';
import type { CustomFormTranslationInput } from './custom-form.inputs.ts';
import { builtInField, typesOf } from './form.defaults.ts';
import { FormFieldType } from './form.kinds.ts';

/** The most options of a field: more than there are countries. */
const mostOptions = 500;
const mostTranslations = 50;
const identifier = /^[a-z][A-Za-z0-9_]{0,63}$/;
/** What an option is, and what a field is called. */
const label = { kind: 'name', nullable: false } as const;
const translationTexts: Readonly<Record<string, TextColumn>> = {
  language: { kind: 'locale', nullable: false },
  name: label,
  description: { kind: 'html', nullable: true },
};
const { SELECT, CHECKBOX } = FormFieldType;

type Sounded = Pick<
  CustomForm,
  'form' | 'fieldIdentifier' | 'type' | 'isFixed' | 'isIncluded' | 'isRequired' | 'isPublic' | 'options'
>;

/** Everything that is wrong with a field as it is to be. Its options get their normal form. */
export function soundness(field: Sounded): InputProblem[] {
  const problems: InputProblem[] = [];
  const wrong = (key: string, message: string) => problems.push({ path: ['input', key], message });
  const builtIn = builtInField(field.form, field.fieldIdentifier);
  if (!identifier.test(field.fieldIdentifier))
    wrong('fieldIdentifier', 'expected letters and digits in camel case such as dietaryNeeds, at most 64');
  if (builtIn && !typesOf(builtIn).includes(field.type))
    wrong('type', `is ${typesOf(builtIn).join(' or ')} for ${builtIn.fieldIdentifier}`);
  if (builtIn && field.isPublic !== builtIn.isPublic)
    wrong(
      'isPublic',
      `is ${builtIn.isPublic} for ${builtIn.fieldIdentifier}: the permission tables say who reads it`,
    );
  if (field.isFixed && !field.isIncluded) wrong('isIncluded', 'a fixed field stays included');
  if (field.isFixed && !field.isRequired) wrong('isRequired', 'a fixed field stays required');
  const judged = field.options.map((option) => judgeText(label, option));
  const options = (field.options = field.options.map((option, index) => judged[index].text ?? option));
  if (options.length > 0 && field.type !== SELECT && field.type !== CHECKBOX)
    wrong('options', 'are for SELECT and CHECKBOX');
  if (options.length > 0 && builtIn && builtIn.inputKey.endsWith('Id'))
    wrong('options', `are those of the event: it chooses a ${builtIn.name.toLowerCase()}`);
  if (options.length === 0 && field.type === SELECT && !builtIn)
    wrong('options', 'SELECT needs something to choose from');
  if (options.length > mostOptions) wrong('options', `are at most ${mostOptions}`);
  if (judged.some(({ problem }) => problem !== null))
    wrong('options', `are lines of 1 to ${longest.line} characters each`);
  if (new Set(options).size < options.length) wrong('options', 'differ from one another');
  return problems;
}

/** Throws BAD_USER_INPUT, naming everything that is wrong with the field as it is to be. Options get their normal form. */
export function assertSound(field: Sounded): void {
  const problems = soundness(field);
  if (problems.length > 0) throw badInput(problems);
}

/** Cleans the translations of an input; notes those that are no language, empty, too long or said twice. */
export function cleanTranslationsOf(
  input: { translations?: CustomFormTranslationInput[] | null },
  problems: Problems,
): void {
  try {
    Object.assign(input, cleanTranslations(input));
  } catch (error) {
    if (!(error instanceof PublicError) || !error.extensions.fields) throw error;
    problems.addAll(error.extensions.fields as InputProblem[]);
  }
}

/** An input with its translations cleaned. Throws BAD_USER_INPUT for one that is no language, empty, too long or said twice. */
export function cleanTranslations<T extends { translations?: CustomFormTranslationInput[] | null }>(
  input: T,
): T {
  if (!input.translations) return input;
  const problems: InputProblem[] = [];
  const wrong = (message: string, ...path: (string | number)[]) =>
    problems.push({ path: ['input', 'translations', ...path], message });
  if (input.translations.length > mostTranslations)
    throw badInput([{ path: ['input', 'translations'], message: `are at most ${mostTranslations}` }]);
  const translations = input.translations.map((one, index) => {
    const said = Object.entries(translationTexts).map(([key, column]) => {
      const value = one[key as keyof CustomFormTranslationInput];
      const { text, problem } =
        typeof value === 'string' ? judgeText(column, value) : { text: null, problem: null };
      if (problem !== null) wrong(problem, index, key);
      return [key, problem === null ? text : value];
    });
    return Object.fromEntries(said) as CustomFormTranslationInput;
  });
  if (new Set(translations.map(({ language }) => language)).size < translations.length)
    wrong('name a language twice');
  if (problems.length > 0) throw badInput(problems);
  return { ...input, translations };
}
