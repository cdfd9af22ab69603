/** Public keys over HTTP and sockets: every version is kept, read by who reads the present one, and a new one is announced. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, join } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;
let admin: Person;
let partner: Person;
let outsider: Person;
let alpha: string;
let beta: string;
let study: string;
const machines: Record<string, Asker> = {};
const clients: Client[] = [];

const newKey = () =>
  Buffer.from(
    generateKeyPairSync('rsa', { modulusLength: 4096 }).publicKey.export({ type: 'spki', format: 'pem' }),
  ).toString('base64');
const fingerprintOf = (key: string) => createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex');

beforeAll(async () => {
  server = await startServer();
  [admin, partner, outsider] = [
    await createPerson(server),
    await createPerson(server),
    await createPerson(server),
  ];
  [alpha, beta] = [await createOrganization(server, 'Alpha'), await createOrganization(server, 'Beta')];
  const gamma = await createOrganization(server, 'Gamma');
  study = await createCollaboration(server, 'Study', [alpha, beta], true);
  const elsewhere = await createCollaboration(server, 'Elsewhere', [gamma]);
  for (const [name, organization, collaboration] of [
    ['alpha', alpha, study],
    ['beta', beta, study],
    ['gamma', gamma, elsewhere],
  ] as const) {
    const [{ id }] = await server.sql(
      `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), $1, $2, $3, $1, 'x') RETURNING id`,
      [name, organization, collaboration],
    );
    machines[name] = {
      token: (await issueMachineTokens(server.app.database, server.app.config, id)).accessToken,
    };
  }
  await holdRole(server, admin, 'Organization Admin', alpha);
  await join(server, partner, beta);
  await holdRole(server, outsider, 'Researcher', gamma);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await server.close();
});

async function data(
  asker: Asker,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, any>> {
  const answer = await server.ask(document, variables, asker);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
}
const update =
  'mutation ($id: ID!, $key: String) { updateOrganization(id: $id, input: { publicKey: $key }) { organization { id } } }';
const setKey = (asker: Asker, key: string | null) =>
  data(asker, update, { id: encodeId('Organization', alpha), key });

function listen(asker: Asker) {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${asker.token}` },
  });
  clients.push(client);
  const [heard, errors]: [any[], any[]] = [[], []];
  client.subscribe<any>(
    {
      query:
        'subscription ($c: ID!) { publicKeyChanged(collaborationId: $c) { publicKey { keyVersion fingerprint replacedAt organization { name } } } }',
      variables: { c: encodeId('Collaboration', study) },
    },
    {
      next: (message) =>
        message.errors ? errors.push(...message.errors) : heard.push(message.data.publicKeyChanged.publicKey),
      error: (error) => errors.push(...[error].flat()),
      complete: () => {},
    },
  );
  return { heard, errors };
}

it('keep every version, tell who works with them, and are hidden from all others', async () => {
  const [first, second, third] = [newKey(), newKey(), newKey()];
  const [hears, refused] = [listen(machines.beta), listen(machines.gamma)];
  await until(async () => refused.errors.length > 0);
  expect(refused.errors[0].extensions.code).toBe('NOT_FOUND');
  await setKey(admin, first);
  // A compute node of the organization sets its key, too; the same once more is no change.
  for (const key of [second, second]) await setKey(machines.alpha, key);
  // Whatever writes the row: the history is the database's own.
  await until(async () => hears.heard.some(({ keyVersion }) => keyVersion === 2));
  await setKey(admin, null);
  await setKey(admin, third);
  await until(async () => hears.heard.some(({ keyVersion }) => keyVersion === 4));

  const history =
    'query ($id: ID!) { node(id: $id) { ... on Organization { publicKey publicKeyVersion publicKeys(orderBy: CREATED_AT_ASC) { nodes { keyVersion publicKey fingerprint createdAt replacedAt } } } } }';
  const id = encodeId('Organization', alpha);
  const { node } = await data(machines.beta, history, { id });
  expect([node.publicKey, node.publicKeyVersion]).toEqual([third, 4]);
  expect(
    node.publicKeys.nodes.map(({ keyVersion, publicKey, fingerprint }: any) => [
      keyVersion,
      publicKey,
      fingerprint,
    ]),
  ).toEqual(
    (
      [
        [1, first],
        [2, second],
        [4, third],
      ] as const
    ).map(([version, key]) => [version, key, fingerprintOf(key)]),
  );
  const [one, two, three] = node.publicKeys.nodes;
  expect(three.replacedAt).toBeNull();
  expect(one.replacedAt).toBe(two.createdAt);
  expect(hears.heard.every(({ organization }) => organization.name === 'Alpha')).toBe(true);

  // People of the partner are told, whoever changed it; those who share no collaboration are not, and see none of it.
  const notices =
    '{ viewer { notifications { nodes { kind subject { ... on PublicKey { keyVersion } } } } } }';
  expect((await data(partner, notices)).viewer.notifications.nodes).toHaveLength(4);
  expect((await data(partner, notices)).viewer.notifications.nodes[0]).toEqual({
    kind: 'organization.publicKeyChanged',
    subject: { keyVersion: 4 },
  });
  expect((await data(outsider, notices)).viewer.notifications.nodes).toEqual([]);
  const rows = await server.sql('SELECT id FROM public_keys WHERE organization_id = $1', [alpha]);
  for (const [asker, sees] of [
    [admin, true],
    [partner, true],
    [machines.alpha, true],
    [machines.beta, true],
    [machines.gamma, false],
    [outsider, false],
    [{}, false],
  ] as const) {
    const read = await data(asker, 'query ($id: ID!) { node(id: $id) { id } }', {
      id: encodeId('PublicKey', rows[0].id),
    });
    expect(read.node !== null).toBe(sees);
  }
});
