/** People for tests: rows made directly, signed in without a password. */
import { v7 as uuidv7 } from 'uuid';
import { issueTokens } from '../../src/platform/auth/tokens.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from './server.ts';

/** What a person differs in from a verified registered user. */
export interface PersonOptions {
  readonly email?: string;
  readonly username?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly publicName?: string | null;
  readonly isProfilePublic?: boolean;
  readonly isVerified?: boolean;
  readonly isAdmin?: boolean;
  readonly isSuperAdmin?: boolean;
  readonly isBlocked?: boolean;
}

/** A signed-in person. */
export interface Person {
  /** The uuid in the database. */
  readonly userId: string;
  /** The id of the schema. */
  readonly id: string;
  readonly email: string;
  /** An access token, as `server.ask(document, variables, person)` wants it. */
  readonly token: string;
  readonly refreshToken: string;
}

/** Makes a person and signs them in. */
export async function createPerson(server: TestServer, options: PersonOptions = {}): Promise<Person> {
  const userId = uuidv7();
  const { email = `${userId}@example.org`, isVerified = true, ...rest } = options;
  const row = { id: userId, email, isVerified, ...rest };
  const columns = Object.keys(row).map((key) =>
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
  const places = columns.map((_, index) => `$${index + 1}`);
  await server.sql(
    `INSERT INTO users (${columns.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
  return { email, ...(await signInAs(server, userId)) };
}

/** Signs a person in who exists; `userId` is the uuid. */
export async function signInAs(server: TestServer, userId: string): Promise<Omit<Person, 'email'>> {
  const { accessToken, refreshToken } = await issueTokens(server.app.database, server.app.config, userId);
  return { userId, id: encodeId('User', userId), token: accessToken, refreshToken };
}
