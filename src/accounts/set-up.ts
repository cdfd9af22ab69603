/**
 * The first super admin. A start without one prints a secret; who has it has the machine. The secret is made from the
 * installation's own, so that all instances know it and none has to keep it, and it is good while there is no super admin.
 */
import { hashPassword } from '../platform/auth/passwords.ts';
import { attempt } from '../platform/auth/rate-limit.ts';
import { derivedSecret, isSameSecret } from '../platform/auth/secrets.ts';
import type { Config } from '../platform/config/index.ts';
import type { Database, Transaction } from '../platform/data/database.ts';
import type { Context } from '../platform/graphql/context.ts';
import { conflict, forbidden } from '../platform/graphql/errors.ts';
import type { SignUpInput } from './account.inputs.ts';
import { byAddress } from './limits.ts';
import { checkedSignUp, createPerson, sayWhatIsTaken } from './person.ts';
import { issueTokens } from '../platform/auth/tokens.ts';
import type { IssuedTokens } from '../platform/auth/tokens.ts';

/** The secret to print at a start, for the mutation setUp; null once there is a super admin. */
export async function setUpSecret({ database, config }: { database: Database; config: Config }): Promise<string | null> {
  return (await hasSuperAdmin(database)) ? null : secretOf(config);
}

/** Makes the first super admin, verified, and signs them in. Throws FORBIDDEN for a wrong secret, CONFLICT when there is one. */
export async function setUp(context: Pick<Context, 'write' | 'config' | 'address'>, secret: string, input: SignUpInput): Promise<IssuedTokens> {
  const { write, config, address } = context;
  await attempt(write.database, byAddress(config), address);
  if (!isSameSecret(secret, secretOf(config))) throw forbidden('The set-up secret is wrong');
  const { password, ...person } = checkedSignUp(input);
  const passwordHash = await hashPassword(password);
  return sayWhatIsTaken(() =>
    write.transaction(async (changes) => {
      // Two at once would both see that there is none.
      await changes.query(`SELECT pg_advisory_xact_lock(hashtext('convoke: set-up'))`);
      if (await hasSuperAdmin(changes)) throw conflict('There is a super admin already');
      const user = await createPerson(changes, { ...person, passwordHash, isSuperAdmin: true, isVerified: true });
      changes.actAs(user.id);
      changes.record('SET_UP', 'User', user.id);
      return issueTokens(changes, config, user.id);
    }),
  );
}

/** Whether there is a super admin, or was one: deleting the last does not bring the secret back to life. */
async function hasSuperAdmin(sql: Pick<Transaction, 'query'>): Promise<boolean> {
  const [found] = await sql.query('SELECT EXISTS (SELECT FROM users WHERE is_super_admin) AS found');
  return found?.found === true;
}

function secretOf(config: Config): string {
  return derivedSecret(config.auth.tokenSecret, 'set-up');
}
