/**
 * A small conference for tests of the tables: three events (open, draft, private), people in every part, and beside
 * each row that somebody may see one that must not leak. Names are the handles: `ids.openPending`, `users.creator`.
 */
import { parse } from 'graphql';
import { viewerByEmail } from '../../src/commands/permissions.viewer.ts';
import { Contexts } from '../../src/platform/graphql/context.ts';
import { Executor } from '../../src/platform/graphql/execute.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Answer, TestServer } from './server.ts';

/** The people of the conference who may sign in. `organizer` and the other roles are held at every event. */
export const personNames = [
  'root',
  'admin',
  'owner',
  'organizer',
  'coorganizer',
  'moderator',
  'creator',
  'speaker',
  'stranger',
  'unverified',
] as const;
/** One of them. */
export type PersonName = (typeof personNames)[number];

/** The ids of the conference, as the schema has them. */
export interface Conference {
  readonly ids: Readonly<Record<string, string>>;
  readonly users: Readonly<Record<string, string>>;
  /** The handle of a person behind an id of the schema. */
  nameOf(id: string): string | undefined;
  /** Sends an operation: as nobody over HTTP, as one of the people to the server's executor with them as the viewer. */
  askAs(person: PersonName | null, document: string, variables?: Record<string, unknown>): Promise<Answer>;
}

/** Uuids that tell where they come from: the kind of row, and its number. */
const uuid = (kind: number, number: number) =>
  `0199000${kind}-0000-7000-8000-${String(number).padStart(12, '0')}`;

const user = (number: number) => uuid(1, number);
const event = (number: number) => uuid(2, number);
const session = (number: number) => uuid(3, number);
const speaker = (number: number) => uuid(4, number);
const other = (kind: number, number: number) => uuid(kind, number);

const creator = user(7);
const speakerUser = user(8);

const sessions: readonly [
  name: string,
  event: number,
  state: string,
  creator: string | null,
  isLocked: boolean,
][] = [
  ['openAccepted', 1, 'ACCEPTED', creator, false],
  ['openPending', 1, 'PENDING', creator, false],
  ['openLocked', 1, 'PENDING', creator, true],
  ['acceptedLocked', 1, 'ACCEPTED', null, true],
  ['draftAccepted', 2, 'ACCEPTED', null, false],
  ['privateConfirmed', 3, 'CONFIRMED', null, false],
];

/** Writes the conference into the server's database. */
export async function arrangeConference(server: TestServer): Promise<Conference> {
  const { sql } = server;
  const people = [...personNames, 'blockedOrganizer', 'deletedOrganizer'];
  for (const [index, name] of people.entries()) {
    await sql(
      `INSERT INTO users (id, email, public_name, is_verified, is_admin, is_super_admin, is_blocked, deleted_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        user(index + 1),
        `${name}@example.org`,
        name,
        name !== 'unverified',
        name === 'admin',
        name === 'root',
        name === 'blockedOrganizer',
        name === 'deletedOrganizer' ? '2026-01-01' : null,
      ],
    );
  }
  const idOf = (name: string) => user(people.indexOf(name) + 1);
  const events = ['open', 'draft', 'private', 'deleted'];
  for (const [index, name] of events.entries()) {
    await sql(
      `INSERT INTO events (id, identifier, name, starts_at, ends_at, state, privacy, deleted_at)
       VALUES ($1, $2, $2, '2030-03-01', '2030-03-02', $3, $4, $5)`,
      [
        event(index + 1),
        name,
        name === 'draft' ? 'DRAFT' : 'PUBLISHED',
        name === 'private' ? 'PRIVATE' : 'PUBLIC',
        name === 'deleted' ? '2026-01-01' : null,
      ],
    );
    const roles = {
      owner: 'OWNER',
      organizer: 'ORGANIZER',
      coorganizer: 'COORGANIZER',
      moderator: 'MODERATOR',
      blockedOrganizer: 'ORGANIZER',
      deletedOrganizer: 'ORGANIZER',
    };
    for (const [person, role] of Object.entries(roles)) {
      await sql(
        'INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, $3)',
        [event(index + 1), idOf(person), role],
      );
    }
    await sql(`INSERT INTO tracks (id, event_id, name, color) VALUES ($1, $2, 'Main', '#112233')`, [
      other(5, index + 1),
      event(index + 1),
    ]);
    await sql(`INSERT INTO rooms (id, event_id, name) VALUES ($1, $2, 'Hall')`, [
      other(6, index + 1),
      event(index + 1),
    ]);
    await sql(`INSERT INTO session_types (id, event_id, name, length_minutes) VALUES ($1, $2, 'Talk', 30)`, [
      other(7, index + 1),
      event(index + 1),
    ]);
    await sql(`INSERT INTO sponsors (id, event_id, name) VALUES ($1, $2, 'Sponsor')`, [
      other(8, index + 1),
      event(index + 1),
    ]);
  }
  await sql(
    `INSERT INTO calls_for_speakers (id, event_id, starts_at, ends_at, hash) VALUES ($1, $2, '2020-01-01', '2030-01-01', 'hash')`,
    [other(9, 1), event(1)],
  );
  for (const [index, [name, at, state, submitter, isLocked]] of sessions.entries()) {
    await sql(
      `INSERT INTO sessions (id, event_id, title, state, creator_id, is_locked, track_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [session(index + 1), event(at), name, state, submitter, isLocked, other(5, at)],
    );
  }
  const speakers: [name: string, event: number, user: string | null, session: number][] = [
    ['openSpeaker', 1, speakerUser, 1],
    ['openHiddenSpeaker', 1, null, 2],
    ['draftSpeaker', 2, null, 5],
  ];
  for (const [index, [name, at, person, speaksIn]] of speakers.entries()) {
    await sql('INSERT INTO speakers (id, event_id, name, user_id, email) VALUES ($1, $2, $3, $4, $5)', [
      speaker(index + 1),
      event(at),
      name,
      person,
      `${name}@example.org`,
    ]);
    await sql('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2)', [
      session(speaksIn),
      speaker(index + 1),
    ]);
  }
  await sql('INSERT INTO settings (id) VALUES ($1) ON CONFLICT DO NOTHING', [other(9, 9)]);
  const users = Object.fromEntries(people.map((name) => [name, encodeId('User', idOf(name))]));
  const ids = {
    ...Object.fromEntries(events.map((name, index) => [name, encodeId('Event', event(index + 1))])),
    ...Object.fromEntries(sessions.map(([name], index) => [name, encodeId('Session', session(index + 1))])),
    ...Object.fromEntries(speakers.map(([name], index) => [name, encodeId('Speaker', speaker(index + 1))])),
    openTrack: encodeId('Track', other(5, 1)),
    draftTrack: encodeId('Track', other(5, 2)),
  };
  const names = new Map(Object.entries(users).map(([name, id]) => [id, name]));
  const { app } = server;
  const executor = new Executor({
    schema: app.schema(),
    executor: 'jit',
    compileAfter: 1,
    limits: { anonymous: 1e6, signedIn: 1e6 },
  });
  const contexts = new Contexts(app);
  return {
    ids,
    users,
    nameOf: (id) => names.get(id),
    async askAs(person, document, variables) {
      if (person === null) return server.ask(document, variables);
      const viewer = await viewerByEmail(app.database, `${person}@example.org`);
      const context = contexts.make({ viewer, isRejected: false }, { id: 'test', address: '127.0.0.1' });
      return JSON.parse(
        JSON.stringify(await executor.execute({ document: parse(document), variables, context })),
      ) as Answer;
    },
  };
}
