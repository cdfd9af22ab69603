/** What is kept of a person: names, usernames, and the row that signing up and the commands make of them. */
import type { Transaction } from '../platform/data/database.ts';
import { passwordProblems } from '../platform/auth/password-policy.ts';
import { PublicError, badInput, conflict } from '../platform/graphql/errors.ts';
import type { InputProblem } from '../platform/graphql/errors.ts';
import { isLocale, isTimezone } from '../platform/inputs.ts';
import type { SettingsSource } from '../platform/settings/read.ts';
import { settingsOf } from '../platform/settings/read.ts';
import type { SignUpInput } from './account.inputs.ts';
import { AccountSettings } from './account.settings.ts';
import { User } from './user.entity.ts';

/** The longest name, in characters. */
const longestName = 200;
const username = /^[\p{L}\p{N}._-]{3,40}$/u;
const names = ['firstName', 'lastName', 'publicName'] as const;

/** The names of an input, trimmed; empty ones are null, absent ones stay absent. */
export function cleanNames<T extends object>(input: T): T {
  const clean = { ...input } as Record<string, unknown>;
  for (const key of [...names, 'username']) {
    const value = clean[key];
    if (typeof value === 'string') clean[key] = value.normalize('NFC').trim() || null;
  }
  return clean as T;
}

/** What is wrong with the names of an input, with its language and its time zone. */
export function nameProblems(input: { readonly [key: string]: unknown }): InputProblem[] {
  const problems: InputProblem[] = [];
  for (const key of names) {
    const value = input[key];
    if (typeof value !== 'string') continue;
    if (value.length > longestName) problems.push({ path: ['input', key], message: `must have at most ${longestName} characters` });
    if (/\p{Cc}/u.test(value)) problems.push({ path: ['input', key], message: 'contains a control character' });
  }
  if (typeof input.username === 'string' && !username.test(input.username)) {
    const message = 'must be 3 to 40 letters, digits, dots, dashes and underscores';
    problems.push({ path: ['input', 'username'], message });
  }
  if (typeof input.locale === 'string' && !isLocale(input.locale)) {
    problems.push({ path: ['input', 'locale'], message: 'is no language tag such as de or en-GB' });
  }
  if (typeof input.timezone === 'string' && !isTimezone(input.timezone)) {
    problems.push({ path: ['input', 'timezone'], message: 'is no IANA time zone such as Europe/Berlin' });
  }
  return problems;
}

/** Checks and cleans what somebody signs up with. Throws BAD_USER_INPUT. */
export async function checkedSignUp(source: SettingsSource, input: SignUpInput): Promise<SignUpInput> {
  const clean = cleanNames(input);
  const { minPasswordLength: least } = await settingsOf(source, AccountSettings);
  const person = [clean.email, clean.username, clean.firstName, clean.lastName];
  const problems = [...(await passwordProblems(clean.password, ['input', 'password'], { least, person })), ...nameProblems(clean as never)];
  if (problems.length > 0) throw badInput(problems);
  return clean;
}

/** The details of a new person. */
export interface NewPerson extends Partial<Pick<User, 'isVerified' | 'isSuperAdmin'>> {
  readonly email: string;
  readonly passwordHash: string;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly publicName?: string | null;
  readonly username?: string | null;
}

/** Makes the row of a new person. They have no public name until they choose one: names are shown to nobody unasked. */
export async function createPerson({ em }: Pick<Transaction, 'em'>, person: NewPerson): Promise<User> {
  const user = em.create(User, { ...person } as never, { partial: true });
  await em.persist(user).flush();
  return user;
}

const taken: Record<string, { field: string; message: string }> = {
  users_email_unique: { field: 'email', message: 'There is an account with this e-mail address already' },
  users_username_unique: { field: 'username', message: 'Somebody else has this username' },
};

/** Runs a write of people; a taken e-mail address or username becomes a CONFLICT that says which. */
export async function sayWhatIsTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = error instanceof PublicError && taken[String(error.extensions.constraint)];
    if (!known) throw error;
    throw conflict(known.message, { field: known.field });
  }
}
