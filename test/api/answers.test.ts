/** What the tables answer over HTTP: permissionTables, permission, viewerCan and whoCan, told to nobody who may not know. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Conference, PersonName } from '../kit/conference.ts';
import { arrangeConference, personNames } from '../kit/conference.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let conference: Conference;

beforeAll(async () => {
  server = await startServer();
  conference = await arrangeConference(server);
});
afterAll(() => server.close());

type Person = PersonName | null;
const people: readonly Person[] = [null, ...personNames];

function askAs(person: Person, document: string, variables?: Record<string, unknown>): Promise<Answer> {
  return conference.askAs(person, document, variables);
}

const permissionQuery = `query ($action: Action!, $id: ID, $type: String, $in: ID) {
  permission(action: $action, id: $id, type: $type, in: $in) { allowed reason row notes { text holds } }
}`;

const never = { allowed: false, reason: 'NOT_FOUND', row: null, notes: [] };
const issuedNever = (type: string) => encodeId(type, '01990000-0000-7000-8000-000000000000');

async function decisionOf(person: Person, variables: Record<string, unknown>): Promise<any> {
  const answer = await askAs(person, permissionQuery, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data?.permission;
}

describe('permissionTables', () => {
  it('shows every table to everybody, row for row', async () => {
    const { data, errors } = await askAs(
      null,
      '{ permissionTables { resource notes rows { actor list view create update delete other } fields { field read write } } }',
    );
    expect(errors).toBeUndefined();
    const tables = data!.permissionTables as any[];
    expect(tables.map(({ resource }) => resource)).toEqual(
      server.app.permissions.all.map(({ resource }) => resource),
    );
    const session = tables.find(({ resource }) => resource === 'Session');
    expect(session.rows[2]).toEqual({
      actor: 'coorganizer',
      list: "allowed: only of own events (the viewer holds the row's role in that very event)",
      view: "allowed: only of own events (the viewer holds the row's role in that very event)",
      create: "allowed: only of own events (the viewer holds the row's role in that very event)",
      update:
        "allowed: only of own events (the viewer holds the row's role in that very event); the session is not locked",
      delete:
        "allowed: only of own events (the viewer holds the row's role in that very event); the session is not locked",
      other: '',
    });
    expect(session.rows[0].other).toBe('lock: allowed');
    expect(session.notes).toContain('the session is not locked');
    expect(session.fields).toContainEqual({ field: 'title', read: ['as the row'], write: expect.anything() });
    const speaker = tables.find(({ resource }) => resource === 'Speaker');
    expect(speaker.fields.find(({ field }: any) => field === 'email').read).toEqual([
      'self',
      'its creator while it has no user',
      'team of the event',
      'staff',
    ]);
  });
});

describe('permission', () => {
  it('names the row that decides, and its notes', async () => {
    const id = conference.ids.openPending;
    expect(await decisionOf('creator', { action: 'UPDATE', id })).toEqual({
      allowed: true,
      reason: 'ALLOWED',
      row: 'registered user',
      notes: [
        { text: 'only of self-submitted sessions', holds: true },
        { text: expect.stringContaining('the call allows edits after its end'), holds: true },
        { text: 'the session is not locked', holds: true },
      ],
    });
    expect(await decisionOf('admin', { action: 'LOCK', id })).toEqual({
      allowed: true,
      reason: 'ALLOWED',
      row: 'super admin, admin',
      notes: [],
    });
    expect(
      await decisionOf('coorganizer', { action: 'UPDATE', id: conference.ids.openLocked }),
    ).toMatchObject({
      allowed: false,
      reason: 'FORBIDDEN',
      row: 'coorganizer',
      notes: [{ holds: true }, { text: 'the session is not locked', holds: false }],
    });
  });

  it('is what a refusal goes by, which says what would be needed and not how things are', async () => {
    const id = conference.ids.openLocked;
    const { errors } = await conference.askAs(
      'coorganizer',
      'mutation ($id: ID!) { deleteSession(id: $id) { deletedId } }',
      { id },
    );
    expect(errors!.map(({ message }) => message)).toEqual([
      'You may not delete this session. It is allowed only if: the session is not locked',
    ]);
  });

  it('answers LIST as VIEW, and nobody who is not signed in may write', async () => {
    const id = conference.ids.openAccepted;
    for (const action of ['LIST', 'VIEW']) {
      expect(await decisionOf(null, { action, id })).toMatchObject({ allowed: true, row: 'everyone else' });
    }
    expect(await decisionOf(null, { action: 'UPDATE', id })).toMatchObject({
      allowed: false,
      reason: 'UNAUTHENTICATED',
    });
  });

  it('tells whom a row is not meant for nothing of what only those may read for whom it is', async () => {
    // Locked or not is guarded: the two sessions differ in that alone.
    const [locked, open] = await Promise.all(
      [conference.ids.acceptedLocked, conference.ids.openAccepted].map((id) =>
        decisionOf('stranger', { action: 'UPDATE', id }),
      ),
    );
    expect(locked).toEqual({
      allowed: false,
      reason: 'FORBIDDEN',
      row: 'owner, organizer',
      notes: [
        { text: "only of own events (the viewer holds the row's role in that very event)", holds: false },
      ],
    });
    expect(JSON.stringify(locked)).toBe(JSON.stringify(open));
  });

  it('answers for what the viewer may not see as for an id never issued, byte for byte', async () => {
    const hidden = {
      Session: ['draftAccepted', 'openPending'],
      Speaker: ['draftSpeaker', 'openHiddenSpeaker'],
      Event: ['draft', 'deleted'],
      Track: ['draftTrack'],
    };
    for (const person of [null, 'stranger', 'unverified'] as const) {
      for (const [type, names] of Object.entries(hidden)) {
        for (const name of names) {
          for (const action of ['VIEW', 'UPDATE', 'DELETE']) {
            const ask = async (id: string) =>
              JSON.stringify(await askAs(person, permissionQuery, { action, id }));
            const answer = await ask(conference.ids[name]);
            expect(answer).toBe(await ask(issuedNever(type)));
            expect(JSON.parse(answer)).toEqual({ data: { permission: never } });
          }
        }
      }
    }
    // The same ids are something to those who may see them.
    expect(await decisionOf('organizer', { action: 'VIEW', id: conference.ids.draftAccepted })).toMatchObject(
      { allowed: true },
    );
    // A deleted one is nothing to anybody; nor is an id of no type that there is.
    expect(await decisionOf('root', { action: 'VIEW', id: conference.ids.deleted })).toEqual(never);
    expect(await decisionOf('root', { action: 'VIEW', id: issuedNever('Unicorn') })).toEqual(never);
  });

  it('decides creation by the parent: whoever may not see it gets the answer for one that never was', async () => {
    const create = (person: Person, type: string, parent?: string) =>
      decisionOf(person, { action: 'CREATE', type, in: parent });
    expect(await create('stranger', 'Session', conference.ids.open)).toMatchObject({
      allowed: true,
      row: 'registered user',
    });
    expect(await create(null, 'Session', conference.ids.open)).toMatchObject({
      allowed: false,
      reason: 'UNAUTHENTICATED',
    });
    expect(await create('organizer', 'Session', conference.ids.draft)).toMatchObject({
      allowed: true,
      row: 'owner, organizer',
    });
    expect(await create('stranger', 'Track', conference.ids.open)).toMatchObject({
      allowed: false,
      reason: 'FORBIDDEN',
    });
    for (const person of [null, 'stranger'] as const) {
      expect(await create(person, 'Session', conference.ids.draft)).toEqual(never);
      expect(await create(person, 'Session', issuedNever('Event'))).toEqual(never);
      expect(await create(person, 'Session', conference.ids.openTrack)).toEqual(never);
    }
    expect(await create('stranger', 'Event')).toMatchObject({
      allowed: true,
      row: 'registered, verified user',
    });
    expect(await create('unverified', 'Event')).toMatchObject({
      allowed: false,
      reason: 'FORBIDDEN',
      notes: [{ holds: false }],
    });
    expect(await create(null, 'Event')).toMatchObject({ allowed: false, reason: 'UNAUTHENTICATED' });
  });

  it.each([
    ['an object and a type', { action: 'UPDATE', id: 'ID', type: 'Session' }, 'type'],
    ['an object and a parent', { action: 'UPDATE', id: 'ID', in: 'ID' }, 'in'],
    ['no object', { action: 'UPDATE' }, 'id'],
    ['creation of an object that is there', { action: 'CREATE', id: 'ID' }, 'id'],
    ['creation of nothing', { action: 'CREATE' }, 'type'],
    ['creation without a parent', { action: 'CREATE', type: 'Session' }, 'in'],
    ['creation of an event in something', { action: 'CREATE', type: 'Event', in: 'ID' }, 'in'],
    ['a type without a table', { action: 'CREATE', type: 'PageInfo' }, 'type'],
    ['a column that the table does not have', { action: 'PUBLISH', id: 'ID' }, 'action'],
    ['a column that no table has', { action: 'RUN', id: 'ID' }, 'action'],
    ['no id', { action: 'VIEW', id: 'nonsense' }, 'id'],
  ])('refuses %s as bad input', async (_, given, field) => {
    const variables = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [
        key,
        value === 'ID' ? conference.ids.openAccepted : value,
      ]),
    );
    const { data, errors } = await askAs('root', permissionQuery, variables);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: [field] }] } }]);
  });
});

describe('viewerCan', () => {
  const programme = `id viewerCan
    sessions(first: 50) { nodes { id viewerCan event { id viewerCan } track { id viewerCan } speakers { nodes { id viewerCan } } } }
    speakers(first: 50) { nodes { id viewerCan user { id viewerCan } sessions { nodes { id viewerCan } } } }
    tracks { nodes { id viewerCan sessions { nodes { id viewerCan } } } } rooms { nodes { id viewerCan } }
    sessionTypes { nodes { id viewerCan } } sponsors { nodes { id viewerCan } }
    members { nodes { id viewerCan user { id viewerCan } } } owner { id viewerCan } callForSpeakers { id viewerCan }`;

  it.each(people)('agrees with permission on everything that %s sees, on every path', async (person) => {
    const answer = await askAs(
      person,
      `{ open: event(identifier: "open") { ${programme} } draft: event(identifier: "draft") { ${programme} }
         private: event(identifier: "private") { ${programme} } settings { id viewerCan } }`,
    );
    expect(answer.errors).toBeUndefined();
    const seen = new Map<string, Set<string>>();
    collect(answer.data, seen);
    expect(seen.size).toBeGreaterThan(5);
    for (const [id, told] of seen) {
      expect([id, told.size]).toEqual([id, 1]);
      expect([id, [...told][0]]).toEqual([id, JSON.stringify(await allowedActions(person, id))]);
    }
  });

  async function allowedActions(person: Person, id: string): Promise<string[]> {
    const actions = ['VIEW', 'UPDATE', 'DELETE'];
    if (/^event_[0-9a-z]{26}$/.test(id)) actions.push('PUBLISH');
    if (id.startsWith('session_') && !id.startsWith('session_type_')) actions.push('LOCK');
    const fields = actions.map(
      (action) => `${action}: permission(action: ${action}, id: "${id}") { allowed }`,
    );
    const { data } = await askAs(person, `{ ${fields.join(' ')} }`);
    return actions.filter((action) => data![action].allowed);
  }

  function collect(value: unknown, seen: Map<string, Set<string>>): void {
    if (Array.isArray(value)) value.forEach((one) => collect(one, seen));
    else if (typeof value === 'object' && value !== null) {
      const { id, viewerCan } = value as { id?: string; viewerCan?: string[] };
      if (id && viewerCan) seen.set(id, (seen.get(id) ?? new Set()).add(JSON.stringify(viewerCan)));
      Object.values(value).forEach((one) => collect(one, seen));
    }
  }
});

const whoCanQuery = `query ($action: Action!, $id: ID!, $first: Int, $after: String) {
  whoCan(action: $action, id: $id, first: $first, after: $after) { totalCount rows nodes { id email } pageInfo { hasNextPage endCursor } }
}`;

describe('whoCan', () => {
  const namesOf = (answer: Answer) =>
    (answer.data!.whoCan.nodes as { id: string }[]).map(({ id }) => conference.nameOf(id)).sort();

  it('lists the people whom a named row lets, and tells of people at large by rows', async () => {
    const update = await askAs('root', whoCanQuery, { action: 'UPDATE', id: conference.ids.openPending });
    expect(namesOf(update)).toEqual(['admin', 'coorganizer', 'creator', 'organizer', 'owner', 'root']);
    expect(update.data?.whoCan).toMatchObject({ totalCount: 6, rows: [] });
    const lock = await askAs('root', whoCanQuery, { action: 'LOCK', id: conference.ids.openPending });
    expect(namesOf(lock)).toEqual(['admin', 'organizer', 'owner', 'root']);
    const view = await askAs('root', whoCanQuery, { action: 'VIEW', id: conference.ids.openAccepted });
    expect(view.data?.whoCan.rows).toEqual(['everyone else']);
    expect(namesOf(view)).toEqual([
      'admin',
      'coorganizer',
      'creator',
      'moderator',
      'organizer',
      'owner',
      'root',
      'speaker',
    ]);
    const event = await askAs('root', whoCanQuery, { action: 'VIEW', id: conference.ids.open });
    expect(event.data?.whoCan.rows).toEqual(['registered, verified user', 'everyone else']);
    const account = await askAs('root', whoCanQuery, { action: 'UPDATE', id: conference.users.stranger });
    expect(namesOf(account)).toEqual(['admin', 'root', 'stranger']);
    const superAdmin = await askAs('root', whoCanQuery, { action: 'UPDATE', id: conference.users.root });
    expect(namesOf(superAdmin)).toEqual(['root']);
  });

  it('agrees with permission for every person and object', async () => {
    for (const name of [
      'openPending',
      'openLocked',
      'openAccepted',
      'draftAccepted',
      'openSpeaker',
      'open',
      'draft',
      'openTrack',
    ]) {
      for (const action of ['VIEW', 'UPDATE', 'DELETE']) {
        const id = conference.ids[name];
        const answer = await askAs('root', whoCanQuery, { action, id, first: 100 });
        const atLarge = answer.data!.whoCan.rows.length > 0;
        const listed = new Set(namesOf(answer));
        for (const person of people) {
          if (person === null) continue;
          const { allowed } = await decisionOf(person, { action, id });
          expect([name, action, person, allowed]).toEqual([
            name,
            action,
            person,
            atLarge || listed.has(person),
          ]);
        }
      }
    }
  });

  it('shows people as the table of users shows them to who asks', async () => {
    const variables = { action: 'UPDATE', id: conference.ids.openPending };
    const answer = await askAs('organizer', whoCanQuery, variables);
    // Staff are nobody that an organizer may view; the total counts no more than the list shows.
    expect(namesOf(answer)).toEqual(['coorganizer', 'creator', 'organizer', 'owner']);
    expect(answer.data?.whoCan.totalCount).toBe(4);
    expect(answer.errors).toBeUndefined();
    const own = await askAs('creator', whoCanQuery, variables);
    expect(namesOf(own)).toEqual(['creator', 'owner']);
    const owner = own.data?.whoCan.nodes.find(({ id }: { id: string }) => conference.nameOf(id) === 'owner');
    expect(owner.email).toBeNull();
    expect(own.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', field: 'User.email' } }]);
  });

  it('pages, with cursors that are good for this very question alone', async () => {
    const variables = { action: 'UPDATE', id: conference.ids.openPending, first: 4 };
    const first = await askAs('root', whoCanQuery, variables);
    const { endCursor, hasNextPage } = first.data!.whoCan.pageInfo;
    expect(hasNextPage).toBe(true);
    const second = await askAs('root', whoCanQuery, { ...variables, after: endCursor });
    expect([...namesOf(first), ...namesOf(second)].sort()).toEqual([
      'admin',
      'coorganizer',
      'creator',
      'organizer',
      'owner',
      'root',
    ]);
    for (const other of [{ action: 'DELETE' }, { id: conference.ids.openAccepted }]) {
      const { errors } = await askAs('root', whoCanQuery, { ...variables, ...other, after: endCursor });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    const onlyRows = await askAs(
      'root',
      `{ whoCan(action: VIEW, id: "${conference.ids.openAccepted}") { rows } }`,
    );
    expect(onlyRows).toEqual({ data: { whoCan: { rows: ['everyone else'] } } });
  });

  it('is for who may update the object, and staff', async () => {
    const id = conference.ids.openAccepted;
    for (const person of ['stranger', 'moderator'] as const) {
      expect(await askAs(person, whoCanQuery, { action: 'VIEW', id })).toMatchObject({
        data: { whoCan: null },
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    }
    expect(await askAs(null, whoCanQuery, { action: 'VIEW', id })).toMatchObject({
      data: { whoCan: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('answers for what the viewer may not see as for an id never issued', async () => {
    for (const [type, name] of [
      ['Session', 'draftAccepted'],
      ['Session', 'openPending'],
      ['Event', 'draft'],
    ] as const) {
      const [hidden, none] = await Promise.all(
        [conference.ids[name], issuedNever(type)].map((id) =>
          askAs('stranger', whoCanQuery, { action: 'VIEW', id }),
        ),
      );
      expect(hidden).toEqual({ data: { whoCan: null } });
      expect(JSON.stringify(hidden)).toBe(JSON.stringify(none));
    }
    for (const [action, id, code] of [
      ['CREATE', conference.ids.open, 'BAD_USER_INPUT'],
      ['VIEW', 'x', 'BAD_USER_INPUT'],
    ]) {
      expect(await askAs('root', whoCanQuery, { action, id })).toMatchObject({
        errors: [{ extensions: { code } }],
      });
    }
  });
});
