/** Getting back in, and changing addresses: tokens by mail, each for one purpose, good once, told to nobody. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
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

const requestReset = 'mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }';
const reset =
  'mutation ($token: String!, $password: String!) { resetPassword(token: $token, newPassword: $password) }';
const requestChange =
  'mutation ($email: EmailAddress!, $password: String!) { requestEmailChange(newEmail: $email, password: $password) }';
const confirm =
  'mutation ($token: String!) { confirmEmailChange(token: $token) { email isVerified version } }';
const signIn =
  'mutation ($login: String!, $password: String!) { signIn(input: { login: $login, password: $password }) { accessToken } }';
const code = (answer: Answer) => answer.errors?.[0].extensions.code ?? 'fine';
const path = (answer: Answer) => answer.errors?.[0].extensions.fields?.[0].path;
/** The mails that are sent now, by recipient: the subject, and the token where there is one. */
const mails = async () =>
  Object.fromEntries(
    (await sentMails(server)).map(({ to, subject, text }) => [
      to,
      { subject, token: /token=([\w-]{43})/.exec(text)?.[1] as string },
    ]),
  );

describe('a forgotten password', () => {
  it('is replaced with the token, once; all sign-ins end, and the person is told', async () => {
    const ada = await createPersonWithPassword(server, { email: 'ada@example.org' });
    expect(await server.ask(requestReset, { email: 'ADA@example.org' })).toEqual({
      data: { requestPasswordReset: true },
    });
    const { token } = (await mails())['ada@example.org'];
    expect(path(await server.ask(reset, { token, password: 'password1' }))).toEqual(['newPassword']);
    expect(path(await server.ask(reset, { token, password: 'my ada@example.org' }))).toEqual(['newPassword']);
    expect(await server.ask(reset, { token, password: 'better horse' })).toEqual({
      data: { resetPassword: true },
    });
    expect(code(await server.ask('{ viewer { id } }', {}, ada))).toBe('UNAUTHENTICATED');
    expect(code(await server.ask(signIn, { login: ada.email, password }))).toBe('UNAUTHENTICATED');
    expect(code(await server.ask(signIn, { login: ada.email, password: 'better horse' }))).toBe('fine');
    expect((await mails())['ada@example.org'].subject).toBe('Your password was changed at Convoke');
    expect(path(await server.ask(reset, { token, password: 'worse horses' }))).toEqual(['token']);
  });

  it('is told by nothing: neither answer, statements nor mails tell whether there is an account', async () => {
    await createPersonWithPassword(server, { email: 'bob@example.org' });
    const steps: string[][] = [];
    for (const email of ['bob@example.org', 'nobody@example.org']) {
      steps.push(
        await server.statements(async () =>
          expect(await server.ask(requestReset, { email })).toEqual({ data: { requestPasswordReset: true } }),
        ),
      );
    }
    expect(steps[0]).toEqual(steps[1]);
    expect(Object.keys(await mails())).toEqual(['bob@example.org']);
  });

  it('takes no token that expired, was sent for something else or to another address, nor of somebody blocked', async () => {
    const [old, other, moved, blocked] = await Promise.all(
      ['old', 'other', 'moved', 'blocked'].map((name) =>
        createPersonWithPassword(server, { email: `${name}@tokens.example`, isVerified: name !== 'other' }),
      ),
    );
    for (const { email } of [old, moved, blocked]) await server.ask(requestReset, { email });
    await server.ask('mutation ($email: EmailAddress!) { resendVerification(email: $email) }', {
      email: other.email,
    });
    const sent = await mails();
    await server.sql(`UPDATE email_tokens SET expires_at = now() WHERE user_id = $1`, [old.userId]);
    await server.sql(`UPDATE users SET email = 'elsewhere@tokens.example' WHERE id = $1`, [moved.userId]);
    await server.sql('UPDATE users SET is_blocked = true WHERE id = $1', [blocked.userId]);
    for (const { email } of [old, other, moved, blocked]) {
      expect(sent[email].token).toHaveLength(43);
      expect(path(await server.ask(reset, { token: sent[email].token, password: 'better horse' }))).toEqual([
        'token',
      ]);
    }
    expect(
      code(
        await server.ask('mutation ($token: String!) { verifyEmail(token: $token) { id } }', {
          token: sent[other.email].token,
        }),
      ),
    ).toBe('fine');
  });

  it('kills its tokens by another change of the password, and makes one of two that race', async () => {
    const cleo = await createPersonWithPassword(server, { email: 'cleo@example.org' });
    await server.ask(requestReset, { email: cleo.email });
    const { token } = (await mails())[cleo.email];
    const change =
      'mutation ($old: String!, $new: String!) { changePassword(oldPassword: $old, newPassword: $new) }';
    expect(code(await server.ask(change, { old: password, new: 'better horse' }, cleo))).toBe('fine');
    expect(path(await server.ask(reset, { token, password: 'worse horses' }))).toEqual(['token']);
    await server.ask(requestReset, { email: cleo.email });
    const again = (await mails())[cleo.email].token;
    const both = await Promise.all(
      ['first horses', 'second horses'].map((one) => server.ask(reset, { token: again, password: one })),
    );
    expect(both.map(code).sort()).toEqual(['BAD_USER_INPUT', 'fine']);
  });

  it('is mailed three times in a quarter of an hour, aliases counted', async () => {
    const aliases = Array.from(
      { length: 4 },
      (_, at) => `a${at}: requestPasswordReset(email: "eve@example.org")`,
    );
    const { data, errors } = await server.ask(`mutation { ${aliases.join(' ')} }`);
    expect(errors?.map(({ extensions, path: at }) => [extensions.code, at])).toEqual([
      ['RATE_LIMITED', ['a3']],
    ]);
    expect(data).toBeNull();
  });
});

describe('an e-mail address', () => {
  const ask = (of: Person, email: string, given = password) =>
    server.ask(requestChange, { email, password: given }, of);

  it('is changed by the token that the new address got; the old one hears of it before and after', async () => {
    const dan = await createPersonWithPassword(server, { email: 'dan@example.org', isVerified: false });
    await sentMails(server);
    expect(code(await server.ask(requestChange, { email: 'x@example.org', password }))).toBe(
      'UNAUTHENTICATED',
    );
    expect(path(await ask(dan, 'daniel@example.org', 'wrong horse'))).toEqual(['password']);
    expect(path(await ask(dan, 'DAN@example.org'))).toEqual(['newEmail']);
    expect(await ask(dan, 'daniel@example.org')).toEqual({ data: { requestEmailChange: true } });
    const sent = await mails();
    expect(Object.keys(sent).sort()).toEqual(['dan@example.org', 'daniel@example.org']);
    expect(sent['dan@example.org']).toEqual({
      subject: 'Your e-mail address at Convoke is to be changed',
      token: undefined,
    });
    const { token } = sent['daniel@example.org'];
    expect(await server.ask(confirm, { token })).toEqual({
      data: { confirmEmailChange: { email: 'daniel@example.org', isVerified: true, version: 2 } },
    });
    expect((await mails())['dan@example.org'].subject).toBe('Your e-mail address at Convoke was changed');
    expect(path(await server.ask(confirm, { token }))).toEqual(['token']);
    expect(code(await server.ask(signIn, { login: 'daniel@example.org', password }))).toBe('fine');
    expect(code(await server.ask(signIn, { login: 'dan@example.org', password }))).toBe('UNAUTHENTICATED');
  });

  it('of somebody else is not to be had, and nobody is told that it is taken', async () => {
    const eve = await createPersonWithPassword(server, { email: 'evelyn@example.org' });
    await createPerson(server, { email: 'taken@example.org' });
    expect(await ask(eve, 'taken@example.org')).toEqual({ data: { requestEmailChange: true } });
    expect(Object.keys(await mails())).toEqual(['evelyn@example.org']);
    await ask(eve, 'soon@example.org');
    const { token } = (await mails())['soon@example.org'];
    await createPerson(server, { email: 'soon@example.org' });
    expect(code(await server.ask(confirm, { token }))).toBe('CONFLICT');
    expect(await server.sql('SELECT email FROM users WHERE id = $1', [eve.userId])).toEqual([
      { email: 'evelyn@example.org' },
    ]);
  });

  it('takes the last token alone, and no token for anything else', async () => {
    const fay = await createPersonWithPassword(server, { email: 'fay@example.org' });
    await ask(fay, 'fay1@example.org');
    const first = (await mails())['fay1@example.org'].token;
    await ask(fay, 'fay2@example.org');
    const { token } = (await mails())['fay2@example.org'];
    expect(path(await server.ask(confirm, { token: first }))).toEqual(['token']);
    expect(path(await server.ask(reset, { token, password: 'better horse' }))).toEqual(['token']);
    await server.ask(requestReset, { email: fay.email });
    const other = (await mails())[fay.email].token;
    expect(path(await server.ask(confirm, { token: other }))).toEqual(['token']);
    expect(code(await server.ask(confirm, { token }))).toBe('fine');
    // What had been sent to the old address is worth nothing at the new one.
    expect(path(await server.ask(reset, { token: other, password: 'better horse' }))).toEqual(['token']);
  });

  it('that somebody else has asked for is not theirs any more once there is a new password', async () => {
    const hal = await createPersonWithPassword(server, { email: 'hal@example.org', isVerified: false });
    await ask(hal, 'thief@example.org');
    const { token } = (await mails())['thief@example.org'];
    await server.ask(requestReset, { email: hal.email });
    const { token: own } = (await mails())[hal.email];
    expect(code(await server.ask(reset, { token: own, password: 'better horse' }))).toBe('fine');
    expect(path(await server.ask(confirm, { token }))).toEqual(['token']);
    expect(code(await server.ask(signIn, { login: hal.email, password: 'better horse' }))).toBe('fine');
  });

  it('leaves no token in the database, the queue or the activities', async () => {
    const gus = await createPersonWithPassword(server, { email: 'gus@example.org' });
    await ask(gus, 'gustav@example.org');
    const { token } = (await mails())['gustav@example.org'];
    const text = JSON.stringify(
      await server.sql(`
      SELECT to_jsonb(t) FROM email_tokens t UNION ALL SELECT to_jsonb(o) FROM outbox o UNION ALL SELECT to_jsonb(a) FROM activities a
      UNION ALL SELECT to_jsonb(m) FROM mails m`),
    );
    for (const secret of [token, password]) expect(text).not.toContain(secret);
  });
});
