/** Events and what hangs on them, for tests: rows made directly, so that a test arranges only what it is about. */
import { v7 as uuidv7 } from 'uuid';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from './accounts.ts';
import type { Answer, TestServer } from './server.ts';

/** A row: its uuid, and its id in the schema. */
export interface Made {
  readonly uuid: string;
  readonly id: string;
}

/** How an event differs from a published one with an open public call. */
export interface EventOptions {
  readonly state?: 'DRAFT' | 'PUBLISHED';
  readonly privacy?: 'PUBLIC' | 'PRIVATE';
  /** `none`: there is no call at all. */
  readonly call?: 'open' | 'late' | 'closed' | 'future' | 'disabled' | 'none';
  readonly callPrivacy?: 'PUBLIC' | 'PRIVATE';
  readonly hash?: string;
  readonly isSessionsSpeakersEnabled?: boolean;
}

const day = 86_400_000;
const calls = {
  open: [-day, day, null],
  late: [-2 * day, -day, day],
  closed: [-2 * day, -day, null],
  future: [day, 2 * day, null],
  disabled: [-day, day, null],
} as const;

/** Makes an event, and its call for speakers. */
export async function makeEvent(server: TestServer, options: EventOptions = {}): Promise<Made> {
  const uuid = uuidv7();
  const {
    state = 'PUBLISHED',
    privacy = 'PUBLIC',
    call = 'open',
    callPrivacy = 'PUBLIC',
    hash = uuid,
  } = options;
  await insert(server, 'events', {
    id: uuid,
    identifier: uuid,
    name: 'Open day',
    starts_at: '2027-03-01',
    ends_at: '2027-03-02',
    state,
    privacy,
    is_sessions_speakers_enabled: options.isSessionsSpeakersEnabled ?? true,
  });
  if (call !== 'none') await setCall(server, uuid, call, { callPrivacy, hash });
  return { uuid, id: encodeId('Event', uuid) };
}

/** Gives an event another call for speakers. */
export async function setCall(
  server: TestServer,
  event: string,
  call: keyof typeof calls,
  { callPrivacy = 'PUBLIC', hash = event }: EventOptions = {},
): Promise<void> {
  const [startsAt, endsAt, softEndsAt] = calls[call].map((offset) =>
    offset === null ? null : new Date(Date.now() + offset),
  );
  await server.sql('DELETE FROM calls_for_speakers WHERE event_id = $1', [event]);
  await insert(server, 'calls_for_speakers', {
    id: uuidv7(),
    event_id: event,
    starts_at: startsAt,
    ends_at: endsAt,
    soft_ends_at: softEndsAt,
    privacy: callPrivacy,
    is_enabled: call !== 'disabled',
    hash,
  });
}

/** Gives a person a role at an event. */
export async function giveRole(server: TestServer, event: Made, person: Person, role: string): Promise<void> {
  await insert(server, 'event_members', { id: uuidv7(), event_id: event.uuid, user_id: person.userId, role });
}

/** Makes a row of an entity; columns by their names in the database. */
export async function make(server: TestServer, type: string, row: Record<string, unknown>): Promise<Made> {
  const uuid = uuidv7();
  const table = {
    Session: 'sessions',
    Speaker: 'speakers',
    Track: 'tracks',
    Room: 'rooms',
    SessionType: 'session_types',
    Sponsor: 'sponsors',
  }[type];
  const given =
    { Session: { title: 'A talk' }, Track: { color: '#aabbcc' }, SessionType: { length_minutes: 30 } }[
      type
    ] ?? {};
  const named = type === 'Session' ? {} : { name: `A ${type}` };
  await insert(server, table as string, { id: uuid, ...named, ...given, ...row });
  return { uuid, id: encodeId(type, uuid) };
}

/** Links a speaker to a session. */
export async function link(server: TestServer, session: Made, speaker: Made): Promise<void> {
  await insert(server, 'session_speakers', { session_id: session.uuid, speaker_id: speaker.uuid });
}

/** The codes of the errors of an answer; the code and the paths of its fields where it has some. */
export function codes(answer: Answer): string[] {
  return (answer.errors ?? []).map(({ extensions }) => {
    const paths = ((extensions.fields ?? []) as { path: (string | number)[] }[]).map(({ path }) =>
      path.join('.'),
    );
    return [String(extensions.code), ...paths].join(' ');
  });
}

/** Inserts a row; columns by their names in the database. */
export async function insert(server: TestServer, table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await server.sql(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
}
