/** `convoke admin create` and `convoke user …` on the database of a running server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addAdmin } from '../../src/commands/admin.command.ts';
import { addUser } from '../../src/commands/user.command.ts';
import { runCli } from '../../src/platform/cli/cli.ts';
import { createPerson } from '../kit/accounts.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function convoke(...words: string[]) {
  const written = { out: '', err: '' };
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: server.databaseUrl,
    DATA_DIR: server.app.config.run.dataDir,
  };
  const code = await runCli(words, [addAdmin, addUser], {
    env,
    cwd: '/',
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
  });
  return { code, ...written };
}

describe('convoke admin create', () => {
  const create = (email: string, password: string) =>
    convoke('admin', 'create', '--email', email, '--password', password);

  it('makes a super admin who signs in', async () => {
    expect(await create('chief@example.org', 'correct horse')).toEqual({
      code: 0,
      out: 'chief@example.org is a super admin now.\n',
      err: '',
    });
    const { data } = await server.ask(
      'mutation { signIn(input: { login: "chief@example.org", password: "correct horse" }) { viewer { isSuperAdmin isVerified } } }',
    );
    expect(data?.signIn.viewer).toEqual({ isSuperAdmin: true, isVerified: true });
  });

  it('says what is wrong', async () => {
    expect((await create('chief@example.org', 'correct horse')).err).toBe(
      'convoke: There is an account with this e-mail address already\n',
    );
    expect((await create('other@example.org', 'short')).err).toBe(
      'convoke: password: must have at least 8 characters\n',
    );
    expect((await create('nobody', 'correct horse')).err).toMatch(/^convoke: expected an e-mail address/);
    expect((await convoke('admin', 'create', '--email', 'a@example.org')).code).toBe(2);
  });
});

describe('convoke user verify', () => {
  it('verifies an account', async () => {
    const person = await createPerson(server, { isVerified: false });
    const { code, out } = await convoke('user', 'verify', person.email, '--json');
    expect({ code, ...JSON.parse(out) }).toEqual({ code: 0, id: person.id, email: person.email });
    expect((await server.ask('{ viewer { isVerified } }', {}, person)).data?.viewer.isVerified).toBe(true);
  });

  it('says when there is no such account', async () => {
    expect(await convoke('user', 'verify', 'nobody@example.org')).toEqual({
      code: 1,
      out: '',
      err: 'convoke: There is no such account: nobody@example.org\n',
    });
  });
});

describe('convoke user reset-second-factor', () => {
  it('lets somebody in who has lost it, and ends their sign-ins', async () => {
    const person = await createPerson(server);
    await server.sql('UPDATE users SET has_two_factor = true WHERE id = $1', [person.userId]);
    await server.sql(`INSERT INTO two_factors (user_id, seed, confirmed_at) VALUES ($1, 'v1', now())`, [
      person.userId,
    ]);
    expect(await convoke('user', 'reset-second-factor', person.email)).toEqual({
      code: 0,
      out: `${person.email} signs in with the password alone now.\n`,
      err: '',
    });
    const rows = await server.sql(
      'SELECT has_two_factor, (SELECT count(*)::int FROM two_factors) AS left FROM users WHERE id = $1',
      [person.userId],
    );
    expect(rows).toEqual([{ has_two_factor: false, left: 0 }]);
    expect((await server.ask('{ viewer { id } }', {}, person)).errors?.[0].extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    const activities = await server.sql(
      'SELECT action, actor_kind, actor_id, mutation FROM activities WHERE object_id = $1',
      [person.userId],
    );
    expect(activities).toEqual([
      { action: 'TURN_OFF_TWO_FACTOR', actor_kind: 'server', actor_id: null, mutation: null },
    ]);
    expect((await sentMails(server)).map(({ to, subject }) => [to, subject])).toContainEqual([
      person.email,
      'The second factor of your account is off at Convoke',
    ]);
  });
});
