/** The pages behind the links of mails, as a browser without scripts uses them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sentMails } from '../kit/mails.ts';
import { createPersonWithPassword, password } from '../kit/passwords.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const post = (path: string, fields: Record<string, string>) =>
  fetch(`${server.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
/** The link of the mail that is sent now, on this server. */
async function link(to: string): Promise<URL> {
  const mail = (await sentMails(server)).find((one) => one.to === to)!;
  const { pathname, search } = new URL(/http:\S+token=\S+/.exec(mail.text)![0]);
  return new URL(pathname + search, server.url);
}

describe('the page of a mail', () => {
  it('verifies an address by POST; looking at it does nothing', async () => {
    const { email, userId } = await createPersonWithPassword(server, { isVerified: false });
    const isVerified = async () =>
      (await server.sql('SELECT is_verified FROM users WHERE id = $1', [userId]))[0].is_verified;
    await server.ask('mutation ($email: EmailAddress!) { resendVerification(email: $email) }', { email });
    const url = await link(email);
    const shown = await fetch(url);
    expect(shown.status).toBe(200);
    const text = await shown.text();
    expect(text).toContain(`<input type="hidden" name="token" value="${url.searchParams.get('token')}">`);
    expect(await isVerified()).toBe(false);
    const done = await post('/verify', { token: url.searchParams.get('token')! });
    expect([done.status, await isVerified()]).toEqual([200, true]);
    expect(await done.text()).toContain('Your e-mail address is verified.');
    const again = await post('/verify', { token: url.searchParams.get('token')! });
    expect([again.status, await again.text()]).toEqual([
      400,
      expect.stringContaining('The link is unknown, expired or used: ask for another mail.'),
    ]);
  });

  it('sets a new password, and says what is wrong with a bad one', async () => {
    const { email } = await createPersonWithPassword(server);
    await server.ask('mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }', { email });
    const token = (await link(email)).searchParams.get('token')!;
    const easy = await post('/reset', { token, password: 'password1' });
    expect([easy.status, await easy.text()]).toEqual([
      400,
      expect.stringContaining('The password is too easy to guess'),
    ]);
    expect((await post('/reset', { token, password: 'better horse' })).status).toBe(200);
    const answer = await server.ask(
      'mutation ($login: String!) { signIn(input: { login: $login, password: "better horse" }) { accessToken } }',
      { login: email },
    );
    expect(answer.errors).toBeUndefined();
  });

  it('confirms a new address', async () => {
    const person = await createPersonWithPassword(server);
    await server.ask(
      'mutation ($password: String!) { requestEmailChange(newEmail: "new@example.org", password: $password) }',
      { password },
      person,
    );
    const url = await link('new@example.org');
    expect(url.pathname).toBe('/confirm-email');
    expect((await post('/confirm-email', { token: url.searchParams.get('token')! })).status).toBe(200);
    expect(await server.sql('SELECT email FROM users WHERE id = $1', [person.userId])).toEqual([
      { email: 'new@example.org' },
    ]);
  });

  it('shows a dead link to be one: not a button that cannot succeed, but how to get another mail', async () => {
    const dead = async (path: string, fields: Record<string, string> = {}) =>
      (await post(path, { token: 'long used', ...fields })).text();
    const texts = [
      await dead('/verify'),
      await dead('/confirm-email'),
      await dead('/reset', { password: 'better horse' }),
    ];
    for (const text of texts) {
      expect(text).toContain('The link is unknown, expired or used');
      expect(text).not.toContain('<form');
    }
    expect(texts[0]).toContain('<a href="/verify-again">');
    expect(texts[2]).toContain('<a href="/forgotten">');
    // The password may be what was wrong.
    expect(await dead('/reset-two-factor', { password: 'better horse' })).toContain('<form');
  });

  it('sends another mail, and says the same of addresses that nobody has', async () => {
    const { email } = await createPersonWithPassword(server, { isVerified: false });
    for (const [path, leadsTo] of [
      ['/verify-again', '/verify'],
      ['/forgotten', '/reset'],
    ]) {
      expect(await (await fetch(`${server.url}${path}`)).text()).toContain(
        '<input type="email" name="email"',
      );
      const [known, unknown] = [
        await post(path, { email }),
        await post(path, { email: 'nobody@example.org' }),
      ];
      expect([known.status, unknown.status]).toEqual([200, 200]);
      expect(await known.text()).toBe(await unknown.text());
      expect((await link(email)).pathname).toBe(leadsTo);
    }
  });

  it('puts the cursor where the fault is', async () => {
    const refused = async (fields: Record<string, string>) =>
      /<input type="(\w+)"[^>]* autofocus>/.exec(await (await post('/sign-up', fields)).text())![1];
    expect(await refused({ email: 'somebody@example.org', password: 'password1' })).toBe('password');
    expect(await refused({ email: 'no address', password: 'better horse' })).toBe('email');
  });

  it('runs no script, loads nothing, is kept nowhere and tells its address to nobody', async () => {
    const response = await fetch(
      `${server.url}/reset?token=${encodeURIComponent('"><script>alert(1)</script>')}`,
    );
    const text = await response.text();
    expect(text).not.toContain('<script');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toMatch(
      /^default-src 'none';style-src 'sha256-[\w+/]+=*';form-action 'self';base-uri 'none';frame-ancestors 'none'$/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect((await fetch(`${server.url}/reset`)).status).toBe(400);
    expect((await post('/verify', {})).status).toBe(400);
  });

  it('counts attempts like the API', async () => {
    await using other = await startServer({ ADDRESS_ATTEMPTS: '2' });
    const guess = () =>
      fetch(`${other.url}/verify`, { method: 'POST', body: new URLSearchParams({ token: 'guess' }) });
    const texts = [await guess(), await guess(), await guess()].map((response) => response.text());
    expect((await Promise.all(texts)).map((text) => text.includes('Too many attempts'))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
