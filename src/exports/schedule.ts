/** The schedule of an event: what calendars and the screens of a venue show. Read once, written in several formats. */
import { textOf } from '../platform/html.ts';
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
  readonly slidesUrl: string | null;
  readonly videoUrl: string | null;
  readonly track: { readonly name: string } | null;
  readonly room: { readonly name: string } | null;
  readonly sessionType: { readonly name: string } | null;
  readonly speakers: readonly { readonly id: string; readonly name: string }[];
  readonly updatedAt: string;
}

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
  readonly url: string | null;
  readonly updatedAt: string;
  readonly sessions: readonly ScheduledSession[];
}

const eventFields = `identifier name description startsAt endsAt timezone locationName latitude longitude externalEventUrl updatedAt`;
const sessionFields = `title subtitle language shortAbstract longAbstract startsAt endsAt slidesUrl videoUrl updatedAt
  track { name } room { name } sessionType { name } speakers(first: 100) { nodes { id name } }`;
/** Accepted or confirmed, with a time: what is not is not part of a schedule, for whomever it is made. */
const sessions = `sessions(filter: { state: { in: [ACCEPTED, CONFIRMED] }, startsAt: { isNull: false }, endsAt: { isNull: false } }, orderBy: STARTS_AT_ASC)`;

/** The schedule as the asker may see it; null where they may not see the event. */
export async function readSchedule(ask: AskAs, key: EventKey, signal?: AbortSignal): Promise<Schedule | null> {
  const event = await readEvent(ask, key, eventFields);
  if (!event) return null;
  const rows = await readList(ask, event.id as string, sessions, sessionFields, signal);
  const { externalEventUrl: url, description, ...rest } = event;
  return {
    ...rest,
    url,
    description: plain(description as string | null),
    sessions: rows.map(({ speakers, shortAbstract, longAbstract, ...row }) => ({
      ...row,
      shortAbstract: plain(shortAbstract as string | null),
      longAbstract: plain(longAbstract as string | null),
      speakers: speakers.nodes,
    })),
  } as unknown as Schedule;
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
