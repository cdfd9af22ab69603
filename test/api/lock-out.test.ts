/** Lock-out over HTTP: after so many wrong passwords nobody gets in for a while, whatever way they try. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPerson } from '../kit/accounts.ts';
import { sentMails } from '../kit/mails.ts';
import { createPersonWithPassword, password } from '../kit/passwords.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }';
const sign = (login: string, given: string) => server.ask(signIn, { input: { login, password: given } });
const code = (answer: Answer) => answer.errors?.[0].extensions.code ?? 'fine';
const subjects = async () => (await sentMails(server)).map(({ to, subject }) => [to, subject]);

describe('an account', () => {
  it('is locked after five wrong passwords by name and address together; its owner is told once', async () => {
    const { email } = await createPersonWithPassword(server, { username: 'ada' });
    const tries: Answer[] = [];
    for (const login of [email, 'ada', email.toUpperCase(), ` ${email} `, 'ADA', email, 'ada'])
      tries.push(await sign(login, 'wrong horse'));
    expect(tries.map(code)).toEqual([...Array(5).fill('UNAUTHENTICATED'), 'RATE_LIMITED', 'RATE_LIMITED']);
    expect(await sign(email, password)).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }],
    });
    expect(await subjects()).toEqual([[email, 'Your account is locked at Convoke']]);
    const [{ left }] = await server.sql<{ left: number }>(
      `SELECT max(expire) - extract(epoch FROM now()) * 1000 AS left FROM rate_limits WHERE key LIKE 'account:%'`,
    );
    expect(Number(left)).toBeGreaterThan(14 * 60_000);
    expect(Number(left)).toBeLessThanOrEqual(15 * 60_000);
    // As if the time were over.
    await server.sql('UPDATE rate_limits SET expire = 0');
    expect(code(await sign(email, password))).toBe('fine');
  });

  it('is told from no account by nothing, not even by what the server does', async () => {
    const { email } = await createPersonWithPassword(server);
    const steps: string[][] = [];
    const answers: unknown[][] = [];
    for (const login of [email, 'nobody@example.org']) {
      const given: unknown[] = [];
      steps.push(
        await server.statements(async () => {
          for (let at = 0; at < 6; at += 1) given.push((await sign(login, 'wrong horse')).errors);
        }),
      );
      answers.push(given);
    }
    expect(steps[0]).toEqual(steps[1]);
    expect(answers[0]).toEqual(answers[1]);
    expect(await subjects()).toEqual([[email, 'Your account is locked at Convoke']]);
  });

  it('counts every alias of a document and every request at once', async () => {
    const { email } = await createPersonWithPassword(server);
    const aliases = Array.from(
      { length: 8 },
      (_, at) => `a${at}: signIn(input: { login: "${email}", password: "guess ${at}" }) { accessToken }`,
    );
    const documents = Array.from({ length: 12 }, () => server.ask(`mutation { ${aliases.join('\n')} }`));
    const found = (await Promise.all(documents)).flatMap(({ errors }) =>
      errors!.map(({ extensions }) => extensions.code),
    );
    expect(found.filter((one) => one === 'UNAUTHENTICATED').length).toBeLessThanOrEqual(5);
    expect(found).toContain('RATE_LIMITED');
    expect(code(await sign(email, password))).toBe('RATE_LIMITED');
  });

  it('counts the old password of a change too, and is unlocked by a new one by mail', async () => {
    const person = await createPersonWithPassword(server);
    const change =
      'mutation ($old: String!) { changePassword(oldPassword: $old, newPassword: "better horse") }';
    for (let at = 0; at < 5; at += 1)
      expect(code(await server.ask(change, { old: 'wrong horse' }, person))).toBe('BAD_USER_INPUT');
    expect(code(await server.ask(change, { old: password }, person))).toBe('RATE_LIMITED');
    expect(code(await sign(person.email, password))).toBe('RATE_LIMITED');
    await server.ask('mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }', {
      email: person.email,
    });
    const token = (await sentMails(server))
      .map(({ text }) => /token=([\w-]{43})/.exec(text)?.[1])
      .find(Boolean);
    await server.ask(
      'mutation ($token: String!) { resetPassword(token: $token, newPassword: "better horse") }',
      { token },
    );
    expect(code(await sign(person.email, 'better horse'))).toBe('fine');
  });

  it('is locked as the settings say', async () => {
    const admin = await createPerson(server, { isAdmin: true });
    const update =
      'mutation ($accounts: AccountSettingsInput!) { updateSettings(input: { accounts: $accounts }) { settings { accounts { maxFailedAttempts lockOutMinutes minPasswordLength } } } }';
    expect(code(await server.ask(update, { accounts: { maxFailedAttempts: 1 } }, admin))).toBe(
      'BAD_USER_INPUT',
    );
    const { data } = await server.ask(
      update,
      { accounts: { maxFailedAttempts: 3, lockOutMinutes: 60, minPasswordLength: 12 } },
      admin,
    );
    expect(data!.updateSettings.settings.accounts).toEqual({
      maxFailedAttempts: 3,
      lockOutMinutes: 60,
      minPasswordLength: 12,
    });
    const { email } = await createPersonWithPassword(server);
    const tries: string[] = [];
    for (let at = 0; at < 4; at += 1) tries.push(code(await sign(email, 'wrong horse')));
    expect(tries).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED', 'RATE_LIMITED']);
    expect((await sign(email, password)).errors![0].extensions.retryAfter).toBeGreaterThan(3500);
    const short = await server.ask(
      'mutation { signUp(input: { email: "short@example.org", password: "analytical" }) { accessToken } }',
    );
    expect(short.errors![0].extensions.fields).toEqual([
      { path: ['input', 'password'], message: 'must have at least 12 characters' },
    ]);
  });

  it('with failures shows them to staff as activities', async () => {
    const { userId } = await createPersonWithPassword(server, { email: 'zoe@example.org' });
    await sign('zoe@example.org', 'guess work');
    const rows = await server.sql(
      `SELECT action, actor_id, actor_kind, mutation FROM activities WHERE object_id = $1`,
      [userId],
    );
    expect(rows).toEqual([
      { action: 'FAIL_PASSWORD', actor_id: null, actor_kind: 'anonymous', mutation: 'signIn' },
    ]);
  });
});
