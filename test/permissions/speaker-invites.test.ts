/** The matrix of speaker invites: everybody reads and tries everything, and the table is written once more here. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import { Oracle } from './oracle.ts';
import { tryAll } from './tries.ts';
import type { WorldSession } from './world.ts';
import { createWorld, describeWorld, nobody } from './world.ts';

const world = describeWorld();
const oracle = new Oracle(world);
const viewers = [
  nobody,
  'superAdmin',
  'admin',
  'registered',
  'unverified',
  'submitter',
  'speaker',
  'formerTeam',
  'ownerofOpen',
  'coorganizerofOpen',
  'moderatorofOpen',
];
// All kinds of sessions where the call is open; one where it is closed, of a draft, and of a deleted event.
const sessions = world.sessions.filter(
  ({ name, event }) =>
    (event === 'Open' && /PENDING|^deleted|^plain ACCEPTED/.test(name)) ||
    /^(plain PENDING at Draft|submitted PENDING at (Closed|Gone))$/.test(name),
);

interface WorldInvite {
  readonly id: string;
  readonly label: string;
  readonly session: WorldSession;
  readonly to: string;
  readonly answer: string;
}
const invites: WorldInvite[] = sessions.flatMap((session) =>
  (
    [
      ['registered', 'PENDING'],
      ['unverified', 'PENDING'],
      ['elsewhere', 'ACCEPTED'],
    ] as const
  ).map(([to, answer]) => ({
    id: randomUUID(),
    label: `${session.name} for ${to}`,
    session,
    to,
    answer,
  })),
);

const isLive = ({ isDeleted, event }: WorldSession) => !isDeleted && !world.events.get(event)!.isDeleted;
const leads = (viewer: string, { event }: WorldSession) => oracle.staff(viewer) || oracle.team(viewer, event);
const isOfParty = (viewer: string, session: WorldSession) =>
  oracle.signedIn(viewer) && (oracle.speaksIn(viewer, session) || oracle.submitted(viewer, session));
const invitesTo = (viewer: string, session: WorldSession) =>
  leads(viewer, session) ||
  (isOfParty(viewer, session) && !session.isLocked && world.events.get(session.event)!.isCallOpen);
const sees = (viewer: string, { session, to }: WorldInvite) =>
  isLive(session) &&
  (leads(viewer, session) ||
    isOfParty(viewer, session) ||
    (viewer === to && world.people.get(viewer)!.isVerified));
const erases = (viewer: string, { session, answer }: WorldInvite) =>
  oracle.staff(viewer) || (invitesTo(viewer, session) && answer !== 'ACCEPTED');

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
  const rows = invites.map(({ id, session, to, answer }) => ({
    id,
    session_id: session.id,
    email: `${to}@example.org`,
    answer,
    expires_at: '2100-01-01T00:00:00Z',
    token_hash: id,
  }));
  await server.sql('DELETE FROM speaker_invites');
  await server.sql(
    `INSERT INTO speaker_invites (id, session_id, email, answer, expires_at, token_hash)
     SELECT id, session_id, email, answer, expires_at, token_hash FROM jsonb_populate_recordset(NULL::speaker_invites, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

const inviteId = ({ id }: WorldInvite) => ({ id: encodeId('SpeakerInvite', id) });
const sorted = (texts: readonly string[]) => [...texts].sort();

describe.each(viewers)('%s', (viewer) => {
  const ask = (document: string) => server.ask(document, {}, { token: tokens.get(viewer) ?? null });

  it('sees the invites that the table grants, on every path, and counts no others', async () => {
    const nodes = await ask(
      `{ ${invites.map((one, at) => `a${at}: node(id: "${inviteId(one).id}") { ... on SpeakerInvite { email } }`).join('\n')} }`,
    );
    expect(invites.map((_, at) => nodes.data![`a${at}`])).toEqual(
      invites.map((one) => (sees(viewer, one) ? { email: `${one.to}@example.org` } : null)),
    );
    const bySession = await ask(
      `{ ${sessions.map(({ id }, at) => `a${at}: session(id: "${encodeId('Session', id)}") { speakerInvites { totalCount nodes { id } } }`).join('\n')} }`,
    );
    sessions.forEach((session, at) => {
      const found = bySession.data![`a${at}`];
      if (!oracle.seesSession(viewer, session)) return expect(found).toBeNull();
      const expected = invites
        .filter((one) => one.session === session && sees(viewer, one))
        .map((one) => inviteId(one).id);
      expect(sorted(found.speakerInvites.nodes.map(({ id }: any) => id))).toEqual(sorted(expected));
      return expect(found.speakerInvites.totalCount).toBe(expected.length);
    });
    if (viewer === nobody) return;
    const { data, errors } = await ask('{ viewer { speakerInvites(first: 100) { nodes { id } } } }');
    expect(errors).toBeUndefined();
    const own = invites
      .filter((one) => one.to === viewer && sees(viewer, one))
      .map((one) => inviteId(one).id);
    expect(sorted(data!.viewer.speakerInvites.nodes.map(({ id }: any) => id))).toEqual(sorted(own));
  });

  it('creates, changes and deletes the invites that the table grants', async () => {
    const token = tokens.get(viewer);
    const verdict = (one: WorldInvite, may: boolean) => oracle.verdict(viewer, sees(viewer, one), may);
    await tryAll(
      server,
      token,
      'mutation ($id: ID!) { updateSpeakerInvite(id: $id, input: {}) { speakerInvite { id } } }',
      invites.map((one) => {
        const expected = verdict(one, invitesTo(viewer, one.session));
        return {
          label: one.label,
          variables: inviteId(one),
          expected: expected === 'OK' && one.answer === 'ACCEPTED' ? 'CONFLICT' : expected,
        };
      }),
    );
    await tryAll(
      server,
      token,
      'mutation ($id: ID!) { deleteSpeakerInvite(id: $id) { deletedId } }',
      invites.map((one) => ({
        label: one.label,
        variables: inviteId(one),
        expected: verdict(one, erases(viewer, one)),
      })),
    );
    await server.sql('DELETE FROM speaker_invites');
    await tryAll(
      server,
      token,
      'mutation ($id: ID!) { createSpeakerInvite(input: { sessionId: $id, email: "new@example.org" }) { speakerInvite { id } } }',
      sessions.map((one) => ({
        label: one.name,
        variables: { id: encodeId('Session', one.id) },
        expected: oracle.verdict(viewer, oracle.seesSession(viewer, one), invitesTo(viewer, one)),
      })),
    );
    await writeInvites();
  });
});
