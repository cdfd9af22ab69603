/** Accounts over HTTP: signing up, in and out, and what a token is worth. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAdmin } from '../../src/accounts/admin.service.ts';
import { setUpSecret } from '../../src/accounts/set-up.ts';
import { serve } from '../../src/server.ts';
import { pruneTokens } from '../../src/platform/auth/tokens.ts';
import { createPerson, signInAs } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { ask, startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const proof =
  '{ accessToken refreshToken expiresAt viewer { id email firstName publicName isVerified isAdmin eventRoles { totalCount } } }';
const signUp = `mutation ($input: SignUpInput!) { signUp(input: $input) ${proof} }`;
const signIn = `mutation ($input: SignInInput!) { signIn(input: $input) ${proof} }`;
const refresh = `mutation ($token: String!) { refreshTokens(refreshToken: $token) ${proof} }`;
const setUp = `mutation ($secret: String!, $input: SignUpInput!) { setUp(secret: $secret, input: $input) { accessToken viewer { isSuperAdmin isVerified } } }`;
const changePassword =
  'mutation ($old: String!, $new: String!) { changePassword(oldPassword: $old, newPassword: $new) }';
const viewer = '{ viewer { email } }';

const password = 'correct horse';
const who = async (token: string | undefined) =>
  (await server.ask(viewer, {}, { token })).data?.viewer?.email ?? null;
const codes = (answer: { errors?: readonly { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.map(({ extensions }) => extensions.code);

describe('an account', () => {
  it('is made unverified, and read as itself by whoever made it', async () => {
    const input = {
      email: 'Ada@Example.org',
      password,
      firstName: ' Ada ',
      lastName: 'Lovelace',
      username: 'ada',
    };
    const answer = await server.ask(signUp, { input });
    expect(answer.errors).toBeUndefined();
    const mine = {
      email: 'ada@example.org',
      firstName: 'Ada',
      publicName: null,
      isVerified: false,
      isAdmin: false,
    };
    expect(answer.data?.signUp.viewer).toEqual({
      id: expect.stringMatching(/^user_/),
      eventRoles: { totalCount: 0 },
      ...mine,
    });
    const chosen = await server.ask(signUp, {
      input: { email: 'countess@example.org', password, firstName: 'Ada', publicName: ' The countess ' },
    });
    expect(chosen.data?.signUp.viewer.publicName).toBe('The countess');
    await server.sql(`DELETE FROM outbox WHERE payload->>'email' = 'countess@example.org'`);
    expect(await who(answer.data?.signUp.accessToken)).toBe('ada@example.org');
    const jobs = await server.sql(`SELECT payload FROM outbox WHERE name = 'account.verification'`);
    expect(jobs).toEqual([{ payload: { email: 'ada@example.org' } }]);
  });

  it('signs in by e-mail address and by username, whatever the case', async () => {
    for (const login of ['ada@example.org', 'ADA@example.org ', 'Ada']) {
      const answer = await server.ask(signIn, { input: { login, password } });
      expect(answer.data?.signIn.viewer.email).toBe('ada@example.org');
    }
  });

  it('keeps no secret as it is', async () => {
    const { data } = await server.ask(signIn, { input: { login: 'ada', password } });
    const rows = await server.sql(
      'SELECT to_jsonb(u) AS row FROM users u UNION ALL SELECT to_jsonb(t) FROM refresh_tokens t',
    );
    expect(JSON.stringify(rows)).not.toContain(data?.signIn.refreshToken);
    expect(JSON.stringify(rows)).not.toContain(password);
    expect(JSON.stringify(rows)).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  it('is told from no account by neither words nor code', async () => {
    const wrong = await server.ask(signIn, { input: { login: 'ada', password: 'wrong horse' } });
    const unknown = await server.ask(signIn, { input: { login: 'nobody', password: 'wrong horse' } });
    expect(wrong.errors).toEqual(unknown.errors);
    expect(codes(wrong)).toEqual(['UNAUTHENTICATED']);
    const resend = 'mutation ($email: EmailAddress!) { resendVerification(email: $email) }';
    for (const email of ['ada@example.org', 'nobody@example.org']) {
      let answer;
      const statements = await server.statements(async () => (answer = await server.ask(resend, { email })));
      expect(answer).toEqual({ data: { resendVerification: true } });
      // The job, and the activity.
      expect(statements.length).toBe(2);
    }
  });

  it('is refused on a taken e-mail address or username', async () => {
    const email = await server.ask(signUp, { input: { email: 'ADA@example.org', password } });
    expect(email.errors?.[0].extensions).toEqual({ code: 'CONFLICT', field: 'email' });
    const username = await server.ask(signUp, {
      input: { email: 'other@example.org', password, username: 'ADA' },
    });
    expect(username.errors?.[0].extensions).toEqual({ code: 'CONFLICT', field: 'username' });
  });

  it('is refused on wrong input, with the path of everything that is wrong', async () => {
    const input = {
      email: 'new@example.org',
      password: 'short',
      firstName: 'x'.repeat(201),
      username: 'a@b',
    };
    const answer = await server.ask(signUp, { input });
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    const paths = answer.errors?.[0].extensions.fields.map(({ path }: { path: string[] }) => path.join('.'));
    expect(paths).toEqual(['input.password', 'input.firstName', 'input.username']);
    const address = await server.ask(signUp, { input: { email: 'no address', password } });
    expect(address.errors?.[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'email'] }],
    });
  });
});

describe('tokens', () => {
  it('are exchanged, each refresh token once; the second use ends them all', async () => {
    const first = (await server.ask(signIn, { input: { login: 'ada', password } })).data?.signIn;
    const second = (await server.ask(refresh, { token: first.refreshToken })).data?.refreshTokens;
    expect(second.viewer.email).toBe('ada@example.org');
    expect(await who(second.accessToken)).toBe('ada@example.org');
    expect(codes(await server.ask(refresh, { token: first.refreshToken }))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await server.ask(refresh, { token: second.refreshToken }))).toEqual(['UNAUTHENTICATED']);
    expect(await who(first.accessToken)).toBeNull();
    expect(await who(second.accessToken)).toBeNull();
  });

  it('end where the person signs out: here, or everywhere', async () => {
    const [here, there] = [await createPerson(server), await createPerson(server)];
    const again = await signInAs(server, here.userId);
    const third = await signInAs(server, here.userId);
    expect(await server.ask('mutation { signOut }', {}, here)).toEqual({ data: { signOut: true } });
    expect([await who(here.token), await who(again.token), await who(there.token)]).toEqual([
      null,
      here.email,
      there.email,
    ]);
    expect(codes(await server.ask(refresh, { token: here.refreshToken }))).toEqual(['UNAUTHENTICATED']);
    await server.ask('mutation { signOut(everywhere: true) }', {}, again);
    expect([await who(again.token), await who(third.token), await who(there.token)]).toEqual([
      null,
      null,
      there.email,
    ]);
    expect(codes(await server.ask('mutation { signOut }'))).toEqual(['UNAUTHENTICATED']);
  });

  it('end with a change of the password, but for the one that changed it', async () => {
    const signedIn = await server.ask(signIn, { input: { login: 'ada', password } });
    const other = await server.ask(signIn, { input: { login: 'ada', password } });
    const accessToken = signedIn.data?.signIn.accessToken;
    const wrong = await server.ask(
      changePassword,
      { old: 'wrong horse', new: 'better horse' },
      { token: accessToken },
    );
    expect(wrong.errors?.[0].extensions.fields[0].path).toEqual(['oldPassword']);
    const short = await server.ask(changePassword, { old: password, new: 'horse' }, { token: accessToken });
    expect(short.errors?.[0].extensions.fields[0].path).toEqual(['newPassword']);
    expect(
      (await server.ask(changePassword, { old: password, new: 'better horse' }, { token: accessToken }))
        .errors,
    ).toBeUndefined();
    expect([await who(accessToken), await who(other.data?.signIn.accessToken)]).toEqual([
      'ada@example.org',
      null,
    ]);
    expect(codes(await server.ask(signIn, { input: { login: 'ada', password } }))).toEqual([
      'UNAUTHENTICATED',
    ]);
    expect(
      (await server.ask(changePassword, { old: 'better horse', new: password }, { token: accessToken }))
        .errors,
    ).toBeUndefined();
  });

  it('are worth nothing from the moment that the person is blocked or deleted', async () => {
    for (const change of ['is_blocked = true', 'deleted_at = now()']) {
      const { token, refreshToken, userId, email } = await createPerson(server);
      expect(await who(token)).toBe(email);
      await server.sql(`UPDATE users SET ${change} WHERE id = $1`, [userId]);
      expect(codes(await server.ask(viewer, {}, { token }))).toEqual(['UNAUTHENTICATED']);
      expect(codes(await server.ask(refresh, { token: refreshToken }))).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('that are bad refuse any operation as a whole, but for those that prove who somebody is', async () => {
    const token = `${(await createPerson(server)).token}x`;
    for (const document of [viewer, '{ events { totalCount } }', 'mutation { signOut }']) {
      const answer = await server.ask(document, {}, { token });
      expect(answer.data ?? null).toBeNull();
      expect(answer.errors).toEqual([
        { message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } },
      ]);
    }
    const signedIn = await server.ask(signIn, { input: { login: 'ada', password } }, { token });
    expect(signedIn.data?.signIn.viewer.email).toBe('ada@example.org');
    const refreshed = await server.ask(refresh, { token: signedIn.data?.signIn.refreshToken }, { token });
    expect(refreshed.data?.refreshTokens.viewer.email).toBe('ada@example.org');
    const input = { email: 'fresh@example.org', password };
    expect((await server.ask(signUp, { input }, { token })).data?.signUp.viewer.email).toBe(
      'fresh@example.org',
    );
  });

  it('are removed once they have expired', async () => {
    const { userId } = await createPerson(server);
    await server.sql(
      `UPDATE token_families SET expires_at = now() - interval '1 second' WHERE user_id = $1`,
      [userId],
    );
    await pruneTokens(server.app.database);
    const left = await server.sql(
      'SELECT count(*)::int AS n, count(*) FILTER (WHERE user_id = $1)::int AS mine FROM token_families',
      [userId],
    );
    expect(left[0].mine).toBe(0);
    expect(left[0].n).toBeGreaterThan(0);
  });
});

describe('a proved account', () => {
  it('shows itself to whoever proved it, whoever they were before, and nothing else does', async () => {
    const bob = await createPerson(server, { firstName: 'Bob' });
    await server.ask(signUp, { input: { email: 'cleo@example.org', password, firstName: 'Cleo' } });
    const both = `mutation ($input: SignInInput!) {
      a: signIn(input: $input) { viewer { firstName email } }
      signOut
      b: signIn(input: $input) { viewer { firstName } }
    }`;
    const answer = await server.ask(both, { input: { login: 'cleo@example.org', password } }, bob);
    expect(answer).toEqual({
      data: {
        a: { viewer: { firstName: 'Cleo', email: 'cleo@example.org' } },
        signOut: true,
        b: { viewer: { firstName: 'Cleo' } },
      },
    });
    expect(await who(bob.token)).toBeNull();
  });

  it('that is blocked is told so only after the right password', async () => {
    await server.ask(signUp, { input: { email: 'dan@example.org', password } });
    await server.sql(`UPDATE users SET is_blocked = true WHERE email = 'dan@example.org'`);
    const wrong = await server.ask(signIn, { input: { login: 'dan@example.org', password: 'wrong horse' } });
    const right = await server.ask(signIn, { input: { login: 'dan@example.org', password } });
    expect(wrong.errors?.[0].message).toBe('Wrong e-mail, username or password');
    expect(right.errors?.[0]).toMatchObject({
      message: 'This account is blocked',
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
});

describe('attempts', () => {
  it('are limited for an account, and tell nothing of it', async () => {
    for (const login of ['cleo@example.org', 'nobody-at-all']) {
      const guesses = Array.from({ length: 12 }, () =>
        server.ask(signIn, { input: { login, password: 'guess work' } }),
      );
      const found = (await Promise.all(guesses)).flatMap(codes);
      expect(found.filter((code) => code === 'UNAUTHENTICATED').length).toBe(5);
      const again = await server.ask(signIn, { input: { login, password } });
      expect(again.errors?.[0].extensions).toEqual({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) });
    }
    expect((await server.ask(signIn, { input: { login: 'ada', password } })).errors).toBeUndefined();
  });

  it('count once for each alias', async () => {
    const aliases = Array.from(
      { length: 5 },
      (_, at) => `a${at}: resendVerification(email: "eve@example.org")`,
    );
    const answer = await server.ask(`mutation { ${aliases.join('\n')} }`);
    expect(codes(answer)).toContain('RATE_LIMITED');
    const sent = await server.sql(`SELECT FROM outbox WHERE payload->>'email' = 'eve@example.org'`);
    expect(sent.length).toBe(3);
  });

  it('of nonsense are wrong input or nobody, never a fault', async () => {
    const answers = [
      await server.ask('mutation { signIn(input: { login: "\\u0000", password: "x" }) { accessToken } }'),
      await server.ask(signIn, { input: { login: '\u0000', password } }),
      await server.ask(signIn, { input: { login: 'ada', password: 'x'.repeat(100_000) } }),
      await server.ask(refresh, { token: '\ud800' }),
      await server.ask(refresh, { token: 'x'.repeat(100_000) }),
    ];
    expect(answers.flatMap(codes)).toEqual([
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      'UNAUTHENTICATED',
      'BAD_USER_INPUT',
      'UNAUTHENTICATED',
    ]);
  });

  it('are limited for a network address', async () => {
    await using other = await startServer({ ADDRESS_ATTEMPTS: '2' });
    const input = (at: number) => ({ input: { login: `somebody${at}`, password } });
    const found = [
      await other.ask(signIn, input(1)),
      await other.ask(signIn, input(2)),
      await other.ask(signIn, input(3)),
    ];
    expect(found.flatMap(codes)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'RATE_LIMITED']);
  });
});

describe('the first super admin', () => {
  it('is made once, with the secret of any start', async () => {
    const secrets = [await setUpSecret(server.app), await setUpSecret(server.app)];
    expect(new Set(secrets).size).toBe(2);
    const input = { email: 'root@example.org', password };
    expect(codes(await server.ask(setUp, { secret: 'guess', input }))).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(await server.sql('SELECT hash FROM set_up_secrets'))).not.toContain(secrets[0]);
    // Two instances on one database.
    const other = await serve(server.app);
    const both = await Promise.all([
      server.ask(setUp, { secret: secrets[0], input }),
      ask(other.url, setUp, { secret: secrets[1], input: { ...input, email: 'too@example.org' } }),
    ]).finally(() => other.stop());
    expect(both.flatMap((answer) => codes(answer) ?? 'made').sort()).toEqual(['CONFLICT', 'made']);
    expect(both.find(({ errors }) => !errors)?.data?.setUp.viewer).toEqual({
      isSuperAdmin: true,
      isVerified: true,
    });
    expect(await setUpSecret(server.app)).toBeNull();
    for (const secret of secrets)
      expect(
        codes(await server.ask(setUp, { secret, input: { ...input, email: 'late@example.org' } })),
      ).toEqual(['CONFLICT']);
    await server.sql('DELETE FROM users WHERE is_super_admin');
    for (const secret of secrets)
      expect(codes(await server.ask(setUp, { secret, input }))).toEqual(['CONFLICT']);
  });

  it('may come from a command', async () => {
    await createAdmin(server.app, 'Chief@example.org', password);
    expect(
      (await server.ask(signIn, { input: { login: 'chief@example.org', password } })).data?.signIn.viewer,
    ).toMatchObject({ isVerified: true });
    await expect(createAdmin(server.app, 'chief@example.org', password)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('a signed-in request', () => {
  it('is remembered as the last sight of the person', async () => {
    const person = await createPerson(server);
    await server.ask(viewer, {}, person);
    for (;;) {
      const { data } = await server.ask('{ viewer { lastSeenAt version } }', {}, person);
      if (data?.viewer.lastSeenAt === null) continue;
      expect(Date.now() - Date.parse(data?.viewer.lastSeenAt)).toBeLessThan(60_000);
      expect(data?.viewer.version).toBe(1);
      break;
    }
  });

  it('costs one statement more than an anonymous one', async () => {
    const { token } = await createPerson(server);
    const list = '{ events { nodes { name } } }';
    const without = await server.statements(() => server.ask(list));
    const signedIn = await server.statements(() => server.ask(list, {}, { token }));
    expect(signedIn.length).toBe(without.length + 1);
  });
});
