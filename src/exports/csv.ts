/** Sessions and speakers as tables for a spreadsheet, which takes no cell for a formula. */
import { stringify } from 'csv-stringify/sync';
import type { AskAs, Row } from './export.read.ts';
import { readList } from './export.read.ts';
import { plain } from './schedule.ts';

/** The columns of a table, by their titles. */
type Columns = Readonly<Record<string, (row: Row) => unknown>>;

const text = (field: string) => (row: Row) => row[field] as unknown;
const richText = (field: string) => (row: Row) => plain(row[field] as string | null);
const names = (list: string, field: string) => (row: Row) => (row[list].nodes as Row[]).map((other) => other[field] as string | null).filter(Boolean).join(', ');

const sessionColumns: Columns = {
  Title: text('title'),
  Subtitle: text('subtitle'),
  State: text('state'),
  'Starts at': text('startsAt'),
  'Ends at': text('endsAt'),
  Speakers: names('speakers', 'name'),
  'Speaker e-mails': names('speakers', 'email'),
  Track: (row) => row.track?.name,
  Room: (row) => row.room?.name,
  Type: (row) => row.sessionType?.name,
  'Length in minutes': (row) => row.sessionType?.lengthMinutes,
  Level: text('level'),
  Language: text('language'),
  'Short abstract': richText('shortAbstract'),
  'Long abstract': richText('longAbstract'),
  Comments: richText('comments'),
  Slides: text('slidesUrl'),
  Video: text('videoUrl'),
  Audio: text('audioUrl'),
  Submitted: text('submittedAt'),
  Created: text('createdAt'),
};
const sessionFields = `title subtitle state startsAt endsAt speakers(first: 100) { nodes { name email } } track { name } room { name }
  sessionType { name lengthMinutes } level language shortAbstract longAbstract comments slidesUrl videoUrl audioUrl submittedAt createdAt`;

const speakerColumns: Columns = {
  Name: text('name'),
  'E-mail': text('email'),
  Sessions: names('sessions', 'title'),
  Mobile: text('mobile'),
  Biography: richText('shortBiography'),
  'Long biography': richText('longBiography'),
  Organisation: text('organisation'),
  Position: text('position'),
  'Speaking experience': richText('speakingExperience'),
  'Sponsorship required': richText('sponsorshipRequired'),
  City: text('city'),
  Country: text('country'),
  Website: text('website'),
  Twitter: text('twitter'),
  Facebook: text('facebook'),
  GitHub: text('github'),
  LinkedIn: text('linkedin'),
};
const speakerFields = `name email sessions(first: 100) { nodes { title } } mobile shortBiography longBiography organisation position
  speakingExperience sponsorshipRequired city country website twitter facebook github linkedin`;

/** All sessions that the asker may list, in whatever state. */
export async function sessionsTable(ask: AskAs, eventId: string, signal?: AbortSignal): Promise<string> {
  return toCsv(sessionColumns, await readList(ask, eventId, 'sessions(orderBy: CREATED_AT_ASC)', sessionFields, signal));
}

/** All speakers that the asker may list. */
export async function speakersTable(ask: AskAs, eventId: string, signal?: AbortSignal): Promise<string> {
  return toCsv(speakerColumns, await readList(ask, eventId, 'speakers(orderBy: NAME_ASC)', speakerFields, signal));
}

/** A table as CSV, with a mark that spreadsheets know its encoding by. */
function toCsv(columns: Columns, rows: readonly Row[]): string {
  const cells = rows.map((row) => Object.values(columns).map((value) => value(row) ?? ''));
  return stringify([Object.keys(columns), ...cells], { bom: true, escape_formulas: true, record_delimiter: 'windows' });
}
