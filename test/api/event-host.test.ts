/**
 * The organization that hosts an event: who may name it, and whom it makes a coorganizer: those who hold
 * organization:update through a role in that very organization, and nobody else on any path.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, holdRules } from '../kit/collaborations.ts';
import type { Made } from '../kit/event-rows.ts';
import { makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';

let server: TestServer;
let alpha: string;
let beta: string;
let hosted: Made;
let elsewhere: Made;
let hostless: Made;
let owner: Person;
/** Holds Organization Admin in Alpha. */
let host: Person;
/** Everybody who comes near to it, and is none. */
const others: Record<string, { readonly token: string }> = {};

const org = (uuid: string) => encodeId('Organization', uuid);
const code = async (
  asker: { readonly token: string },
  document: string,
  variables?: Record<string, unknown>,
) => String((await server.ask(document, variables, asker)).errors?.[0].extensions?.code ?? 'done');
const data = async (
  asker: { readonly token: string } | undefined,
  document: string,
  variables?: Record<string, unknown>,
) => {
  const answer = await server.ask(document, variables, asker);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
};
const update =
  'mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { event { id organization { id } } } }';
const create =
  'mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { organization { name } } } }';

beforeAll(async () => {
  server = await startServer();
  alpha = await createOrganization(server, 'Alpha');
  beta = await createOrganization(server, 'Beta');
  const both = await createCollaboration(server, 'Both', [alpha, beta]);
  [hosted, elsewhere, hostless] = await Promise.all([
    makeEvent(server, { state: 'DRAFT' }),
    makeEvent(server, { state: 'DRAFT' }),
    makeEvent(server, { state: 'DRAFT' }),
  ]);
  await server.sql(`UPDATE events SET organization_id = $2 WHERE id = $1`, [hosted.uuid, alpha]);
  await server.sql(`UPDATE events SET organization_id = $2 WHERE id = $1`, [elsewhere.uuid, beta]);
  owner = await createPerson(server);
  for (const { uuid } of [hosted, elsewhere, hostless]) {
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'OWNER')`,
      [uuid, owner.userId],
    );
    await server.sql(
      `INSERT INTO sessions (id, event_id, title, state, comments, is_locked) VALUES (gen_random_uuid(), $1, 'Hidden', 'PENDING', 'secret', false)`,
      [uuid],
    );
  }
  host = await createPerson(server);
  await holdRole(server, host, 'Organization Admin', alpha);
  const near = async (name: string, arrange: (person: Person) => Promise<void>) => {
    const person = await createPerson(server);
    await arrange(person);
    others[name] = person;
  };
  const updating = { resource: 'organization', operation: 'UPDATE', scope: 'ORGANIZATION' } as const;
  await near('given the rule directly', (person) => holdRules(server, person, [updating], alpha));
  await near('viewer in it', (person) => holdRole(server, person, 'Viewer', alpha));
  await near('collaboration admin of a partner', (person) =>
    holdRole(server, person, 'Collaboration Admin', beta),
  );
  await near('admin of organizations site-wide', (person) =>
    holdRole(server, person, 'Organization Admin', null),
  );
  const node = (
    await server.sql(
      `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'n', $1, $2, 'p', 'h') RETURNING id`,
      [alpha, both],
    )
  )[0].id as string;
  others['compute node of it'] = {
    token: (await issueMachineTokens(server.app.database, server.app.config, node)).accessToken,
  };
});
afterAll(() => server.close());

describe('people of the host', () => {
  const everything = `query ($id: ID!) { event(id: $id) { id viewerCan sessions { totalCount nodes { title comments } } members { totalCount } }
    permission(action: UPDATE, id: $id) { allowed row } events { nodes { id } } node(id: $id) { id } }`;

  it('count as coorganizers of its own events, on every path', async () => {
    const seen = await data(host, everything, { id: hosted.id });
    expect(seen).toMatchObject({
      event: {
        id: hosted.id,
        viewerCan: ['VIEW', 'UPDATE'],
        sessions: { totalCount: 1, nodes: [{ title: 'Hidden', comments: 'secret' }] },
        members: { totalCount: 1 },
      },
      permission: { allowed: true, row: 'coorganizer' },
      events: { nodes: [{ id: hosted.id }] },
      node: { id: hosted.id },
    });
    expect(await code(host, update, { id: hosted.id, input: { locationName: 'Hall' } })).toBe('done');
    expect(
      await code(host, 'mutation ($id: ID!) { publishEvent(id: $id) { event { id } } }', { id: hosted.id }),
    ).toBe('FORBIDDEN');
    expect(
      await code(host, 'mutation ($id: ID!) { deleteEvent(id: $id) { deletedId } }', { id: hosted.id }),
    ).toBe('FORBIDDEN');
    const track = 'mutation ($input: CreateTrackInput!) { createTrack(input: $input) { track { id } } }';
    expect(await code(host, track, { input: { eventId: hosted.id, name: 'T', color: '#123456' } })).toBe(
      'done',
    );
    for (const { id } of [elsewhere, hostless]) {
      expect(await data(host, 'query ($id: ID!) { event(id: $id) { id } }', { id })).toEqual({ event: null });
      expect(await code(host, update, { id, input: { locationName: 'Hall' } })).toBe('NOT_FOUND');
      expect(await code(host, track, { input: { eventId: id, name: 'T', color: '#123456' } })).toBe(
        'NOT_FOUND',
      );
    }
  });

  it('are those who hold organization:update through a role in it, and nobody else', async () => {
    for (const [name, asker] of Object.entries(others)) {
      const seen = await data(asker, everything, { id: hosted.id });
      expect([name, seen]).toMatchObject([
        name,
        { event: null, node: null, permission: { allowed: false, row: null } },
      ]);
      expect(seen.events.nodes).not.toContainEqual({ id: hosted.id });
      expect([name, await code(asker, update, { id: hosted.id, input: { locationName: 'x' } })]).toEqual([
        name,
        'NOT_FOUND',
      ]);
    }
    const root = await createPerson(server, { isSuperAdmin: true });
    const named = await data(root, 'query ($id: ID!) { whoCan(action: UPDATE, id: $id) { nodes { id } } }', {
      id: hosted.id,
    });
    expect(named.whoCan.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(
      [host.id, owner.id, root.id].sort(),
    );
  });

  it('are it no longer once the role, the rule or the host is gone', async () => {
    const sees = async (person: Person, id: string) =>
      (await data(person, 'query ($id: ID!) { event(id: $id) { id } }', { id })).event !== null;
    const person = await createPerson(server);
    await holdRole(server, person, 'Organization Admin', alpha);
    expect(await sees(person, hosted.id)).toBe(true);
    await server.sql('DELETE FROM memberships WHERE user_id = $1', [person.userId]);
    expect(await sees(person, hosted.id)).toBe(false);
    const passing = await makeEvent(server, { state: 'DRAFT' });
    await server.sql('UPDATE events SET organization_id = $2 WHERE id = $1', [passing.uuid, alpha]);
    expect(await sees(host, passing.id)).toBe(true);
    await server.sql('UPDATE events SET organization_id = NULL WHERE id = $1', [passing.uuid]);
    expect(await sees(host, passing.id)).toBe(false);
  });
});

describe('naming the host', () => {
  const event = {
    name: 'Day',
    startsAt: '2030-01-01T09:00:00Z',
    endsAt: '2030-01-02T09:00:00Z',
    timezone: 'UTC',
  };

  it('takes organization:update through a role in it', async () => {
    expect(
      (await data(host, create, { input: { ...event, organizationId: org(alpha) } })).createEvent.event
        .organization,
    ).toEqual({ name: 'Alpha' });
    expect(await code(host, create, { input: { ...event, organizationId: org(beta) } })).toBe('FORBIDDEN');
    expect(
      await code(await createPerson(server), create, { input: { ...event, organizationId: org(beta) } }),
    ).toBe('NOT_FOUND');
    expect(await code(owner, create, { input: { ...event, organizationId: org(beta) } })).toBe('FORBIDDEN');
    expect(
      await code(others['viewer in it'], create, { input: { ...event, organizationId: org(alpha) } }),
    ).toBe('FORBIDDEN');
    expect(
      await code(others['admin of organizations site-wide'], create, {
        input: { ...event, organizationId: org(alpha) },
      }),
    ).toBe('FORBIDDEN');
    expect(await code(owner, update, { id: hostless.id, input: { organizationId: org(alpha) } })).toBe(
      'FORBIDDEN',
    );
    const unseen = await createOrganization(server, 'Unseen');
    expect(await code(owner, update, { id: hostless.id, input: { organizationId: org(unseen) } })).toBe(
      'NOT_FOUND',
    );
  });

  it('does not let its people give themselves away, and lets the owner clear it', async () => {
    const passing = await makeEvent(server, { state: 'DRAFT' });
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'OWNER')`,
      [passing.uuid, owner.userId],
    );
    await server.sql('UPDATE events SET organization_id = $2 WHERE id = $1', [passing.uuid, alpha]);
    expect(await code(host, update, { id: passing.id, input: { organizationId: null } })).toBe('FORBIDDEN');
    expect(
      (await server.sql('SELECT organization_id AS o FROM events WHERE id = $1', [passing.uuid]))[0].o,
    ).toBe(alpha);
    expect(await code(owner, update, { id: passing.id, input: { organizationId: null } })).toBe('done');
  });
});

describe('what everybody sees of a host', () => {
  it('is its name, domain and country, while they may view an event of it', async () => {
    const gamma = await createOrganization(server, 'Gamma');
    await server.sql(
      `UPDATE organizations SET domain = 'gamma.org', country = 'SE', address1 = 'Street', zipcode = '1' WHERE id = $1`,
      [gamma],
    );
    const shown = await makeEvent(server, {});
    const secret = await makeEvent(server, { privacy: 'PRIVATE' });
    const draft = await makeEvent(server, { state: 'DRAFT' });
    const ask =
      'query ($e: ID!) { event(id: $e) { organization { name domain country events { totalCount nodes { id } } members { totalCount } computeNodes { totalCount } } } }';
    for (const { uuid } of [shown, secret, draft])
      await server.sql('UPDATE events SET organization_id = $2 WHERE id = $1', [uuid, gamma]);
    const expected = {
      name: 'Gamma',
      domain: 'gamma.org',
      country: 'SE',
      events: { totalCount: 1, nodes: [{ id: shown.id }] },
      members: { totalCount: 0 },
      computeNodes: { totalCount: 0 },
    };
    for (const { id } of [shown, secret])
      expect(await data(undefined, ask, { e: id })).toEqual({ event: { organization: expected } });
    const { errors } = await server.ask(
      'query ($e: ID!) { event(id: $e) { organization { address1 zipcode publicKey } } }',
      { e: shown.id },
    );
    expect(errors!.map(({ extensions }) => extensions!.field).sort()).toEqual([
      'Organization.address1',
      'Organization.publicKey',
      'Organization.zipcode',
    ]);
    const lists = 'query { organizations { totalCount nodes { name } } }';
    expect((await data(undefined, lists)).organizations).toEqual({
      totalCount: 1,
      nodes: [{ name: 'Gamma' }],
    });
    await server.sql(`UPDATE events SET privacy = 'PRIVATE' WHERE id = $1`, [shown.uuid]);
    expect((await data(undefined, lists)).organizations).toEqual({ totalCount: 0, nodes: [] });
    await server.sql(`UPDATE events SET state = 'DRAFT' WHERE organization_id = $1`, [gamma]);
    expect(
      await data(undefined, 'query ($o: ID!) { organization(id: $o) { name } }', { o: org(gamma) }),
    ).toEqual({ organization: null });
    const member = await createPerson(server);
    await holdRole(server, member, 'Organization Admin', gamma);
    expect(
      (
        await data(member, 'query ($o: ID!) { organization(id: $o) { events { totalCount } } }', {
          o: org(gamma),
        })
      ).organization.events.totalCount,
    ).toBe(3);
  });
});
