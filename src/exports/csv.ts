/** Sessions and speakers as tables for a spreadsheet, which takes no cell for a formula. */
import { stringify } from 'csv-stringify/sync';
import { FormFieldType, FormKind } from '../forms/form.kinds.ts';
import type { AskAs, Row } from './export.read.ts';
import { readList } from './export.read.ts';
import { plain } from './schedule.ts';

/** A column of a table: its title, and the cell of a row. */
type Column = readonly [title: string, value: (row: Row) => unknown];
type Columns = Readonly<Record<string, (row: Row) => unknown>>;

const text = (field: string) => (row: Row) => row[field] as unknown;
const richText = (field: string) => (row: Row) => plain(row[field] as string | null);
const names = (list: string, field: string) => (row: Row) =>
  (row[list].nodes as Row[])
    .map((other) => other[field] as string | null)
    .filter(Boolean)
    .join(', ');

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

/** All sessions that the asker may list, in whatever state, with the answers that they may read. */
export function sessionsTable(ask: AskAs, eventId: string, signal?: AbortSignal): Promise<string> {
  return table(
    { ask, eventId, signal },
    'sessions(orderBy: CREATED_AT_ASC)',
    FormKind.SESSION,
    sessionColumns,
    sessionFields,
  );
}

/** All speakers that the asker may list, with the answers that they may read. */
export function speakersTable(ask: AskAs, eventId: string, signal?: AbortSignal): Promise<string> {
  return table(
    { ask, eventId, signal },
    'speakers(orderBy: NAME_ASC)',
    FormKind.SPEAKER,
    speakerColumns,
    speakerFields,
  );
}

interface Asking {
  readonly ask: AskAs;
  readonly eventId: string;
  readonly signal: AbortSignal | undefined;
}

async function table(
  asking: Asking,
  list: string,
  form: FormKind,
  columns: Columns,
  selection: string,
): Promise<string> {
  const rows = await readList(asking.ask, asking.eventId, list, `${selection} answers`, asking.signal);
  const standard = Object.entries(columns);
  return toCsv(
    [
      ...standard,
      ...(await answerColumns(
        asking,
        form,
        rows,
        standard.map(([title]) => title),
      )),
    ],
    rows,
  );
}

/** A column for each custom field that is asked for, or was and has answers; the identifier tells apart what is called alike. */
async function answerColumns(
  { ask, eventId, signal }: Asking,
  form: FormKind,
  rows: readonly Row[],
  standard: readonly string[],
): Promise<Column[]> {
  const fields = await readList(
    ask,
    eventId,
    `customForms(filter: { form: { equals: ${form} } })`,
    'fieldIdentifier name type isCustom isIncluded',
    signal,
  );
  const custom = fields.filter(
    ({ fieldIdentifier, isCustom, isIncluded }) =>
      isCustom && (isIncluded || rows.some((row) => answerTo(row, fieldIdentifier) !== undefined)),
  );
  const titles = [...standard, ...custom.map(({ name }) => name as string)];
  return custom.map(({ fieldIdentifier, name, type }): Column => {
    const isUnique = titles.filter((title) => title === name).length === 1;
    return [
      isUnique ? name : `${name} (${fieldIdentifier})`,
      (row) => cellOf(answerTo(row, fieldIdentifier), type),
    ];
  });
}

/** Identifiers are of the team's making, such as constructor. */
function answerTo({ answers }: Row, fieldIdentifier: string): unknown {
  return answers && Object.hasOwn(answers as object, fieldIdentifier)
    ? (answers as Row)[fieldIdentifier]
    : undefined;
}

function cellOf(answer: unknown, type: FormFieldType): unknown {
  if (Array.isArray(answer)) return answer.join(', ');
  return type === FormFieldType.PARAGRAPH
    ? plain((answer as string | undefined) ?? null)
    : typeof answer === 'boolean'
      ? String(answer)
      : answer;
}

/** A table as CSV, with a mark that spreadsheets know its encoding by. */
function toCsv(columns: readonly Column[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(([, value]) => value(row) ?? ''));
  return stringify([columns.map(([title]) => title), ...cells], {
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}
