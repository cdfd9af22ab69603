/**
 * The first super admin. Each start without one prints a new secret; who has it has the machine. Secrets are kept as
 * hashes, so that every instance takes those of all; the first that is used makes them all worth nothing.
 */
import { hashPassword } from '../platform/auth/passwords.ts';
import { attempt } from '../platform/auth/rate-limit.ts';
import { digestOf, newSecret } from '../platform/auth/secrets.ts';
import type { Database, Transaction } from '../platform/data/database.ts';
import { conflict, forbidden } from '../platform/graphql/errors.ts';
import type { SignUpInput } from './account.inputs.ts';
import { byAddress } from './limits.ts';
import { checkedSignUp, createPerson, sayWhatIsTaken } from './person.ts';
import type { Asking } from './prove.ts';
import { issueTokens } from '../platform/auth/tokens.ts';
import type { Answer } from './account.service.ts';

/** A new secret to print at a start, for the mutation setUp; null once there is a super admin. */
export async function setUpSecret({ database }: { database: Database }): Promise<string | null> {
  if (await hasSuperAdmin(database)) return null;
  const secret = newSecret();
  await database.query(`DELETE FROM set_up_secrets WHERE created_at < now() - interval '30 days'`);
  await database.query('INSERT INTO set_up_secrets (hash) VALUES ($1)', [digestOf(secret)]);
  return secret;
}

/** Makes the first super admin, verified, and signs them in. Throws FORBIDDEN for a wrong secret, CONFLICT when there is one. */
export async function setUp<T>(
  { write, config, address }: Asking,
  secret: string,
  input: SignUpInput,
  answer: Answer<T>,
): Promise<T> {
  const { database } = write;
  await attempt(database, byAddress(config), address);
  // Before anything else is told: whoever has no secret learns nothing, not even whether there is a super admin.
  if ((await isUsed(database, secret)) === null) throw forbidden('The set-up secret is wrong');
  const { password, ...person } = await checkedSignUp({ database, config }, input);
  const passwordHash = await hashPassword(password);
  return sayWhatIsTaken(() =>
    write.transaction(async (changes) => {
      // Two at once would both see that there is none.
      await changes.query(`SELECT pg_advisory_xact_lock(hashtext('convoke: set-up'))`);
      if ((await hasSuperAdmin(changes)) || (await isUsed(changes, secret)) !== false)
        throw conflict('There is a super admin already');
      const user = await createPerson(changes, {
        ...person,
        passwordHash,
        isSuperAdmin: true,
        isVerified: true,
      });
      await changes.query('UPDATE set_up_secrets SET used_at = now() WHERE used_at IS NULL');
      changes.actAs(user.id);
      changes.record('SET_UP', 'User', user.id);
      return answer(changes, await issueTokens(changes, config, user.id));
    }),
  );
}

/** Whether a secret that was printed has made a super admin; null for one that never was. */
async function isUsed(sql: Pick<Transaction, 'query'>, secret: string): Promise<boolean | null> {
  const [found] = await sql.query('SELECT used_at IS NOT NULL AS used FROM set_up_secrets WHERE hash = $1', [
    digestOf(secret),
  ]);
  return found ? found.used === true : null;
}

/** Whether there is a super admin, or was one: deleting the last does not bring the secret back to life. */
async function hasSuperAdmin(sql: Pick<Transaction, 'query'>): Promise<boolean> {
  const [found] = await sql.query('SELECT EXISTS (SELECT FROM users WHERE is_super_admin) AS found');
  return found?.found === true;
}
