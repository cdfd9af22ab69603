/**
 * The world of the matrix tests: a small set of rows in which every actor of the tables exists and every note is
 * true for one row and false for another. Kept as plain objects too, so that the oracle can judge without SQL.
 */
import { randomUUID } from 'node:crypto';
import type { TestServer } from '../kit/server.ts';

export type EventRole = 'OWNER' | 'ORGANIZER' | 'COORGANIZER' | 'TRACK_ORGANIZER' | 'MODERATOR' | 'REGISTRAR';
export const states = [
  'DRAFT',
  'PENDING',
  'ACCEPTED',
  'CONFIRMED',
  'REJECTED',
  'CANCELED',
  'WITHDRAWN',
] as const;
export type State = (typeof states)[number];

export interface Person {
  readonly name: string;
  readonly id: string;
  readonly email: string;
  readonly isAdmin: boolean;
  readonly isSuperAdmin: boolean;
  readonly isVerified: boolean;
  readonly isProfilePublic: boolean;
}
export interface WorldEvent {
  readonly name: string;
  readonly id: string;
  readonly state: 'DRAFT' | 'PUBLISHED';
  readonly privacy: 'PUBLIC' | 'PRIVATE';
  readonly isDeleted: boolean;
  readonly isCallOpen: boolean;
  /** The call lets pending sessions be edited after its end. */
  readonly allowsEditsAfterEnd: boolean;
  readonly hasEnded: boolean;
}
export interface Member {
  readonly id: string;
  readonly event: string;
  readonly person: string;
  readonly role: EventRole;
}
export interface WorldSession {
  readonly name: string;
  readonly id: string;
  readonly event: string;
  readonly state: State;
  readonly creator: string | null;
  readonly enteredByTeam: boolean;
  readonly isLocked: boolean;
  readonly isDeleted: boolean;
  readonly speakers: readonly string[];
}
export interface WorldSpeaker {
  readonly name: string;
  readonly id: string;
  readonly event: string;
  readonly user: string | null;
  readonly creator: string | null;
  readonly enteredByTeam: boolean;
  readonly isDeleted: boolean;
}
export const arrangedKinds = [
  'Track',
  'Room',
  'SessionType',
  'Sponsor',
  'SocialLink',
  'Faq',
  'Copyright',
] as const;
export interface Arranged {
  readonly kind: (typeof arrangedKinds)[number];
  readonly id: string;
  readonly event: string;
}
export interface World {
  readonly people: ReadonlyMap<string, Person>;
  readonly events: ReadonlyMap<string, WorldEvent>;
  readonly members: readonly Member[];
  readonly sessions: readonly WorldSession[];
  readonly speakers: ReadonlyMap<string, WorldSpeaker>;
  readonly arranged: readonly Arranged[];
}

/** Who asks in the matrices: everybody of the world, and nobody. */
export const nobody = 'nobody';

function person(name: string, flags: Partial<Person> = {}): Person {
  return {
    name,
    id: randomUUID(),
    email: `${name.toLowerCase()}@example.org`,
    isAdmin: false,
    isSuperAdmin: false,
    isVerified: true,
    isProfilePublic: false,
    ...flags,
  };
}

/** Describes the world; nothing is written yet. */
export function describeWorld(): World {
  const people = new Map<string, Person>();
  const add = (name: string, flags?: Partial<Person>) => people.set(name, person(name, flags));
  add('superAdmin', { isSuperAdmin: true });
  add('admin', { isAdmin: true });
  add('registered');
  add('unverified', { isVerified: false });
  add('submitter');
  add('formerTeam');
  add('speaker', { isProfilePublic: true });
  add('shySpeaker');
  const roles: [string, EventRole][] = [
    ['owner', 'OWNER'],
    ['organizer', 'ORGANIZER'],
    ['coorganizer', 'COORGANIZER'],
    ['trackOrganizer', 'TRACK_ORGANIZER'],
    ['moderator', 'MODERATOR'],
    ['registrar', 'REGISTRAR'],
  ];
  const events = new Map<string, WorldEvent>();
  const members: Member[] = [];
  const event = (name: string, more: Partial<WorldEvent>) => {
    events.set(name, {
      name,
      id: randomUUID(),
      state: 'PUBLISHED',
      privacy: 'PUBLIC',
      isDeleted: false,
      isCallOpen: true,
      allowsEditsAfterEnd: false,
      hasEnded: false,
      ...more,
    });
    for (const [role, eventRole] of roles) {
      const who = `${role} of ${name}`.replaceAll(' ', '');
      add(who, { isProfilePublic: role === 'moderator' });
      members.push({ id: randomUUID(), event: name, person: who, role: eventRole });
    }
  };
  event('Open', {});
  event('Closed', { isCallOpen: false });
  event('Hidden', { privacy: 'PRIVATE' });
  event('Draft', { state: 'DRAFT' });
  event('Gone', { isDeleted: true });

  const sessions: WorldSession[] = [];
  const speakers = new Map<string, WorldSpeaker>();
  const arranged: Arranged[] = [];
  for (const { name: where } of events.values()) {
    const speaker = (name: string, more: Partial<WorldSpeaker> = {}) => {
      const full = `${name} at ${where}`;
      speakers.set(full, {
        name: full,
        id: randomUUID(),
        event: where,
        user: null,
        creator: null,
        enteredByTeam: false,
        isDeleted: false,
        ...more,
      });
      return full;
    };
    const session = (name: string, state: State, more: Partial<WorldSession> = {}) => {
      sessions.push({
        name: `${name} ${state} at ${where}`,
        id: randomUUID(),
        event: where,
        state,
        creator: null,
        enteredByTeam: false,
        isLocked: false,
        isDeleted: false,
        speakers: [],
        ...more,
      });
    };
    const onStage = speaker('onStage');
    const waiting = speaker('waiting');
    const own = speaker('own', { user: 'speaker' });
    const shy = speaker('shy', { user: 'shySpeaker' });
    const unclaimed = speaker('unclaimed', { creator: 'submitter' });
    const byTeam = speaker('byTeam', { creator: 'formerTeam', enteredByTeam: true });
    const gone = speaker('gone', { isDeleted: true });
    speaker('idle');
    for (const state of states) {
      session(
        'plain',
        state,
        state === 'ACCEPTED'
          ? { speakers: [onStage, gone, byTeam] }
          : state === 'PENDING'
            ? { speakers: [waiting] }
            : {},
      );
      session('submitted', state, {
        creator: 'submitter',
        ...(state === 'PENDING' ? { speakers: [unclaimed] } : {}),
      });
      session('entered', state, { creator: 'formerTeam', enteredByTeam: true });
      session('spoken', state, { speakers: state === 'CONFIRMED' ? [own, shy] : [own] });
    }
    session('locked', 'PENDING', { creator: 'submitter', isLocked: true, speakers: [own] });
    session('deleted', 'ACCEPTED', { isDeleted: true, creator: 'submitter', speakers: [waiting] });
    for (const kind of arrangedKinds) arranged.push({ kind, id: randomUUID(), event: where });
  }
  return { people, events, members, sessions, speakers, arranged };
}

/** Writes the copyrights of the world's events, of which each has one at most. */
export async function createCopyrights(server: TestServer, world: World): Promise<void> {
  for (const { id, event } of world.arranged.filter(({ kind }) => kind === 'Copyright')) {
    await server.sql(`INSERT INTO copyrights (id, event_id, holder) VALUES ($1, $2, 'Us')`, [
      id,
      world.events.get(event)!.id,
    ]);
  }
}

/** Writes the world into a server's database. */
export async function createWorld(server: TestServer, world: World): Promise<void> {
  const rows = async (table: string, values: readonly Record<string, unknown>[]) => {
    await server.sql(
      `INSERT INTO ${table} (${Object.keys(values[0]).join(', ')})
       SELECT ${Object.keys(values[0])
         .map((key) => `r.${key}`)
         .join(', ')} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) r`,
      [JSON.stringify(values)],
    );
  };
  const idOf = (name: string | null) => (name === null ? null : world.people.get(name)!.id);
  const eventId = (name: string) => world.events.get(name)!.id;
  const deletedAt = (isDeleted: boolean) => (isDeleted ? '2026-01-01T00:00:00Z' : null);
  await rows(
    'users',
    [...world.people.values()].map((one) => ({
      id: one.id,
      email: one.email,
      public_name: one.name,
      first_name: `First ${one.name}`,
      is_admin: one.isAdmin,
      is_super_admin: one.isSuperAdmin,
      is_verified: one.isVerified,
      is_blocked: false,
      is_profile_public: one.isProfilePublic,
      version: 1,
    })),
  );
  await rows(
    'events',
    [...world.events.values()].map((one) => ({
      id: one.id,
      identifier: one.name.toLowerCase(),
      name: one.name,
      starts_at: '2030-03-01T09:00:00Z',
      ends_at: '2030-03-03T18:00:00Z',
      timezone: 'UTC',
      online: false,
      state: one.state,
      privacy: one.privacy,
      is_sessions_speakers_enabled: true,
      is_featured: false,
      is_promoted: false,
      is_demoted: false,
      version: 1,
      deleted_at: deletedAt(one.isDeleted),
    })),
  );
  await rows(
    'calls_for_speakers',
    [...world.events.values()].map((one) => ({
      id: randomUUID(),
      event_id: one.id,
      starts_at: '2020-01-01T00:00:00Z',
      ends_at: one.isCallOpen ? '2029-01-01T00:00:00Z' : '2021-01-01T00:00:00Z',
      privacy: 'PUBLIC',
      is_enabled: true,
      hash: `hash-of-${one.name}`,
    })),
  );
  await rows(
    'event_members',
    world.members.map((one) => ({
      id: one.id,
      event_id: eventId(one.event),
      user_id: idOf(one.person),
      role: one.role,
    })),
  );
  const arrangedOf = (kind: string) => world.arranged.filter((one) => one.kind === kind);
  const base = (one: Arranged) => ({
    id: one.id,
    event_id: eventId(one.event),
    name: `${one.kind} of ${one.event}`,
    position: 0,
  });
  await rows(
    'tracks',
    arrangedOf('Track').map((one) => ({ ...base(one), color: '#112233' })),
  );
  await rows('rooms', arrangedOf('Room').map(base));
  await rows(
    'session_types',
    arrangedOf('SessionType').map((one) => ({ ...base(one), length_minutes: 45 })),
  );
  await rows('sponsors', arrangedOf('Sponsor').map(base));
  await rows(
    'social_links',
    arrangedOf('SocialLink').map((one) => ({
      ...base(one),
      link: 'https://links.example',
      identifier: '0a1b2c3d',
    })),
  );
  await rows(
    'faqs',
    arrangedOf('Faq')
      .map(base)
      .map(({ name: question, ...rest }) => ({ ...rest, question, answer: 'Yes' })),
  );
  await createCopyrights(server, world);
  const arrangedId = (kind: string, event: string) =>
    world.arranged.find((one) => one.kind === kind && one.event === event)!.id;
  await rows(
    'sessions',
    world.sessions.map((one) => ({
      id: one.id,
      event_id: eventId(one.event),
      track_id: arrangedId('Track', one.event),
      room_id: arrangedId('Room', one.event),
      session_type_id: arrangedId('SessionType', one.event),
      creator_id: idOf(one.creator),
      entered_by_team: one.enteredByTeam,
      title: one.name,
      comments: `comments on ${one.name}`,
      state: one.state,
      is_locked: one.isLocked,
      sort_order: 0,
      version: 1,
      deleted_at: deletedAt(one.isDeleted),
    })),
  );
  await rows(
    'speakers',
    [...world.speakers.values()].map((one) => ({
      id: one.id,
      event_id: eventId(one.event),
      user_id: idOf(one.user),
      creator_id: idOf(one.creator),
      entered_by_team: one.enteredByTeam,
      name: one.name,
      email: `${one.id}@speakers.example.org`,
      mobile: `+49 ${one.id.slice(0, 6)}`,
      is_featured: false,
      sort_order: 0,
      version: 1,
      deleted_at: deletedAt(one.isDeleted),
    })),
  );
  await rows(
    'session_speakers',
    world.sessions.flatMap((session) =>
      session.speakers.map((name) => ({ session_id: session.id, speaker_id: world.speakers.get(name)!.id })),
    ),
  );
}
