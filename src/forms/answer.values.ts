/** Answers to custom fields: what a value has to be for each type of field, and how it is kept. */
import { PublicError } from '../platform/graphql/errors.ts';
import { EmailAddressScalar, UrlScalar } from '../platform/graphql/scalars.ts';
import { isBlankHtml } from '../platform/html.ts';
import type { TextKind } from '../platform/values.ts';
import { judgeText } from '../platform/values.ts';
import { FormFieldType } from './form.kinds.ts';

/** A value that cannot be the answer; the message says what can. */
export class AnswerError extends Error {}

/** What an answer is judged by. */
export interface AnsweredField {
  readonly type: FormFieldType;
  readonly options: readonly string[];
}

/** An answer as it is kept; null where the value says nothing. Throws AnswerError. */
export function answerOf(field: AnsweredField, value: unknown): unknown {
  if (value === null || value === '') return null;
  return takers[field.type](value, field.options);
}

/** Whether a kept answer says nothing. What can only be ticked says something once it is. */
export function isEmptyAnswer({ type, options }: AnsweredField, value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'string' && type === FormFieldType.PARAGRAPH) return isBlankHtml(value);
  return type === FormFieldType.CHECKBOX && options.length === 0 && value === false;
}

type Taker = (value: unknown, options: readonly string[]) => unknown;

const takers: Record<FormFieldType, Taker> = {
  TEXT: (value) => line(value) || null,
  PARAGRAPH: (value) => {
    const text = textOf(value);
    return judged('html', text);
  },
  SELECT: (value, options) => oneOf(line(value), options),
  CHECKBOX: (value, options) => {
    if (options.length === 0) return boolean(value);
    if (!Array.isArray(value)) throw new AnswerError('expected a list of the options that are chosen');
    if (value.length > options.length) throw new AnswerError('names an option twice');
    return [...new Set(value.map((one) => oneOf(line(one), options)))];
  },
  NUMBER: (value) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new AnswerError('expected a number');
  },
  EMAIL: (value) => parsed(EmailAddressScalar, value),
  URL: (value) => parsed(UrlScalar, value),
  BOOLEAN: boolean,
  YEAR: (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1000 && value <= 9999) return value;
    throw new AnswerError('expected a year as a number, such as 2027');
  },
  FILE: (value) => parsed(UrlScalar, value),
  IMAGE: (value) => parsed(UrlScalar, value),
};

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new AnswerError('expected a text');
}

function line(value: unknown): string {
  return judged('line', textOf(value)) ?? '';
}

function judged(kind: TextKind, value: string): string | null {
  const { text, problem } = judgeText({ kind, nullable: true }, value);
  if (problem !== null) throw new AnswerError(problem);
  return text;
}

function oneOf(value: string, options: readonly string[]): string {
  if (options.includes(value)) return value;
  throw new AnswerError(
    `is none of the options: ${options.slice(0, 10).join(', ')}${options.length > 10 ? ' …' : ''}`,
  );
}

function boolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new AnswerError('expected true or false');
}

function parsed(scalar: { parseValue(value: unknown): unknown }, value: unknown): unknown {
  try {
    return scalar.parseValue(value);
  } catch (error) {
    if (error instanceof PublicError) throw new AnswerError(error.message);
    throw error;
  }
}
