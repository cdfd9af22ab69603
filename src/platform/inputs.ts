/**
 * What the inputs of every slice have in common: texts get the normal form of their columns, and what is wrong is told all
 * at once, each with its path below `input`. Services clean an input once, before anything else looks at it.
 */
import { textsOf } from './data/model.ts';
import { badInput } from './graphql/errors.ts';
import type { InputProblem } from './graphql/errors.ts';
import { judgeText } from './values.ts';

/** What is asked of an input beside its texts. */
export interface InputChecks<T> {
  /** Keys that null does not clear. */
  readonly required?: readonly string[];
  /** Notes whatever else is wrong with the cleaned input. */
  readonly check?: (clean: T, problems: Problems) => void;
}

/**
 * A copy of an input with its texts in the normal form of the entity's columns of the same names. Throws BAD_USER_INPUT that
 * names everything that is wrong.
 * @param entity the class whose row the input describes
 */
export function cleanInput<T extends object>(
  entity: object,
  input: T,
  { required = [], check }: InputChecks<T> = {},
): T {
  const clean = { ...input } as Record<string, unknown>;
  const problems = new Problems();
  for (const key of required) if (clean[key] === null) problems.add(key, 'cannot be cleared');
  for (const [key, column] of textsOf(entity)) {
    const value = clean[key];
    if (typeof value !== 'string') continue;
    const { text, problem } = judgeText(column, value);
    if (problem === null) clean[key] = text;
    else problems.add(key, problem);
  }
  check?.(clean as T, problems);
  problems.assertNone(Object.keys(input));
  return clean as T;
}

/**
 * The fields of the row that an input names, cleared ones included.
 * @param renamed keys that are called otherwise in the row, or (null) are no field of it
 */
export function writtenFields(
  input: object,
  renamed: Readonly<Record<string, string | null>> = {},
): string[] {
  return Object.entries(input).flatMap(([key, value]) => {
    if (value === undefined || renamed[key] === null) return [];
    return [renamed[key] ?? key];
  });
}

/** An input without its explicit nulls: what is new has nothing to clear. */
export function withoutNulls<T extends object>(input: T): Partial<T> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as Partial<T>;
}

/** Collects what is wrong with an input. */
export class Problems {
  readonly found: InputProblem[] = [];

  /** Notes what is wrong with a field of the input, unless something is known to be wrong with it already. */
  add(field: string, message: string): void {
    this.addAll([{ path: ['input', field], message }]);
  }

  /** Notes problems of fields with which nothing is known to be wrong yet. */
  addAll(problems: readonly InputProblem[]): void {
    const known = new Set(this.found.map(({ path }) => path.join('.')));
    this.found.push(...problems.filter(({ path }) => !known.has(path.join('.'))));
  }

  /** Throws BAD_USER_INPUT where anything was noted. @param keys those of the input, in whose order it is told */
  assertNone(keys: readonly string[] = []): void {
    const place = ({ path }: InputProblem) => keys.indexOf(String(path[1]));
    if (this.found.length > 0) throw badInput(this.found.toSorted((one, other) => place(one) - place(other)));
  }
}
