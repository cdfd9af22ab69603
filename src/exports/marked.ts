/** What a person has marked, as a calendar: their favourite events and sessions, as they may see them. */
import type { Calendar } from './ical.ts';
import { entryOfEvent, entryOfSession } from './ical.ts';
import type { Row } from './export.read.ts';
import { dataOf } from './export.read.ts';
import type { Schedule, ScheduleSource } from './schedule.ts';
import { placesOf, plain, scheduledSession, sessionFields } from './schedule.ts';

const eventFields =
  'id identifier name description startsAt endsAt timezone locationName externalEventUrl updatedAt version';
const document = `query ($after: String) { viewer { favourites(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  event { ${eventFields} } session { ${sessionFields} event { ${eventFields} } } } } } }`;

/** Reads the calendar of whoever asks. Sessions without a time, and those that do not take place, are not in it. */
export async function readMarked(source: ScheduleSource): Promise<Calendar> {
  const places = await placesOf(source);
  const eventOf = ({ externalEventUrl: url, description, ...row }: Row) =>
    ({
      ...row,
      url,
      description: plain(description as string | null),
      ...places(String(row.identifier)),
    }) as unknown as Schedule;
  const entries: Calendar['entries'][number][] = [];
  for (let after: string | null = null; ;) {
    const page = dataOf(await source.ask(document, { after })).viewer?.favourites as Row | undefined;
    for (const { event, session } of (page?.nodes ?? []) as Row[]) {
      if (event) entries.push(entryOfEvent(eventOf(event as Row)));
      else if (
        session?.event &&
        session.startsAt &&
        session.endsAt &&
        ['ACCEPTED', 'CONFIRMED'].includes(String(session.state))
      ) {
        const { event: its, ...row } = session as Row;
        entries.push(entryOfSession(eventOf(its as Row), scheduledSession(row)));
      }
    }
    if (!page?.pageInfo.hasNextPage) return { name: 'Favourites', url: null, entries };
    after = page.pageInfo.endCursor as string;
  }
}
