/** What keeps a field of a form from making sense. */
import { badInput } from '../platform/graphql/errors.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import { cleanHtml } from '../platform/html.ts';
import { longest } from '../platform/inputs.ts';
import type { CustomForm } from './custom-form.entity.ts';
import type { CustomFormTranslationInput } from './custom-form.inputs.ts';
import { builtInField, typesOf } from './form.defaults.ts';
import { FormFieldType } from './form.kinds.ts';

/** The most options of a field: more than there are countries. */
const mostOptions = 500;
const mostTranslations = 50;
const identifier = /^[a-z][A-Za-z0-9_]{0,63}$/;
const { SELECT, CHECKBOX } = FormFieldType;

type Sounded = Pick<
  CustomForm,
  'form' | 'fieldIdentifier' | 'type' | 'isFixed' | 'isIncluded' | 'isRequired' | 'isPublic' | 'options'
>;

/** Throws BAD_USER_INPUT, naming everything that is wrong with the field as it is to be. Options are trimmed. */
export function assertSound(field: Sounded): void {
  const problems: InputProblem[] = [];
  const wrong = (key: string, message: string) => problems.push({ path: ['input', key], message });
  const builtIn = builtInField(field.form, field.fieldIdentifier);
  if (!identifier.test(field.fieldIdentifier)) wrong('fieldIdentifier', 'expected letters and digits in camel case such as dietaryNeeds, at most 64');
  if (builtIn && !typesOf(builtIn).includes(field.type)) wrong('type', `is ${typesOf(builtIn).join(' or ')} for ${builtIn.fieldIdentifier}`);
  if (builtIn && field.isPublic !== builtIn.isPublic) wrong('isPublic', `is ${builtIn.isPublic} for ${builtIn.fieldIdentifier}: the permission tables say who reads it`);
  if (field.isFixed && !field.isIncluded) wrong('isIncluded', 'a fixed field stays included');
  if (field.isFixed && !field.isRequired) wrong('isRequired', 'a fixed field stays required');
  field.options = field.options.map((option) => option.trim());
  const { options } = field;
  if (options.length > 0 && field.type !== SELECT && field.type !== CHECKBOX) wrong('options', 'are for SELECT and CHECKBOX');
  if (options.length > 0 && builtIn && builtIn.inputKey.endsWith('Id')) wrong('options', `are those of the event: it chooses a ${builtIn.name.toLowerCase()}`);
  if (options.length === 0 && field.type === SELECT && !builtIn) wrong('options', 'SELECT needs something to choose from');
  if (options.length > mostOptions) wrong('options', `are at most ${mostOptions}`);
  if (options.some((option) => option === '' || option.length > longest.line)) wrong('options', `have 1 to ${longest.line} characters each`);
  if (new Set(options).size < options.length) wrong('options', 'differ from one another');
  if (problems.length > 0) throw badInput(problems);
}

/** An input with its translations cleaned. Throws BAD_USER_INPUT for one that is no language, empty, too long or said twice. */
export function cleanTranslations<T extends { translations?: CustomFormTranslationInput[] | null }>(input: T): T {
  if (!input.translations) return input;
  const problems: InputProblem[] = [];
  const wrong = (message: string, ...path: (string | number)[]) => problems.push({ path: ['input', 'translations', ...path], message });
  if (input.translations.length > mostTranslations) throw badInput([{ path: ['input', 'translations'], message: `are at most ${mostTranslations}` }]);
  const translations = input.translations.map(({ language, name, description }, index) => {
    const tag = languageTag(language);
    if (tag === null) wrong('is no language tag such as de or pt-BR', index, 'language');
    if (name.trim() === '' || name.length > longest.line) wrong(`has 1 to ${longest.line} characters`, index, 'name');
    if ((description?.length ?? 0) > longest.text) wrong(`is at most ${longest.text} characters long`, index, 'description');
    return { language: tag ?? language, name: name.trim(), description: description ? cleanHtml(description).text : null };
  });
  if (new Set(translations.map(({ language }) => language)).size < translations.length) wrong('name a language twice');
  if (problems.length > 0) throw badInput(problems);
  return { ...input, translations };
}

function languageTag(text: string): string | null {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return null;
  }
}
