/**
 * Copying an event: a draft of the viewer's with the parts that they name (event.copy.parts.ts). One statement for each
 * part, all in one transaction; each takes only rows that the viewer may see, by the predicate of their table.
 */
import { insertDefaultForms } from '../forms/default-forms.ts';
import { copiedAddress, copiedPicture, setPictures, takePictures } from '../images/index.ts';
import { columnOf } from '../platform/data/model.ts';
import { Statement, quote } from '../platform/data/sql.ts';
import type { Changes } from '../platform/data/writer.ts';
import { invalid } from '../platform/graphql/errors.ts';
import { asNormal } from '../platform/data/normal.ts';
import { cleanInput } from '../platform/inputs.ts';
import { newHash } from './call-for-speakers.service.ts';
import { copiedParts, usualParts } from './event.copy.parts.ts';
import type { CopiedPart, CopySql, MovedTime } from './event.copy.parts.ts';
import { Event } from './event.entity.ts';
import { mayHost } from './event.host.ts';
import type { CopyEventInput } from './event.inputs.ts';
import { assertSound, authorizeCreation, giveToViewer, newIdentifier } from './event.service.ts';
import { EventPart } from './event.states.ts';
import { movedEnd, movedTime, movedWithLength } from './event.times.ts';
import type { Move } from './event.times.ts';

const kept = [
  'description',
  'timezone',
  'locationName',
  'searchableLocationName',
  'latitude',
  'longitude',
  'online',
  'privacy',
  'externalEventUrl',
  'ticketUrl',
  'ownerName',
  'ownerDescription',
  'codeOfConduct',
  'contactEmail',
  'isSessionsSpeakersEnabled',
  'topic',
  'subTopic',
  'type',
] as const;

/** From which event to which. */
interface Copying {
  readonly source: Event;
  readonly copy: Event;
  readonly publicUrl: string;
}

/**
 * Copies an event. For its team and staff, who may create events; the viewer owns the copy. The host stays where the
 * viewer may name it.
 * @param publicUrl the base of the addresses of our files
 */
export async function copyEvent(
  changes: Changes,
  id: string,
  input: CopyEventInput,
  publicUrl: string,
): Promise<Event> {
  const source = await changes.take(Event, id, 'update');
  await authorizeCreation(changes);
  const { name } = cleanInput(Event, input);
  const startsAt = input.startsAt ?? source.startsAt;
  const endsAt = await endOf(changes, source, startsAt);
  const copy = changes.em.create(Event, { identifier: newIdentifier() } as never, { partial: true });
  for (const property of kept)
    Object.assign(copy, { [property]: asNormal(Event, property, source[property]) });
  copy.name = name ?? String(asNormal(Event, 'name', source.name));
  copy.organization =
    source.organization && mayHost(changes, source.organization.id) ? source.organization : null;
  Object.assign(copy, { startsAt, endsAt });
  assertSound(copy);
  giveToViewer(changes, copy);
  await changes.em.flush();
  changes.record('COPY', 'Event', source.id);

  const copying = { source, copy, publicUrl };
  const parts = new Set(input.parts ?? usualParts);
  for (const part of Object.values(EventPart))
    if (parts.has(part)) await copyPart(changes, copying, copiedParts[part]);
  if (parts.has(EventPart.SPEAKERS) && parts.has(EventPart.SESSIONS)) await copyLinks(changes, copying);
  if (!parts.has(EventPart.FORMS)) await insertDefaultForms(changes, copy.id);
  await setPictures(changes, copy, {
    originalImageUrl: copiedAddress(source.originalImageUrl, publicUrl),
    logoUrl: copiedAddress(source.logoUrl, publicUrl),
  });
  return copy;
}

async function copyPart(
  changes: Changes,
  copying: Copying,
  { resource, kept: same, moved = {}, made, picture, where }: CopiedPart,
): Promise<void> {
  const { source, copy, publicUrl } = copying;
  const statement = new Statement();
  const { model, alias, visible } = changes.seen(resource, statement);
  const sql: CopySql = {
    of: (property) => `${alias}.${quote(columnOf(model, property).name)}`,
    copyOf: (row) => idOfCopy(statement, copy, row),
    get viewer() {
      return statement.param(changes.userId, 'uuid');
    },
    secret: () => statement.param(newHash(), 'text'),
  };
  const values: Record<string, string> = {
    id: sql.copyOf(sql.of('id')),
    event: statement.param(copy.id, 'uuid'),
    ...Object.fromEntries(same.map((property) => [property, sql.of(property)])),
    ...Object.fromEntries(
      Object.entries(moved).map((time) => [time[0], movedProperty(statement, copying, sql, time)]),
    ),
    ...made?.(sql),
    ...(picture
      ? { [picture]: copiedPicture(resource, picture, sql.of(picture), statement.param(publicUrl, 'text')) }
      : {}),
  };
  const columns = Object.keys(values).map((property) => quote(columnOf(model, property).name));
  const conditions = [
    `${sql.of('event')} = ${statement.param(source.id, 'uuid')}`,
    visible,
    ...(where ? [where(sql)] : []),
  ];
  const rows = await changes.query(
    `INSERT INTO ${quote(model.table)} (${columns.join(', ')})
     SELECT ${Object.values(values).join(', ')} FROM ${quote(model.table)} ${alias} WHERE ${conditions.join(' AND ')}
     RETURNING id, ${picture ? quote(columnOf(model, picture).name) : 'NULL'} AS picture, ${early(Object.keys(moved).map((property) => quote(columnOf(model, property).name)))} AS early`,
    statement.values,
  );
  if (rows.some((row) => row.early))
    throw invalid('puts times of the copy before the year 1', 'input', 'startsAt');
  for (const row of rows) changes.record('CREATE', resource, String(row.id));
  const pictures = rows.flatMap((row) =>
    typeof row.picture === 'string' ? [{ id: String(row.id), source: row.picture }] : [],
  );
  if (picture) await takePictures(changes, resource, picture, pictures);
}

async function copyLinks(changes: Changes, { source, copy }: Copying): Promise<void> {
  const statement = new Statement();
  const from = statement.param(source.id, 'uuid');
  await changes.query(
    `INSERT INTO session_speakers (session_id, speaker_id)
     SELECT s.id, p.id FROM session_speakers l JOIN sessions o ON o.id = l.session_id AND o.event_id = ${from}
     JOIN sessions s ON s.id = ${idOfCopy(statement, copy, 'l.session_id')} JOIN speakers p ON p.id = ${idOfCopy(statement, copy, 'l.speaker_id')}`,
    statement.values,
  );
}

/**
 * SQL for the id that the copy of a row has: a uuid v7 of the moment of the copy, whose other digits follow from the
 * row's id and the copy's, so that rows that refer to one another find the copies without a table of them.
 */
function idOfCopy(statement: Statement, { id }: Event, row: string): string {
  const moment = statement.param(id.replaceAll('-', '').slice(0, 12), 'text');
  const digits = `md5((${row})::text || ${statement.param(id, 'text')})`;
  return `(${moment} || '7' || substr(${digits}, 1, 3) || 'a' || substr(${digits}, 4, 15))::uuid`;
}

/** SQL for whether one of the times is before all that clients can write. */
const early = (times: readonly string[]): string =>
  times.length > 0 ? `coalesce(least(${times.join(', ')}) < '0001-01-01T00:00:00Z', false)` : 'false';

/** SQL for a time of a row of a part. */
function movedProperty(
  statement: Statement,
  { source, copy }: Copying,
  { of }: CopySql,
  [property, kind]: readonly [string, MovedTime],
): string {
  const move = moveOf(source, copy.startsAt);
  const span = { start: of('startsAt'), end: of(property) };
  return {
    start: () => movedTime(statement, move, span.end),
    end: () => movedEnd(statement, move, span),
    length: () => movedWithLength(statement, move, span),
  }[kind]();
}

const moveOf = (source: Event, startsAt: Date): Move => ({
  from: source,
  to: { startsAt, timezone: source.timezone },
});

async function endOf(changes: Changes, source: Event, start: Date): Promise<Date> {
  const statement = new Statement();
  const [from, to] = [source.startsAt, source.endsAt].map((time) =>
    statement.param(time.toISOString(), 'timestamptz'),
  );
  const end = movedEnd(statement, moveOf(source, start), { start: from, end: to });
  // Not as text, of which a Date takes the years before 100 for those of the last century.
  const [{ at }] = await changes.query(
    `SELECT (extract(epoch FROM ${end}) * 1000)::float8 AS at`,
    statement.values,
  );
  const moved = new Date(at as number);
  // PostgreSQL goes on counting; what clients write has four digits.
  if (moved.getUTCFullYear() > 9999)
    throw invalid('puts the end of the copy past the year 9999', 'input', 'startsAt');
  return moved;
}
