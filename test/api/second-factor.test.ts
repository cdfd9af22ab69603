/** The second factor over HTTP: enrolled with a first code, asked for at every sign-in, no code good twice, lost and reset. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { pruneTokens } from '../../src/platform/auth/tokens.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { sentMails, tokenIn } from '../kit/mails.ts';
import { createPersonWithPassword, password } from '../kit/passwords.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const start = 'mutation ($password: String!) { startTwoFactor(password: $password) { secret uri qrCode } }';
const confirm = 'mutation ($code: String!) { confirmTwoFactor(code: $code) { recoveryCodes } }';
const disable =
  'mutation ($password: String!, $code: String!) { disableTwoFactor(password: $password, oneTimePassword: $code) }';
const renew =
  'mutation ($password: String!, $code: String!) { regenerateRecoveryCodes(password: $password, oneTimePassword: $code) { recoveryCodes } }';
const signIn =
  'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken viewer { hasTwoFactor } } }';
const code = (answer: Answer) => answer.errors?.[0].extensions.code ?? 'fine';
const reason = (answer: Answer) => answer.errors?.[0].extensions.reason ?? code(answer);
const sign = (login: string, oneTimePassword?: string | null, given = password) =>
  server.ask(signIn, { input: { login, password: given, oneTimePassword } });
/** The code of a seed, so many steps of thirty seconds from now. */
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
/** As if a minute had gone by: the codes that were used are no longer the last. */
const later = (person: Person) =>
  server.sql('UPDATE two_factors SET last_step = last_step - 3 WHERE user_id = $1', [person.userId]);

async function enrolled(options = {}): Promise<Person & { secret: string; recoveryCodes: string[] }> {
  const person = await createPersonWithPassword(server, options);
  const { secret } = (await server.ask(start, { password }, person)).data!.startTwoFactor;
  const { recoveryCodes } = (await server.ask(confirm, { code: codeOf(secret) }, person)).data!
    .confirmTwoFactor;
  await later(person);
  return { ...person, secret, recoveryCodes };
}

describe('a second factor', () => {
  it('is on with the first code of the app, not before; other sign-ins end', async () => {
    const ada = await createPersonWithPassword(server, { email: 'ada@example.org' });
    const elsewhere = (await sign(ada.email)).data!.signIn.accessToken;
    expect(code(await server.ask(start, { password }))).toBe('UNAUTHENTICATED');
    expect(code(await server.ask(start, { password: 'wrong horse' }, ada))).toBe('BAD_USER_INPUT');
    const { secret, uri, qrCode } = (await server.ask(start, { password }, ada)).data!.startTwoFactor;
    expect(uri).toBe(
      `otpauth://totp/Convoke:ada%40example.org?issuer=Convoke&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    expect(qrCode).toMatch(/^<svg .*<\/svg>\s*$/s);
    expect(code(await sign(ada.email))).toBe('fine');
    expect(code(await server.ask(confirm, { code: codeOf(secret, -5) }, ada))).toBe('BAD_USER_INPUT');
    const { recoveryCodes } = (await server.ask(confirm, { code: codeOf(secret) }, ada)).data!
      .confirmTwoFactor;
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const one of recoveryCodes) expect(one).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    expect((await server.ask('{ viewer { hasTwoFactor } }', {}, ada)).data!.viewer.hasTwoFactor).toBe(true);
    expect(code(await server.ask('{ viewer { id } }', {}, { token: elsewhere }))).toBe('UNAUTHENTICATED');
    expect((await sentMails(server)).map(({ to, subject }) => [to, subject])).toContainEqual([
      ada.email,
      'The second factor of your account is on at Convoke',
    ]);
    for (const again of [start, confirm])
      expect(code(await server.ask(again, { password, code: codeOf(secret, 1) }, ada))).toBe('CONFLICT');
    const text = JSON.stringify(
      await server.sql(
        `SELECT to_jsonb(t) FROM two_factors t UNION ALL SELECT to_jsonb(r) FROM recovery_codes r UNION ALL SELECT to_jsonb(a) FROM activities a`,
      ),
    );
    for (const hidden of [
      secret,
      ...recoveryCodes,
      ...recoveryCodes.map((one: string) => one.replaceAll('-', '')),
    ])
      expect(text).not.toContain(hidden);
  });

  it('is asked for after the right password alone, by a reason', async () => {
    const { email, secret } = await enrolled({ username: 'bob' });
    expect(reason(await sign(email))).toBe('ONE_TIME_PASSWORD_REQUIRED');
    expect(reason(await sign('bob', ''))).toBe('ONE_TIME_PASSWORD_REQUIRED');
    expect(code(await sign(email))).toBe('UNAUTHENTICATED');
    for (const given of [null, codeOf(secret)]) {
      expect((await sign(email, given, 'wrong horse')).errors![0]).toMatchObject({
        message: 'Wrong e-mail, username or password',
        extensions: { code: 'UNAUTHENTICATED' },
      });
    }
    expect(reason(await sign(email, '000000'))).toBe('ONE_TIME_PASSWORD_WRONG');
    expect(
      (await sign(email, ` ${codeOf(secret).replace(/^.{3}/, '$& ')} `)).data!.signIn.viewer.hasTwoFactor,
    ).toBe(true);
  });

  it('takes a code of the step before and after, each once, however many ask at once', async () => {
    const person = await enrolled();
    const { email, secret } = person;
    expect(reason(await sign(email, codeOf(secret, -2)))).toBe('ONE_TIME_PASSWORD_WRONG');
    expect(reason(await sign(email, codeOf(secret, -1)))).toBe('fine');
    expect(reason(await sign(email, codeOf(secret, -1)))).toBe('ONE_TIME_PASSWORD_WRONG');
    const four = await Promise.all([1, 2, 3].map(() => sign(email, codeOf(secret))));
    expect(four.map(reason).sort()).toEqual(['ONE_TIME_PASSWORD_WRONG', 'ONE_TIME_PASSWORD_WRONG', 'fine']);
    await server.sql('DELETE FROM rate_limits');
    expect(reason(await sign(email, codeOf(secret, 1)))).toBe('fine');
    // A code of a step that is past is worth nothing, used or not.
    expect(reason(await sign(email, codeOf(secret, 0)))).toBe('ONE_TIME_PASSWORD_WRONG');
  });

  it('of somebody else is no help', async () => {
    const [one, other] = [await enrolled(), await enrolled()];
    expect(reason(await sign(one.email, codeOf(other.secret)))).toBe('ONE_TIME_PASSWORD_WRONG');
    expect(reason(await sign(one.email, other.recoveryCodes[0]))).toBe('ONE_TIME_PASSWORD_WRONG');
    // A seed that was moved to another row is none.
    await server.sql(
      'UPDATE two_factors SET seed = (SELECT seed FROM two_factors WHERE user_id = $2) WHERE user_id = $1',
      [one.userId, other.userId],
    );
    expect(code(await sign(one.email, codeOf(other.secret)))).toBe('INTERNAL_SERVER_ERROR');
  });

  it('is got round by a recovery code, once; the person is told', async () => {
    const { email, recoveryCodes } = await enrolled();
    await sentMails(server);
    const both = await Promise.all([
      sign(email, recoveryCodes[0]),
      sign(email, recoveryCodes[0].toUpperCase()),
    ]);
    expect(both.map(reason).sort()).toEqual(['ONE_TIME_PASSWORD_WRONG', 'fine']);
    expect((await sentMails(server)).map(({ to, subject }) => [to, subject])).toEqual([
      [email, 'A recovery code of your account was used at Convoke'],
    ]);
    expect(reason(await sign(email, recoveryCodes[1].replaceAll('-', ' ')))).toBe('fine');
  });

  it('locks the account when codes are guessed, with the right password', async () => {
    const { email, secret, userId } = await enrolled();
    const guesses = await Promise.all(
      Array.from({ length: 9 }, (_, at) => sign(email, String(100_000 + at))),
    );
    expect(guesses.map(reason).filter((one) => one === 'ONE_TIME_PASSWORD_WRONG')).toHaveLength(5);
    expect(code(await sign(email, codeOf(secret)))).toBe('RATE_LIMITED');
    const failures = await server.sql(
      `SELECT actor_kind FROM activities WHERE action = 'FAIL_SECOND_FACTOR' AND object_id = $1`,
      [userId],
    );
    expect(failures).toEqual(Array(5).fill({ actor_kind: 'anonymous' }));
    // Somebody who only forgets to name the code is not locked out.
    await server.sql('DELETE FROM rate_limits');
    for (let at = 0; at < 7; at += 1) expect(reason(await sign(email))).toBe('ONE_TIME_PASSWORD_REQUIRED');
  });

  it('is switched off, and its recovery codes renewed, with password and code', async () => {
    const person = await enrolled();
    const { secret, recoveryCodes, email } = person;
    const next = (await server.ask(renew, { password, code: codeOf(secret) }, person)).data!
      .regenerateRecoveryCodes.recoveryCodes;
    expect(next).toHaveLength(10);
    expect(reason(await sign(email, recoveryCodes[0]))).toBe('ONE_TIME_PASSWORD_WRONG');
    await later(person);
    expect(reason(await server.ask(disable, { password, code: '000000' }, person))).toBe(
      'ONE_TIME_PASSWORD_WRONG',
    );
    expect(reason(await server.ask(disable, { password, code: '' }, person))).toBe(
      'ONE_TIME_PASSWORD_REQUIRED',
    );
    expect(code(await server.ask(disable, { password: 'wrong horse', code: codeOf(secret) }, person))).toBe(
      'BAD_USER_INPUT',
    );
    expect(await server.ask(disable, { password, code: next[0] }, person)).toEqual({
      data: { disableTwoFactor: true },
    });
    expect(reason(await sign(email))).toBe('fine');
    expect(code(await server.ask(renew, { password, code: next[1] }, person))).toBe('CONFLICT');
    expect(
      (await sentMails(server)).filter(({ to }) => to === email).map(({ subject }) => subject),
    ).toContain('The second factor of your account is off at Convoke');
  });

  it('that is lost is reset by mail and password, as its own purpose', async () => {
    const person = await enrolled();
    const { email } = person;
    await sentMails(server);
    const request =
      'mutation ($login: String!, $password: String!) { requestTwoFactorReset(login: $login, password: $password) }';
    const reset =
      'mutation ($token: String!, $password: String!) { resetTwoFactor(token: $token, password: $password) }';
    const wrong = await server.ask(request, { login: email, password: 'wrong horse' });
    expect(wrong.errors).toEqual(
      (await server.ask(request, { login: 'nobody@example.org', password: 'wrong horse' })).errors,
    );
    expect(await server.ask(request, { login: email, password })).toEqual({
      data: { requestTwoFactorReset: true },
    });
    const { email: without } = await createPersonWithPassword(server);
    expect(await server.ask(request, { login: without, password })).toEqual({
      data: { requestTwoFactorReset: true },
    });
    const sent = await sentMails(server);
    expect(sent.map(({ to }) => to)).toEqual([email]);
    const token = /reset-two-factor\?token=([\w-]{43})/.exec(sent[0].text)![1];
    for (const bad of [
      { token, password: 'wrong horse' },
      { token: 'guess', password },
    ]) {
      expect((await server.ask(reset, bad)).errors![0].extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: [{ path: ['token'] }],
      });
    }
    const other =
      'mutation ($token: String!, $password: String!) { resetPassword(token: $token, newPassword: $password) }';
    expect(code(await server.ask(other, { token, password: 'better horse' }))).toBe('BAD_USER_INPUT');
    expect(await server.ask(reset, { token, password })).toEqual({ data: { resetTwoFactor: true } });
    expect(code(await server.ask('{ viewer { id } }', {}, person))).toBe('UNAUTHENTICATED');
    expect(reason(await sign(email))).toBe('fine');
    expect(code(await server.ask(reset, { token, password }))).toBe('BAD_USER_INPUT');
  });

  it('is not guessed on and on by whoever knows the password: half a proof does not start the count anew', async () => {
    const { email, secret } = await enrolled();
    const request =
      'mutation ($login: String!, $password: String!) { requestTwoFactorReset(login: $login, password: $password) }';
    for (let guess = 0; guess < 4; guess += 1)
      expect(reason(await sign(email, `00000${guess}`))).toBe('ONE_TIME_PASSWORD_WRONG');
    expect(await server.ask(request, { login: email, password })).toEqual({
      data: { requestTwoFactorReset: true },
    });
    expect(reason(await sign(email))).toBe('ONE_TIME_PASSWORD_REQUIRED');
    expect(reason(await sign(email, '000009'))).toBe('ONE_TIME_PASSWORD_WRONG');
    expect(reason(await sign(email, codeOf(secret)))).toBe('RATE_LIMITED');
  });

  it('does not fall to whoever reads the mail and nothing else: a new password by mail asks for a code', async () => {
    const { email, secret, recoveryCodes, userId } = await enrolled();
    await sentMails(server);
    const request = 'mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }';
    const reset =
      'mutation ($token: String!, $code: String) { resetPassword(token: $token, newPassword: "better horse", oneTimePassword: $code) }';
    const tokenSent = async () => {
      await server.ask(request, { email });
      return tokenIn(
        (await sentMails(server)).find(({ to, text }) => to === email && text.includes('/reset?'))!,
      );
    };
    const token = await tokenSent();
    expect(reason(await server.ask(reset, { token }))).toBe('ONE_TIME_PASSWORD_REQUIRED');
    expect(reason(await server.ask(reset, { token, code: '000000' }))).toBe('ONE_TIME_PASSWORD_WRONG');
    expect(reason(await sign(email, null, 'better horse'))).toBe('UNAUTHENTICATED');
    const page = await fetch(`${server.url}/reset`, {
      method: 'POST',
      body: new URLSearchParams({ token, password: 'better horse' }),
    });
    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('name="code"')]);
    const done = await fetch(`${server.url}/reset`, {
      method: 'POST',
      body: new URLSearchParams({ token, password: 'better horse', code: codeOf(secret) }),
    });
    expect(done.status).toBe(200);
    expect(reason(await sign(email, recoveryCodes[0], 'better horse'))).toBe('fine');
    // Counted apart from sign-ins, and held to the same limit.
    const next = await tokenSent();
    for (let guess = 0; guess < 5; guess += 1)
      expect(reason(await server.ask(reset, { token: next, code: `00000${guess}` }))).toBe(
        'ONE_TIME_PASSWORD_WRONG',
      );
    await server.sql('UPDATE two_factors SET last_step = last_step - 3 WHERE user_id = $1', [userId]);
    expect(reason(await server.ask(reset, { token: next, code: codeOf(secret) }))).toBe('RATE_LIMITED');
    expect(reason(await sign(email, codeOf(secret), 'better horse'))).toBe('fine');
  });

  it('of a stranger keeps nobody from the address that they have taken without proving it', async () => {
    const { email } = await enrolled({ isVerified: false });
    await sentMails(server);
    await server.ask('mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }', { email });
    const token = tokenIn((await sentMails(server)).find(({ to }) => to === email)!);
    const reset = 'mutation ($token: String!) { resetPassword(token: $token, newPassword: "better horse") }';
    expect(await server.ask(reset, { token })).toEqual({ data: { resetPassword: true } });
    const off =
      'mutation ($login: String!) { requestTwoFactorReset(login: $login, password: "better horse") }';
    expect(await server.ask(off, { login: email })).toEqual({ data: { requestTwoFactorReset: true } });
    const mail = (await sentMails(server)).find(
      ({ to, text }) => to === email && text.includes('/reset-two-factor?'),
    )!;
    const done = 'mutation ($token: String!) { resetTwoFactor(token: $token, password: "better horse") }';
    expect(await server.ask(done, { token: tokenIn(mail) })).toEqual({ data: { resetTwoFactor: true } });
    expect(reason(await sign(email, null, 'better horse'))).toBe('fine');
  });

  it('is asked for where the address changes, to which a reset would go', async () => {
    const person = await enrolled();
    const change = `mutation ($code: String) { requestEmailChange(newEmail: "${person.userId}@new.example", password: "${password}", oneTimePassword: $code) }`;
    expect(reason(await server.ask(change, {}, person))).toBe('ONE_TIME_PASSWORD_REQUIRED');
    expect(reason(await server.ask(change, { code: '000000' }, person))).toBe('ONE_TIME_PASSWORD_WRONG');
    await sentMails(server);
    expect(await server.ask(change, { code: codeOf(person.secret) }, person)).toEqual({
      data: { requestEmailChange: true },
    });
    expect((await sentMails(server)).map(({ to }) => to)).toContain(`${person.userId}@new.example`);
  });

  it('that nobody confirmed is forgotten after a day', async () => {
    const [old, fresh, on] = [
      await createPersonWithPassword(server),
      await createPersonWithPassword(server),
      await enrolled(),
    ];
    for (const person of [old, fresh]) await server.ask(start, { password }, person);
    await server.sql(
      `UPDATE two_factors SET created_at = now() - interval '25 hours' WHERE user_id IN ($1, $2)`,
      [old.userId, on.userId],
    );
    await pruneTokens(server.app.database);
    const left = await server.sql('SELECT user_id FROM two_factors WHERE user_id = ANY($1)', [
      [old.userId, fresh.userId, on.userId],
    ]);
    expect(left.map(({ user_id }) => user_id).sort()).toEqual([fresh.userId, on.userId].sort());
  });

  it('is seen by the person and by staff alone', async () => {
    const person = await enrolled({ isProfilePublic: true });
    const admin = await createPerson(server, { isAdmin: true });
    const list = '{ users(filter: { hasTwoFactor: { equals: true } }) { nodes { id } } }';
    expect((await server.ask(list, {}, admin)).data!.users.nodes.map(({ id }: any) => id)).toContain(
      person.id,
    );
    expect((await server.ask(list, {}, await createPerson(server))).data!.users.nodes).toEqual([]);
  });
});
