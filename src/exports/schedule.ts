/** The schedule of an event: what calendars and the screens of a venue show. Read once, written in several formats. */
import type { Config } from '../platform/config/index.ts';
import type { Database } from '../platform/data/database.ts';
import { decodeId, encodeId } from '../platform/graphql/node.ts';
import { textOf } from '../platform/html.ts';
import { MailSettings } from '../platform/mail/mail.settings.ts';
import { settingsOf } from '../platform/settings/read.ts';
import type { AskAs, EventKey } from './export.read.ts';
import { readEvent, readList } from './export.read.ts';

/** Something that takes place: texts are plain, times are ISO 8601 in UTC. */
export interface ScheduledSession {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string | null;
  readonly language: string | null;
  readonly shortAbstract: string | null;
  readonly longAbstract: string | null;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly state: string;
  readonly website: string | null;
  readonly slidesUrl: string | null;
  readonly videoUrl: string | null;
  readonly track: { readonly id: string; readonly name: string; readonly color: string } | null;
  readonly room: { readonly id: string; readonly name: string } | null;
  readonly sessionType: { readonly name: string } | null;
  readonly speakers: readonly { readonly id: string; readonly name: string }[];
  readonly updatedAt: string;
  readonly version: number;
}

/** A session that was on the published schedule and is not any more: when it was to take place, and nothing else of it. */
export interface CanceledSession extends Pick<
  ScheduledSession,
  'id' | 'startsAt' | 'endsAt' | 'updatedAt' | 'version'
> {}

/** An event with what takes place in it, in the order of time. */
export interface Schedule {
  readonly id: string;
  readonly identifier: string;
  readonly name: string;
  readonly description: string | null;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly timezone: string;
  readonly locationName: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** The event's own website. */
  readonly url: string | null;
  /** The page of the event on this installation. */
  readonly page: string;
  /** Where schedule.xml is, once the event is published. */
  readonly address: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly sessions: readonly ScheduledSession[];
  readonly canceled: readonly CanceledSession[];
}

/** What a schedule is read with: as whom, and where the installation is. */
export interface ScheduleSource {
  readonly ask: AskAs;
  readonly database: Pick<Database, 'query'>;
  readonly config: Config;
  readonly signal?: AbortSignal;
}

const eventFields = `identifier name description startsAt endsAt timezone locationName latitude longitude externalEventUrl updatedAt version`;
/** What is read of a session on a schedule. */
export const sessionFields = `id title subtitle language shortAbstract longAbstract startsAt endsAt state website slidesUrl videoUrl updatedAt version
  track { id name color } room { id name } sessionType { name } speakers(first: 100) { nodes { id name } }`;
/** Accepted or confirmed, with a time: what is not is not part of a schedule, for whomever it is made. */
const sessions = `sessions(filter: { state: { in: [ACCEPTED, CONFIRMED] }, startsAt: { isNull: false }, endsAt: { isNull: false } }, orderBy: STARTS_AT_ASC)`;

/** The schedule as the asker may see it; null where they may not see the event. */
export async function readSchedule(source: ScheduleSource, key: EventKey): Promise<Schedule | null> {
  const { ask, signal } = source;
  const event = await readEvent(ask, key, eventFields);
  if (!event) return null;
  const rows = await readList(ask, event.id as string, sessions, sessionFields, signal);
  const { externalEventUrl: url, description, ...rest } = event;
  return {
    ...rest,
    url,
    ...(await placesOf(source))(String(event.identifier)),
    description: plain(description as string | null),
    sessions: rows.map(scheduledSession),
    canceled: await readCanceled(source, event.id as string),
  } as unknown as Schedule;
}

/** A session as it was asked for with `sessionFields`. */
export function scheduledSession({
  speakers,
  shortAbstract,
  longAbstract,
  ...row
}: Record<string, any>): ScheduledSession {
  return {
    ...row,
    shortAbstract: plain(shortAbstract),
    longAbstract: plain(longAbstract),
    speakers: speakers.nodes,
  } as unknown as ScheduledSession;
}

/** Where people find events: their pages, on the front end where there is one, and their schedules on this server. */
export async function placesOf(
  source: Pick<ScheduleSource, 'database' | 'config'>,
): Promise<(identifier: string) => Pick<Schedule, 'page' | 'address'>> {
  const { frontendUrl } = await settingsOf(source, MailSettings);
  const [front, server] = [frontendUrl ?? source.config.http.publicUrl, source.config.http.publicUrl].map(
    (base) => base.replace(/\/+$/, ''),
  );
  return (identifier) => ({
    page: `${front}/e/${identifier}`,
    address: `${server}/events/${identifier}.xml`,
  });
}

/** Sessions that everybody could see on the schedule, and that were canceled, withdrawn or deleted since (session.canceled.entity.ts). */
async function readCanceled({ database }: ScheduleSource, eventId: string): Promise<CanceledSession[]> {
  const rows = await database.query(
    `SELECT session_id AS id, starts_at AS "startsAt", ends_at AS "endsAt", canceled_at AS "updatedAt", version
     FROM canceled_sessions WHERE event_id = $1 ORDER BY starts_at, session_id`,
    [decodeId(eventId).uuid],
  );
  const iso = (time: unknown) => new Date(time as string).toISOString();
  return rows.map(({ id, startsAt, endsAt, updatedAt, version }) => ({
    id: encodeId('Session', String(id)),
    startsAt: iso(startsAt),
    endsAt: iso(endsAt),
    updatedAt: iso(updatedAt),
    version: Number(version),
  }));
}

/** HTML as plain text: paragraphs and breaks are new lines. */
export function plain(html: string | null): string | null {
  if (html === null) return null;
  return textOf(html).trim() || null;
}

/** What a session is about, with who speaks in it. */
export function aboutSession({ subtitle, shortAbstract, longAbstract, speakers }: ScheduledSession): string {
  const names = speakers.map(({ name }) => name).join(', ');
  return [subtitle, names && `With ${names}`, shortAbstract ?? longAbstract].filter(Boolean).join('\n\n');
}
