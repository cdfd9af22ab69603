/** Accounts over HTTP: signing up, in and out, and what a token is worth. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const proof = '{ accessToken refreshToken expiresAt viewer { id email firstName publicName isVerified isAdmin viewerCan eventRoles { totalCount } } }';
const signUp = `mutation ($input: SignUpInput!) { signUp(input: $input) ${proof} }`;
const signIn = `mutation ($input: SignInInput!) { signIn(input: $input) ${proof} }`;
const viewer = '{ viewer { email } }';

describe('a new account', () => {
  it('is read as itself by whoever made it', async () => {
    const input = { email: 'Ada@Example.org', password: 'correct horse', firstName: ' Ada ', lastName: 'Lovelace', username: 'ada' };
    const answer = await server.ask(signUp, { input });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.signUp).toMatchObject({
      accessToken: expect.stringMatching(/^ey/),
      viewer: { email: 'ada@example.org', firstName: 'Ada', publicName: 'Ada Lovelace', isVerified: false, isAdmin: false, eventRoles: { totalCount: 0 } },
    });
    expect(await server.ask(viewer, {}, { token: answer.data?.signUp.accessToken })).toEqual({ data: { viewer: { email: 'ada@example.org' } } });
  });

  it('signs in by e-mail address and by username, whatever the case', async () => {
    for (const login of ['ada@example.org', 'ADA@example.org ', 'Ada']) {
      const answer = await server.ask(signIn, { input: { login, password: 'correct horse' } });
      expect(answer.data?.signIn.viewer.email).toBe('ada@example.org');
    }
  });
});

describe('a signed-in request', () => {
  it('costs one statement more than an anonymous one', async () => {
    const { token } = await createPerson(server);
    await server.ask(viewer, {}, { token });
    const list = '{ events { nodes { name } } }';
    const before = await server.statements(() => server.ask(list));
    const after = await server.statements(() => server.ask(list, {}, { token }));
    expect(after.length).toBe(before.length + 1);
  });
});
