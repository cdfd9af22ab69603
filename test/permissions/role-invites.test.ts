/** The matrices of role invites and of roles: everybody reads and tries everything, and the tables are written once more here. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import type { Verdict } from './oracle.ts';
import { Oracle } from './oracle.ts';
import { tryAll } from './tries.ts';
import type { Member } from './world.ts';
import { createWorld, describeWorld, nobody } from './world.ts';

const world = describeWorld();
const oracle = new Oracle(world);
const viewers = [
  nobody,
  'superAdmin',
  'admin',
  'registered',
  'unverified',
  'ownerofOpen',
  'organizerofOpen',
  'coorganizerofOpen',
  'moderatorofOpen',
  'ownerofDraft',
  'ownerofGone',
];
const at = ['Open', 'Draft', 'Gone'];

interface WorldInvite {
  readonly id: string;
  readonly label: string;
  readonly event: string;
  readonly to: string;
  readonly role: string;
  readonly answer: string;
}
const invites: WorldInvite[] = at.flatMap((event) =>
  ['registered', 'unverified', 'elsewhere'].flatMap((to) =>
    ['MODERATOR', 'OWNER'].flatMap((role) =>
      ['PENDING', 'ACCEPTED'].map((answer) => ({
        id: randomUUID(),
        label: `${answer} ${role} of ${event} for ${to}`,
        event,
        to,
        role,
        answer,
      })),
    ),
  ),
);
const members = world.members.filter(({ event }) => at.includes(event));

const isLive = (event: string) => !world.events.get(event)!.isDeleted;
const holds = (viewer: string, event: string, ...roles: string[]) =>
  world.members.some((one) => one.person === viewer && one.event === event && roles.includes(one.role));
const organizes = (viewer: string, event: string) => holds(viewer, event, 'OWNER', 'ORGANIZER');
const isInvitee = (viewer: string, { to }: WorldInvite) =>
  viewer === to && world.people.get(viewer)!.isVerified;

const seesInvite = (viewer: string, one: WorldInvite) =>
  isLive(one.event) && (oracle.staff(viewer) || oracle.team(viewer, one.event) || isInvitee(viewer, one));
const givesRole = (viewer: string, event: string, role: string) =>
  oracle.staff(viewer) || (role === 'OWNER' ? holds(viewer, event, 'OWNER') : organizes(viewer, event));
const deletesInvite = (viewer: string, one: WorldInvite) =>
  oracle.staff(viewer) || (organizes(viewer, one.event) && one.answer !== 'ACCEPTED');
const takesRole = (viewer: string, one: Member) => oracle.staff(viewer) || organizes(viewer, one.event);

let server: TestServer;
let tokens: ReadonlyMap<string, string>;

beforeAll(async () => {
  server = await startServer({
    MAX_ALIASES: '500',
    MAX_TOKENS: '100000',
    MAX_COST_ANONYMOUS: '1000000',
    MAX_COST_SIGNED_IN: '1000000',
  });
  await createWorld(server, world);
  tokens = await tokensFor(server, world);
  await writeInvites();
});
afterAll(() => server.close());

async function writeInvites(): Promise<void> {
  const rows = invites.map((one) => ({
    id: one.id,
    event_id: world.events.get(one.event)!.id,
    email: `${one.to}@example.org`,
    role: one.role,
    answer: one.answer,
    expires_at: '2100-01-01T00:00:00Z',
    token_hash: one.id,
  }));
  await server.sql('DELETE FROM role_invites');
  await server.sql(
    `INSERT INTO role_invites (id, event_id, email, role, answer, expires_at, token_hash)
     SELECT id, event_id, email, role, answer, expires_at, token_hash FROM jsonb_populate_recordset(NULL::role_invites, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

async function writeMembers(): Promise<void> {
  for (const one of members) {
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET role = excluded.role`,
      [one.id, world.events.get(one.event)!.id, world.people.get(one.person)!.id, one.role],
    );
  }
}

const inviteId = (one: WorldInvite) => ({ id: encodeId('RoleInvite', one.id) });
const eventId = (name: string) => encodeId('Event', world.events.get(name)!.id);
const sorted = (texts: readonly string[]) => [...texts].sort();

describe.each(viewers)('%s', (viewer) => {
  const ask = (document: string, variables: Record<string, unknown> = {}) =>
    server.ask(document, variables, { token: tokens.get(viewer) ?? null });

  it('sees the invites that the table grants, on every path, and counts no others', async () => {
    const visible = invites.filter((one) => seesInvite(viewer, one));
    const nodes = await ask(
      `{ ${invites.map((one, index) => `a${index}: node(id: "${inviteId(one).id}") { ... on RoleInvite { email role } }`).join('\n')} }`,
    );
    expect(invites.map((_, index) => nodes.data![`a${index}`])).toEqual(
      invites.map((one) =>
        seesInvite(viewer, one) ? { email: `${one.to}@example.org`, role: one.role } : null,
      ),
    );
    for (const event of at) {
      const { data, errors } = await ask(
        'query ($id: ID!) { event(id: $id) { roleInvites(first: 100) { totalCount nodes { id } } } }',
        { id: eventId(event) },
      );
      if (!oracle.seesEvent(viewer, world.events.get(event)!)) expect(data!.event).toBeNull();
      else if (!oracle.staff(viewer) && !oracle.team(viewer, event)) {
        expect(data!.event.roleInvites).toBeNull();
        expect(errors?.map(({ extensions }) => extensions.field)).toEqual(['Event.roleInvites']);
      } else {
        const expected = visible.filter((one) => one.event === event).map((one) => inviteId(one).id);
        expect(sorted(data!.event.roleInvites.nodes.map(({ id }: any) => id))).toEqual(sorted(expected));
        expect(data!.event.roleInvites.totalCount).toBe(expected.length);
      }
    }
    if (viewer === nobody) return;
    const { data } = await ask('{ viewer { roleInvites(first: 100) { totalCount nodes { id } } } }');
    const own = visible.filter(({ to }) => to === viewer).map((one) => inviteId(one).id);
    expect(sorted(data!.viewer.roleInvites.nodes.map(({ id }: any) => id))).toEqual(sorted(own));
    expect(data!.viewer.roleInvites.totalCount).toBe(own.length);
  });

  it('creates the invites that the table grants', async () => {
    await server.sql(`DELETE FROM role_invites`);
    const tries = at.flatMap((event) =>
      ['REGISTRAR', 'OWNER'].map((role) => ({
        label: `${role} of ${event}`,
        variables: { input: { eventId: eventId(event), email: 'somebody@example.org', role } },
        expected: oracle.verdict(
          viewer,
          oracle.seesEvent(viewer, world.events.get(event)!),
          givesRole(viewer, event, role),
        ),
      })),
    );
    await tryAll(
      server,
      tokens.get(viewer),
      'mutation ($input: CreateRoleInviteInput!) { createRoleInvite(input: $input) { roleInvite { id } } }',
      tries,
    );
    await writeInvites();
  });

  it('changes and deletes the invites that the table grants', async () => {
    const verdicts = (may: (one: WorldInvite) => boolean, conflicts: (one: WorldInvite) => boolean) =>
      invites.map((one) => {
        const verdict = oracle.verdict(viewer, seesInvite(viewer, one), may(one));
        const expected: Verdict = verdict === 'OK' && conflicts(one) ? 'CONFLICT' : verdict;
        return { label: one.label, variables: inviteId(one), expected };
      });
    const isAccepted = ({ answer }: WorldInvite) => answer === 'ACCEPTED';
    await tryAll(
      server,
      tokens.get(viewer),
      'mutation ($id: ID!) { updateRoleInvite(id: $id, input: {}) { roleInvite { id } } }',
      verdicts((one) => givesRole(viewer, one.event, one.role), isAccepted),
    );
    const erased = 'mutation ($id: ID!) { deleteRoleInvite(id: $id) { deletedId } }';
    await tryAll(
      server,
      tokens.get(viewer),
      erased,
      verdicts(
        (one) => deletesInvite(viewer, one),
        () => false,
      ),
    );
    await writeInvites();
  });

  it('changes and ends the roles that the table grants', async () => {
    const memberId = ({ id }: Member) => ({ id: encodeId('EventMember', id) });
    const label = ({ person }: Member) => person;
    // Oneself last: whoever has left, or stepped down, may no more.
    const inOrder = [...members].sort((a, b) => Number(a.person === viewer) - Number(b.person === viewer));
    await tryAll(
      server,
      tokens.get(viewer),
      'mutation ($id: ID!) { updateEventMember(id: $id, role: REGISTRAR) { eventMember { role } } }',
      inOrder.map((one) => ({
        label: label(one),
        variables: memberId(one),
        expected: oracle.verdict(
          viewer,
          oracle.seesMember(viewer, one),
          one.role !== 'OWNER' && takesRole(viewer, one),
        ),
      })),
    );
    await writeMembers();
    await tryAll(
      server,
      tokens.get(viewer),
      'mutation ($id: ID!) { removeEventMember(id: $id) { deletedId } }',
      inOrder.map((one) => {
        const isOwners = one.role === 'OWNER';
        const verdict = oracle.verdict(
          viewer,
          oracle.seesMember(viewer, one),
          takesRole(viewer, one) || (!isOwners && one.person === viewer),
        );
        return {
          label: label(one),
          variables: memberId(one),
          expected: verdict === 'OK' && isOwners ? 'CONFLICT' : verdict,
        };
      }),
    );
    await writeMembers();
  });
});
