/** Verifying an e-mail address: the mail that signing up causes, and the token in it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyUser } from '../../src/accounts/admin.service.ts';
import type { OutgoingMail } from '../../src/platform/mail/mailer.ts';
import { createPerson } from '../kit/accounts.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ PUBLIC_URL: 'https://convoke.example/base' });
});
afterAll(() => server.close());

const verify = 'mutation ($token: String!) { verifyEmail(token: $token) { email isVerified version } }';
const resend = 'mutation ($email: EmailAddress!) { resendVerification(email: $email) }';

/** The mails to an address among those that were sent by now. */
const mailsTo = async (email: string) => (await sentMails(server)).filter(({ to }) => to === email);

const tokenIn = ({ text }: OutgoingMail) => /verify\?token=([\w-]{43})/.exec(text)?.[1] as string;

async function signUp(email: string): Promise<string> {
  const { data } = await server.ask(
    `mutation { signUp(input: { email: "${email}", password: "correct horse" }) { accessToken } }`,
  );
  return data?.signUp.accessToken;
}

describe('the mail', () => {
  it('leads to the page for it, and shows the token, which is kept nowhere', async () => {
    await signUp('ada@example.org');
    const mails = await mailsTo('ada@example.org');
    expect(mails.length).toBe(1);
    const [{ to, subject, text, html }] = mails;
    expect({ to, subject }).toEqual({
      to: 'ada@example.org',
      subject: 'Verify your e-mail address for Convoke',
    });
    const token = tokenIn(mails[0]);
    expect(text).toContain(`https://convoke.example/base/verify?token=${token}\n`);
    for (const part of [text, html]) expect(part).toContain(`as it is: ${token}`);
    expect(
      JSON.stringify(
        await server.sql('SELECT to_jsonb(t) FROM email_tokens t UNION ALL SELECT to_jsonb(m) FROM mails m'),
      ),
    ).not.toContain(token);
  });

  it('leads to the address of the settings where there is one', async () => {
    await server.sql(`
      INSERT INTO settings (id, app_name, mail_frontend_url) VALUES (gen_random_uuid(), 'FOSS <Days>', 'https://conference.example/')
      ON CONFLICT (is_only) DO UPDATE SET app_name = excluded.app_name, mail_frontend_url = excluded.mail_frontend_url`);
    await server.ask(resend, { email: 'ada@example.org' });
    const [{ subject, text, html }] = await mailsTo('ada@example.org');
    expect(subject).toBe('Verify your e-mail address for FOSS <Days>');
    expect(text).toContain('https://conference.example/verify?token=');
    expect(html).not.toContain('<Days>');
  });

  it('goes to nobody who has no account to verify', async () => {
    await createPerson(server, { email: 'done@example.org' });
    await createPerson(server, { email: 'blocked@example.org', isVerified: false, isBlocked: true });
    for (const email of ['done@example.org', 'blocked@example.org', 'nobody@example.org']) {
      expect(await server.ask(resend, { email })).toEqual({ data: { resendVerification: true } });
      expect(await mailsTo(email)).toEqual([]);
    }
  });
});

describe('the token', () => {
  it('verifies its address once, and reads the account as itself', async () => {
    const accessToken = await signUp('bob@example.org');
    const [mail] = await mailsTo('bob@example.org');
    const answer = await server.ask(verify, { token: tokenIn(mail) });
    expect(answer).toEqual({
      data: { verifyEmail: { email: 'bob@example.org', isVerified: true, version: 2 } },
    });
    expect(
      (await server.ask('{ viewer { isVerified } }', {}, { token: accessToken })).data?.viewer.isVerified,
    ).toBe(true);
    for (const token of [tokenIn(mail), 'guess']) {
      expect((await server.ask(verify, { token })).errors?.[0].extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: [{ path: ['token'] }],
      });
    }
  });

  it('is worth nothing once it has expired, or the address is another', async () => {
    for (const change of [
      `UPDATE email_tokens SET expires_at = now()`,
      `UPDATE users SET email = 'moved@example.org' WHERE email = $1`,
    ]) {
      const email = `${change.length}@example.org`;
      await signUp(email);
      const [mail] = await mailsTo(email);
      await server.sql(change, change.includes('$1') ? [email] : []);
      expect((await server.ask(verify, { token: tokenIn(mail) })).errors?.[0].extensions.code).toBe(
        'BAD_USER_INPUT',
      );
    }
  });

  it('is not needed where a command verifies', async () => {
    const token = await signUp('cleo@example.org');
    await verifyUser(server.app, 'CLEO@example.org');
    expect((await server.ask('{ viewer { isVerified } }', {}, { token })).data?.viewer.isVerified).toBe(true);
    await expect(verifyUser(server.app, 'nobody@example.org')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(verifyUser(server.app, 'nobody')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
