/**
 * The matrix of reads: for everybody of the world, on every path that reaches a resource, exactly the rows and
 * fields that the tables grant. Judged by the oracle, by equality: one row too many or too few fails.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import { Oracle } from './oracle.ts';
import { createWorld, describeWorld, nobody } from './world.ts';

const world = describeWorld();
const oracle = new Oracle(world);
// Everybody without a role, and the roles of a published, a draft and a deleted event.
const viewers = [
  nobody,
  ...[...world.people.keys()].filter((name) => !/of(Closed|Hidden)$/.test(name) || name === 'ownerofHidden'),
];
const events = [...world.events.values()];
const speakers = [...world.speakers.values()];
const people = [...world.people.values()];
let server: TestServer;
let tokens: ReadonlyMap<string, string>;

beforeAll(async () => {
  // Documents with hundreds of aliases, each for one viewer, are not worth compiling.
  server = await startServer({
    COMPILE_AFTER: '3',
    MAX_ALIASES: '5000',
    MAX_TOKENS: '100000',
    MAX_COST_ANONYMOUS: '1000000',
    MAX_COST_SIGNED_IN: '1000000',
  });
  await createWorld(server, world);
  tokens = await tokensFor(server, world);
});
afterAll(() => server.close());

const ask = (viewer: string, document: string, variables?: Record<string, unknown>): Promise<Answer> =>
  server.ask(document, variables, { token: tokens.get(viewer) ?? null });

/** Asks for many objects at once: one alias each. Returns the answers in the order of the ids. */
async function askEach(
  viewer: string,
  field: (id: string) => string,
  ids: readonly string[],
): Promise<unknown[]> {
  const answer = await ask(viewer, `{ ${ids.map((id, at) => `a${at}: ${field(id)}`).join('\n')} }`);
  return ids.map((_, at) => answer.data![`a${at}`]);
}

const names = (rows: readonly { name?: string; title?: string }[]) =>
  rows.map((row) => row.name ?? row.title).sort();
const sorted = (texts: readonly string[]) => [...texts].sort();
/** As lists are ordered by text: numbers by their value. */
const inOrder = (texts: readonly string[]) =>
  texts.toSorted(new Intl.Collator('en', { numeric: true }).compare);

describe.each(viewers)('%s', (viewer) => {
  const visibleSessions = world.sessions.filter((one) => oracle.seesSession(viewer, one));
  const visibleSpeakers = speakers.filter((one) => oracle.seesSpeaker(viewer, one));

  it('is listed the events that the table grants, and counts no others', async () => {
    const answer = await ask(
      viewer,
      '{ events(first: 100) { totalCount nodes { name } edges { node { name } } } }',
    );
    const expected = sorted(events.filter((one) => oracle.listsEvent(viewer, one)).map(({ name }) => name));
    expect(names(answer.data!.events.nodes)).toEqual(expected);
    expect(names(answer.data!.events.edges.map(({ node }: any) => node))).toEqual(expected);
    expect(answer.data!.events.totalCount).toBe(expected.length);
  });

  it('views events by id, identifier and node, and no others', async () => {
    const expected = events.map((one) => (oracle.seesEvent(viewer, one) ? { name: one.name } : null));
    const ids = events.map(({ id }) => encodeId('Event', id));
    expect(await askEach(viewer, (id) => `event(id: "${id}") { name }`, ids)).toEqual(expected);
    expect(await askEach(viewer, (id) => `node(id: "${id}") { ... on Event { name } }`, ids)).toEqual(
      expected,
    );
    const identifiers = events.map(({ name }) => name.toLowerCase());
    expect(await askEach(viewer, (name) => `event(identifier: "${name}") { name }`, identifiers)).toEqual(
      expected,
    );
  });

  it('views sessions by id and by node, and no others', async () => {
    const expected = world.sessions.map((one) =>
      oracle.seesSession(viewer, one) ? { title: one.name } : null,
    );
    const ids = world.sessions.map(({ id }) => encodeId('Session', id));
    expect(await askEach(viewer, (id) => `session(id: "${id}") { title }`, ids)).toEqual(expected);
    expect(await askEach(viewer, (id) => `node(id: "${id}") { ... on Session { title } }`, ids)).toEqual(
      expected,
    );
  });

  it('views speakers by id and by node, and no others', async () => {
    const expected = speakers.map((one) => (oracle.seesSpeaker(viewer, one) ? { name: one.name } : null));
    const ids = speakers.map(({ id }) => encodeId('Speaker', id));
    expect(await askEach(viewer, (id) => `speaker(id: "${id}") { name }`, ids)).toEqual(expected);
    expect(await askEach(viewer, (id) => `node(id: "${id}") { ... on Speaker { name } }`, ids)).toEqual(
      expected,
    );
  });

  it('views people by node, and no others', async () => {
    const expected = people.map((one) => (oracle.seesUser(viewer, one) ? { publicName: one.name } : null));
    const ids = people.map(({ id }) => encodeId('User', id));
    expect(await askEach(viewer, (id) => `node(id: "${id}") { ... on User { publicName } }`, ids)).toEqual(
      expected,
    );
  });

  it('views what the team arranges by node, and no others', async () => {
    const expected = world.arranged.map((one) =>
      oracle.seesArranged(viewer, one) ? { __typename: one.kind } : null,
    );
    const ids = world.arranged.map(({ kind, id }) => encodeId(kind, id));
    expect(await askEach(viewer, (id) => `node(id: "${id}") { __typename }`, ids)).toEqual(expected);
  });

  it('reaches the same rows through every relation of an event', async () => {
    const seen = events.filter((one) => oracle.seesEvent(viewer, one));
    for (const event of seen) {
      const answer = await ask(
        viewer,
        `query ($id: ID!) { event(id: $id) {
          sessions(first: 100) { totalCount nodes { title } }
          speakers(first: 100) { totalCount nodes { name } }
          members(first: 100) { totalCount nodes { id user { publicName } } }
          tracks { totalCount nodes { name sessions(first: 100) { totalCount nodes { title } } } }
          rooms { totalCount nodes { sessions(first: 100) { nodes { title } } } }
          sessionTypes { totalCount nodes { sessions(first: 100) { nodes { title } } } }
          sponsors { totalCount }
          socialLinks { totalCount nodes { name } }
          faqs { totalCount nodes { question } }
          copyright { id }
          owner { publicName }
        } }`,
        { id: encodeId('Event', event.id) },
      );
      expect(answer.errors).toBeUndefined();
      const found = answer.data!.event;
      const sessions = sorted(
        visibleSessions.filter((one) => one.event === event.name).map(({ name }) => name),
      );
      expect(names(found.sessions.nodes)).toEqual(sessions);
      expect(found.sessions.totalCount).toBe(sessions.length);
      const expectedSpeakers = sorted(
        visibleSpeakers.filter((one) => one.event === event.name).map(({ name }) => name),
      );
      expect(names(found.speakers.nodes)).toEqual(expectedSpeakers);
      expect(found.speakers.totalCount).toBe(expectedSpeakers.length);
      const members = world.members.filter(
        (one) => one.event === event.name && oracle.seesMember(viewer, one),
      );
      expect(sorted(found.members.nodes.map(({ id }: any) => id))).toEqual(
        sorted(members.map(({ id }) => encodeId('EventMember', id))),
      );
      for (const node of found.members.nodes) {
        const member = members.find(({ id }) => encodeId('EventMember', id) === node.id)!;
        const who = world.people.get(member.person)!;
        expect(node.user).toEqual(oracle.seesUser(viewer, who) ? { publicName: who.name } : null);
      }
      const arranged = (kind: string) =>
        world.arranged.filter(
          (one) => one.kind === kind && one.event === event.name && oracle.seesArranged(viewer, one),
        );
      expect(found.tracks.totalCount).toBe(arranged('Track').length);
      expect(found.rooms.totalCount).toBe(arranged('Room').length);
      expect(found.sessionTypes.totalCount).toBe(arranged('SessionType').length);
      expect(found.sponsors.totalCount).toBe(arranged('Sponsor').length);
      expect(found.socialLinks).toEqual({
        totalCount: arranged('SocialLink').length,
        nodes: arranged('SocialLink').map(() => ({ name: `SocialLink of ${event.name}` })),
      });
      expect(found.faqs).toEqual({
        totalCount: arranged('Faq').length,
        nodes: arranged('Faq').map(() => ({ question: `Faq of ${event.name}` })),
      });
      expect(found.copyright).toEqual(
        arranged('Copyright').map(({ id }) => ({ id: encodeId('Copyright', id) }))[0] ?? null,
      );
      for (const track of found.tracks.nodes) {
        expect(names(track.sessions.nodes)).toEqual(sessions);
        expect(track.sessions.totalCount).toBe(sessions.length);
      }
      for (const { sessions: through } of [...found.rooms.nodes, ...found.sessionTypes.nodes])
        expect(names(through.nodes)).toEqual(sessions);
      const owner = world.people.get(`ownerof${event.name}`)!;
      expect(found.owner).toEqual(oracle.seesUser(viewer, owner) ? { publicName: owner.name } : null);
    }
  });

  it('reaches speakers through sessions and sessions through speakers, no further than the tables go', async () => {
    const bySession = await askEach(
      viewer,
      (id) =>
        `session(id: "${id}") { event { name } speakers(first: 100) { totalCount nodes { name user { publicName } } } }`,
      visibleSessions.map(({ id }) => encodeId('Session', id)),
    );
    bySession.forEach((found: any, at) => {
      const session = visibleSessions[at];
      const expected = visibleSpeakers.filter((one) => session.speakers.includes(one.name));
      expect(names(found.speakers.nodes)).toEqual(sorted(expected.map(({ name }) => name)));
      expect(found.speakers.totalCount).toBe(expected.length);
      expect(found.event).toEqual(
        oracle.seesEvent(viewer, world.events.get(session.event)!) ? { name: session.event } : null,
      );
      for (const node of found.speakers.nodes) {
        const user = world.speakers.get(node.name)!.user;
        const isSeen = user !== null && oracle.seesUser(viewer, world.people.get(user)!);
        expect(node.user).toEqual(isSeen ? { publicName: user } : null);
      }
    });
    const bySpeaker = await askEach(
      viewer,
      (id) => `speaker(id: "${id}") { sessions(first: 100) { totalCount nodes { title } } }`,
      visibleSpeakers.map(({ id }) => encodeId('Speaker', id)),
    );
    bySpeaker.forEach((found: any, at) => {
      const expected = visibleSessions.filter((one) => one.speakers.includes(visibleSpeakers[at].name));
      expect(names(found.sessions.nodes)).toEqual(sorted(expected.map(({ name }) => name)));
      expect(found.sessions.totalCount).toBe(expected.length);
    });
  });

  it('filters by relations as they are shown: a row that it may not see is none to a filter', async () => {
    const seen = events.filter((one) => oracle.seesEvent(viewer, one));
    const found = async (list: 'sessions' | 'speakers', filter: string): Promise<string[]> => {
      const pages = await askEach(
        viewer,
        (id) =>
          `event(id: "${id}") { ${list}(first: 100, filter: ${filter}) { totalCount nodes { ${list === 'sessions' ? 'name: title' : 'name'} } } }`,
        seen.map(({ id }) => encodeId('Event', id)),
      );
      return (pages as Record<string, { totalCount: number; nodes: { name: string }[] }>[]).flatMap(
        ({ [list]: page }) => {
          expect(page.totalCount).toBe(page.nodes.length);
          return sorted(page.nodes.map(({ name }) => name));
        },
      );
    };
    const expectFound = async (
      list: 'sessions' | 'speakers',
      filter: string,
      rows: readonly { name: string; event: string }[],
    ) => {
      const expected = seen.flatMap(({ name }) =>
        sorted(rows.filter(({ event }) => event === name).map((one) => one.name)),
      );
      expect([filter, await found(list, filter)]).toEqual([filter, expected]);
    };
    const seesPerson = (name: string | null) =>
      name !== null && oracle.seesUser(viewer, world.people.get(name)!);
    await expectFound(
      'speakers',
      '{ user: { isNull: true } }',
      visibleSpeakers.filter(({ user }) => !seesPerson(user)),
    );
    await expectFound(
      'speakers',
      '{ not: { user: { isNull: true } } }',
      visibleSpeakers.filter(({ user }) => seesPerson(user)),
    );
    for (const name of new Set(speakers.flatMap(({ user }) => user ?? []))) {
      const id = encodeId('User', world.people.get(name)!.id);
      await expectFound(
        'speakers',
        `{ user: { equals: "${id}" } }`,
        visibleSpeakers.filter(({ user }) => user === name && seesPerson(name)),
      );
    }
    for (const kind of ['Track', 'Room', 'SessionType']) {
      const field = kind[0].toLowerCase() + kind.slice(1);
      const arranged = world.arranged.filter((one) => one.kind === kind);
      const isShown = ({ event }: { event: string }) =>
        arranged.some((one) => one.event === event && oracle.seesArranged(viewer, one));
      await expectFound(
        'sessions',
        `{ ${field}: { isNull: true } }`,
        visibleSessions.filter((one) => !isShown(one)),
      );
      const ids = arranged.map(({ id }) => `"${encodeId(kind, id)}"`).join(', ');
      await expectFound('sessions', `{ ${field}: { in: [${ids}] } }`, visibleSessions.filter(isShown));
      await expectFound(
        'sessions',
        `{ not: { ${field}: { in: [${ids}] } } }`,
        visibleSessions.filter((one) => !isShown(one)),
      );
    }
    // Anonymous visitors read the creator of no session.
    if (viewer === nobody) return;
    for (const name of new Set(world.sessions.flatMap(({ creator }) => creator ?? []))) {
      const id = encodeId('User', world.people.get(name)!.id);
      const shown = visibleSessions.filter(
        (one) => one.creator === name && oracle.readsSessionFields(viewer, one) && seesPerson(name),
      );
      await expectFound('sessions', `{ creator: { equals: "${id}" } }`, shown);
    }
  });

  it('reads the guarded fields of sessions where the table grants them, and gets one error for the others', async () => {
    const fields = ['comments', 'isLocked', 'submittedAt', 'creator { publicName }'];
    const ids = visibleSessions.map(({ id }) => encodeId('Session', id));
    const rows: any[] = [];
    const told = new Set<string>();
    // A filter names a hundred at most.
    for (let from = 0; from === 0 || from < ids.length; from += 100) {
      const answer = await ask(
        viewer,
        `query ($ids: [ID!]!) { events(first: 100) { nodes { sessions(first: 100, filter: { id: { in: $ids } }) { nodes { title ${fields.join(' ')} } } } } }`,
        { ids: ids.slice(from, from + 100) },
      );
      rows.push(...answer.data!.events.nodes.flatMap(({ sessions }: any) => sessions.nodes));
      const named = (answer.errors ?? []).map(({ extensions }) => extensions.field as string);
      expect(new Set(named).size).toBe(named.length);
      for (const field of named) told.add(field);
    }
    let refused = 0;
    for (const row of rows) {
      const session = world.sessions.find(({ name }) => name === row.title)!;
      const reads = oracle.readsSessionFields(viewer, session);
      if (!reads) refused += 1;
      const creator = session.creator === null ? null : world.people.get(session.creator)!;
      expect(row).toEqual({
        title: session.name,
        comments: reads ? `comments on ${session.name}` : null,
        isLocked: reads ? session.isLocked : null,
        submittedAt: null,
        creator: reads && creator && oracle.seesUser(viewer, creator) ? { publicName: creator.name } : null,
      });
    }
    const expected =
      refused > 0 ? ['Session.comments', 'Session.creator', 'Session.isLocked', 'Session.submittedAt'] : [];
    expect(sorted([...told])).toEqual(expected);
  });

  it('reads the guarded fields of speakers where the table grants them, and neither filters nor orders by the others', async () => {
    const document = `query ($filter: SpeakerFilter, $orderBy: SpeakerOrder) {
      events(first: 100) { nodes { speakers(first: 100, filter: $filter, orderBy: $orderBy) { totalCount nodes { name email mobile } } } } }`;
    const answer = await ask(viewer, document);
    const rows = answer.data!.events.nodes.flatMap(({ speakers: page }: any) => page.nodes);
    for (const row of rows) {
      const speaker = world.speakers.get(row.name)!;
      const reads = oracle.readsSpeakerFields(viewer, speaker);
      expect(row.email).toBe(reads ? `${speaker.id}@speakers.example.org` : null);
      expect(row.mobile).toBe(reads ? `+49 ${speaker.id.slice(0, 6)}` : null);
    }
    const readable = rows.filter((row: any) => row.email !== null).map(({ name }: any) => name);
    for (const filter of [
      { email: { contains: '@' } },
      { not: { email: { equals: 'nobody@example.org' } } },
      { email: { isNull: false } },
      { or: [{ email: { startsWith: '' } }, { and: [{ email: { equals: 'x@y.zz' } }] }] },
    ]) {
      const filtered = await ask(viewer, document, { filter });
      if (viewer === nobody) {
        expect(filtered).toEqual({
          data: null,
          errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'FORBIDDEN' }) })],
        });
        continue;
      }
      const pages = filtered.data!.events.nodes.map((node: any) => node.speakers);
      expect(names(pages.flatMap((page: any) => page.nodes))).toEqual(sorted(readable));
      expect(pages.reduce((sum: number, page: any) => sum + page.totalCount, 0)).toBe(readable.length);
    }
    const ordered = await ask(viewer, document, { orderBy: 'EMAIL_ASC' });
    if (viewer === nobody) expect(ordered.errors![0].extensions.code).toBe('FORBIDDEN');
    else {
      for (const { speakers: page } of ordered.data!.events.nodes) {
        const emails = page.nodes.map(({ email }: any) => email);
        const known = emails.filter((email: string | null) => email !== null);
        // Rows whose address is hidden count as having none: they come last, in an order that tells nothing.
        expect(emails.slice(0, known.length)).toEqual(inOrder(known));
      }
    }
  });

  it('reads the addresses of people where the table grants them', async () => {
    const visible = people.filter((one) => oracle.seesUser(viewer, one));
    const found = await askEach(
      viewer,
      (id) => `node(id: "${id}") { ... on User { email firstName } }`,
      visible.map(({ id }) => encodeId('User', id)),
    );
    found.forEach((row: any, at) => {
      const one = visible[at];
      expect(row.email).toBe(oracle.readsUserEmail(viewer, one) ? one.email : null);
      expect(row.firstName).toBe(oracle.staff(viewer) || viewer === one.name ? `First ${one.name}` : null);
    });
  });

  it('is told by viewerCan what the tables let it do, and by possibleStates the steps', async () => {
    const found = await askEach(
      viewer,
      (id) => `session(id: "${id}") { viewerCan possibleStates }`,
      visibleSessions.map(({ id }) => encodeId('Session', id)),
    );
    found.forEach((row: any, at) => {
      const session = visibleSessions[at];
      const expected = ['VIEW'];
      if (oracle.updatesSession(viewer, session)) expected.push('UPDATE');
      if (oracle.deletesSession(viewer, session)) expected.push('DELETE');
      if (oracle.locksSession(viewer, session)) expected.push('LOCK');
      expect(row.viewerCan).toEqual(expected);
      expect(sorted(row.possibleStates)).toEqual(sorted(oracle.maySet(viewer, session)));
    });
  });
});
