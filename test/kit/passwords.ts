/** People who have a password, for tests that prove something: one hash for all of them, made once. */
import { hashPassword } from '../../src/platform/auth/passwords.ts';
import type { Person, PersonOptions } from './accounts.ts';
import { createPerson } from './accounts.ts';
import type { TestServer } from './server.ts';

/** The password of everybody here. */
export const password = 'correct horse';
let hash: Promise<string> | undefined;

/** Makes a signed-in person who has the password. */
export async function createPersonWithPassword(
  server: TestServer,
  options: PersonOptions = {},
): Promise<Person> {
  const person = await createPerson(server, options);
  await server.sql('UPDATE users SET password_hash = $2 WHERE id = $1', [
    person.userId,
    await (hash ??= hashPassword(password)),
  ]);
  return person;
}
