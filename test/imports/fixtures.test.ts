/** Fixtures of organizations and collaborations: read whole, written once, refused with everything that is wrong. */
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FixtureError, parseFixtures, readFixtures } from '../../src/imports/fixtures.reader.ts';
import { importFixtures } from '../../src/imports/fixtures.service.ts';
import type { FixtureOptions } from '../../src/imports/fixtures.service.ts';
import { isCiphertext } from '../../src/tasks/ciphertext.ts';
import { realExports } from '../kit/real-exports.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const publicKey = Buffer.from(
  generateKeyPairSync('rsa', { modulusLength: 4096, publicExponent: 65_537 }).publicKey.export({
    type: 'spki',
    format: 'pem',
  }),
).toString('base64');
const strong = 'walrus-lantern-orbit-91';
const run = (text: string, options?: FixtureOptions) =>
  importFixtures(server.app, parseFixtures(text), options);
const counted = async (table: string) =>
  (await server.sql(`SELECT count(*)::int AS n FROM ${table}`))[0].n as number;
async function problemsOf(work: () => unknown): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof FixtureError)
      return error.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw error;
  }
  throw new Error('it was not refused');
}

const good = `
organizations:
  - name: North
    country: Netherlands
    zipcode: 1234
    public_key: ${publicKey}
    roles:
      - { name: Steward, rules: [task:view:collaboration, result:view:collaboration] }
    users:
      - { username: nora, firstname: Nora, lastname: North, email: nora@north.example, password: ${strong}, roles: [Researcher, Steward] }
      - { username: ned@north.example, password: ${strong} }
  - name: South
    public_key: ${publicKey}
collaborations:
  - name: Poles
    encrypted: true
    participants: [{ name: North, api_key: ${'n'.repeat(40)} }, { name: South, node: The south, api_key: ${'s'.repeat(40)} }]
    tasks: [hello-world, hello-world, { image: mean, name: Mean, initiator: South, input: '{"column":"age"}', databases: [default] }]
`;

describe('fixtures', () => {
  it('are checked and counted without being written, where it is only tried', async () => {
    const { counts, dryRun } = await run(good, { dryRun: true });
    expect(dryRun).toBe(true);
    expect(counts.tasks).toEqual({ written: 3, present: 0 });
    expect([await counted('organizations'), await counted('users'), await counted('tasks')]).toEqual([
      0, 0, 0,
    ]);
  });

  it('are written as the file has them, and nobody gets a right beside', async () => {
    const { counts, notes, generated } = await run(good);
    expect(Object.fromEntries(Object.entries(counts).map(([kind, { written }]) => [kind, written]))).toEqual({
      organizations: 2,
      users: 2,
      memberships: 2,
      roles: 1,
      assignments: 2,
      collaborations: 1,
      computeNodes: 2,
      tasks: 3,
    });
    expect(generated).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('ned@north.example')]);
    const signIn = async (login: string) =>
      (
        await server.ask('mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }', {
          input: { login, password: strong },
        })
      ).data!.signIn.accessToken;
    const own = async (token: string) =>
      (
        await server.ask(
          '{ viewer { organizations { nodes { name } } roles { nodes { name } } } tasks { totalCount } }',
          {},
          { token },
        )
      ).data;
    expect(await own(await signIn('nora'))).toEqual({
      viewer: {
        organizations: { nodes: [{ name: 'North' }] },
        roles: { nodes: expect.arrayContaining([{ name: 'Researcher' }, { name: 'Steward' }]) },
      },
      tasks: { totalCount: 3 },
    });
    expect(await own(await signIn('ned@north.example'))).toMatchObject({
      viewer: { roles: { nodes: [] } },
      tasks: { totalCount: 0 },
    });
    const results = await server.sql(
      'SELECT r.input, t.name, o.name AS initiator FROM results r JOIN tasks t ON t.id = r.task_id JOIN organizations o ON o.id = t.initiator_id ORDER BY t.name',
    );
    expect(results).toHaveLength(6);
    expect(results.every(({ input }) => isCiphertext(input))).toBe(true);
    expect(results.filter(({ name }) => name === 'Mean').map(({ initiator }) => initiator)).toEqual([
      'South',
      'South',
    ]);
    const node = await server.ask(
      'mutation ($apiKey: String!) { authenticateComputeNode(apiKey: $apiKey) { accessToken } }',
      { apiKey: 's'.repeat(40) },
    );
    expect(node.errors).toBeUndefined();
  });

  it('are written once, however often the file comes', async () => {
    const { counts } = await run(good);
    expect(Object.values(counts).every(({ written }) => written === 0)).toBe(true);
    expect([
      await counted('organizations'),
      await counted('users'),
      await counted('tasks'),
      await counted('role_assignments'),
    ]).toEqual([2, 2, 3, 2]);
  });

  it('have texts in the normal form, and are refused with the place of every text that breaks its kind', async () => {
    const text = (name: string, first: string) =>
      `organizations:\n  - name: ${JSON.stringify(name)}\n    users:\n      - username: someone\n        firstname: ${JSON.stringify(first)}\n        password: brown tapir climbs\n`;
    expect(parseFixtures(text(' A\u0308rzte ', 'Ada')).organizations[0].name).toBe('\u00c4rzte');
    const wrong = () => parseFixtures(text('a\u0007b', 'x'.repeat(201)));
    expect(wrong).toThrow(/organizations\[0\]\.name: must be one line/);
    expect(wrong).toThrow(/users\[0\]\.firstname: is at most 200 characters long/);
    expect(() => parseFixtures(text('x'.repeat(300_000), 'Ada'))).toThrow(
      /organizations\[0\]\.name: is at most 1000 characters long/,
    );
  });

  it('are refused with everything that is wrong, and nothing is written', async () => {
    const before = await counted('organizations');
    const bad = `
organizations:
  - name: East
    roles: [{ name: Root, rules: [] }, { name: Own, rules: [task:eat:collaboration] }]
    users:
      - { username: eve, password: password, roles: [Nobody] }
      - { username: Eve, password: ${strong} }
  - { name: east }
collaborations:
  - { name: Sun, encrypted: false, participants: [{ name: East, api_key: ${'k'.repeat(40)} }, { name: East }], tasks: [{ image: x, initiator: West }] }
`;
    expect(await problemsOf(() => run(bad))).toEqual([
      'organizations.0.roles.0.name: "Root" is a default role, which nobody changes',
      expect.stringContaining('organizations.0.roles.1.rules.0: there is no rule "task:eat:collaboration"'),
      'organizations.0.users.0.roles.0: there is no role "Nobody" in this organization',
      'organizations.0.users.1.username: "Eve" is there twice',
      'organizations.1.name: "east" is there twice',
      'collaborations.0.participants.1.name: "East" is there twice',
      'collaborations.0.tasks.0.initiator: "West" is no participant',
    ]);
    const weak = `
organizations:
  - { name: West, users: [{ username: wendy, password: password }, { username: will }], public_key: YWJj }
collaborations:
  - { name: Moon, encrypted: true, participants: [{ name: North, api_key: ${'m'.repeat(40)} }, { name: Nowhere, api_key: short }] }
  - { name: Stars, encrypted: false, participants: [{ name: North, api_key: ${'m'.repeat(40)} }] }
  - { name: Clouds, encrypted: false, participants: [{ name: South, api_key: ${'m'.repeat(40)} }] }
  - { name: Poles, encrypted: false, participants: [{ name: South }] }
`;
    const found = await problemsOf(() => run(weak));
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringContaining('organizations.0.public_key: is not the base64 of the PEM'),
        expect.stringContaining('collaborations.0.participants.1.name: there is no organization "Nowhere"'),
        expect.stringContaining('collaborations.2.participants.0.api_key: is used twice'),
        expect.stringContaining('collaborations.3.encrypted: the collaboration is there'),
      ]),
    );
    const passwords = await problemsOf(() =>
      run(
        'organizations: [{ name: West, users: [{ username: wendy, password: password }, { username: will }] }]',
      ),
    );
    expect(passwords.map((text) => text.split(':')[0])).toEqual([
      'organizations.0.users.0.password',
      'organizations.0.users.1.password',
    ]);
    expect(await counted('organizations')).toBe(before);
  });

  it('may have passwords and keys made up, which are told once', async () => {
    const { generated } = await run(
      'organizations: [{ name: West, users: [{ username: wendy, password: password }] }]\ncollaborations: [{ name: Wind, encrypted: false, participants: [{ name: West }] }]',
      { generatePasswords: true },
    );
    expect(generated.map(({ kind, of }) => [kind, of])).toEqual([
      ['password', 'wendy'],
      ['api_key', 'West - Wind'],
    ]);
    const answer = await server.ask(
      'mutation ($input: SignInInput!) { signIn(input: $input) { viewer { username } } }',
      { input: { login: 'wendy', password: generated[0].value } },
    );
    expect(answer.data!.signIn.viewer).toEqual({ username: 'wendy' });
  });

  it.each([
    ['no YAML', 'organizations: [', []],
    [
      'an unknown key',
      'organizations: [{ name: A, colour: red }]',
      ['organizations.0: unrecognized key: "colour"'],
    ],
    ['another type', 'organizations: 5', ['organizations: invalid input: expected array, received number']],
    [
      'aliases',
      'organizations: [&a { name: A }, *a]',
      [': aliases (*name) are not read: write the value out'],
    ],
  ])('are refused for %s', async (_what, text, expected) => {
    const found = await problemsOf(() => run(text));
    expect(found.length).toBeGreaterThan(0);
    for (const one of expected) expect(found).toContain(one);
  });

  // Its file is that project's, and not kept here.
  (realExports ? it : it.skip)('read the example of the server that this one succeeds', async () => {
    const fixtures = await readFixtures(join(realExports!, 'vantage6-example_fixtures.yaml'));
    expect((await problemsOf(() => importFixtures(server.app, fixtures))).length).toBeGreaterThan(0);
    const { counts, generated } = await importFixtures(server.app, fixtures, { generatePasswords: true });
    expect(counts).toMatchObject({
      organizations: { written: 3 },
      users: { written: 6 },
      collaborations: { written: 3 },
      computeNodes: { written: 7 },
      tasks: { written: 4 },
    });
    expect(generated.filter(({ kind }) => kind === 'password')).toHaveLength(6);
    // The file uses one key for all of them: the first keeps it.
    expect(generated.filter(({ kind }) => kind === 'api_key')).toHaveLength(6);
  });
});
