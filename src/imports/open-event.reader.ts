/**
 * Reads an Open Event export of either generation into plain rows, without a database.
 * Guarantees: every row and every key that holds something is in the result or in the summary's notes; only
 * a file that is wrong as a whole throws. Called by `convoke import` and the import job.
 */
import { daysOf } from '../events/event.times.ts';
import { FormKind } from '../forms/form.kinds.ts';
import { assertDepth } from '../platform/depth.ts';
import { PublicError } from '../platform/graphql/errors.ts';
import { ImportError, printable } from './import-error.ts';
import { socialLinkRows } from './open-event.about.ts';
import { answersOf } from './open-event.answers.ts';
import { readEvent } from './open-event.event.ts';
import {
  faqFields,
  roomFields,
  sessionFields,
  sessionTypeFields,
  socialLinkFields,
  speakerFields,
  sponsorFields,
  trackFields,
} from './open-event.fields.ts';
import type { Fields } from './open-event.fields.ts';
import { formRows, takeForms } from './open-event.forms.ts';
import { readLinks, resolveReferences } from './open-event.links.ts';
import type { OpenEventLink } from './open-event.links.ts';
import { List, rowsOf } from './open-event.lists.ts';
import { isObject, Row, sameName, sourceId } from './open-event.rows.ts';
import type { Setting } from './open-event.rows.ts';
import {
  openEventFaq,
  openEventFormField,
  openEventRoom,
  openEventSession,
  openEventSessionType,
  openEventSocialLink,
  openEventSpeaker,
  openEventSponsor,
  openEventTrack,
} from './open-event.types.ts';
import type {
  OpenEventEvent,
  OpenEventFaq,
  OpenEventFormField,
  OpenEventRoom,
  OpenEventSession,
  OpenEventSessionType,
  OpenEventSocialLink,
  OpenEventSpeaker,
  OpenEventSponsor,
  OpenEventTrack,
} from './open-event.types.ts';
import { inZip, isEmpty } from './open-event.values.ts';
import { openOpenEventZip } from './open-event.zip.ts';
import type { JsonEntry, OpenEventArchive, ZipLimits } from './open-event.zip.ts';
import { Account, importKinds } from './summary.ts';
import type { ImportKind, ImportSummary } from './summary.ts';

/** A whole export. Ids and references are the file's own; rows are in the order of the file. */
export interface OpenEventImport {
  event: OpenEventEvent;
  tracks: OpenEventTrack[];
  rooms: OpenEventRoom[];
  sessionTypes: OpenEventSessionType[];
  sponsors: OpenEventSponsor[];
  socialLinks: OpenEventSocialLink[];
  faqs: OpenEventFaq[];
  /** Fields of forms; none where the file has no forms. */
  forms: OpenEventFormField[];
  sessions: OpenEventSession[];
  speakers: OpenEventSpeaker[];
  /** Who speaks where; each pair once, both ids being in `sessions` and `speakers`. */
  links: OpenEventLink[];
  summary: ImportSummary;
}

/**
 * Opens and reads a zip, given as its bytes or its path.
 * @throws ImportError when the file as a whole is wrong
 */
export async function readOpenEventZip(
  source: Buffer | string,
  limits?: ZipLimits,
): Promise<OpenEventImport> {
  return readOpenEvent(await openOpenEventZip(source, limits));
}

/** Reads an opened export. @throws ImportError WRONG_JSON, WRONG_SHAPE, NO_EVENT */
export function readOpenEvent(archive: OpenEventArchive): OpenEventImport {
  const documents = new Map([...archive.entries].map(([name, bytes]) => [name, parse(name, bytes)]));
  const account = new Account();
  const files = new Set([...archive.pictures, ...archive.others]);
  const {
    event,
    row: eventRow,
    setting,
    complete,
  } = readEvent(documents.get('event'), { account, files, zone: 'UTC' });

  const tracks = new List('tracks', 'track', openEventTrack, setting);
  const rooms = new List('rooms', 'room', openEventRoom, setting);
  const sessionTypes = new List('sessionTypes', 'session type', openEventSessionType, setting);
  const sponsors = new List('sponsors', 'sponsor', openEventSponsor, setting);
  const socialLinks = new List('socialLinks', 'social link', openEventSocialLink, setting);
  const faqs = new List('faqs', 'FAQ', openEventFaq, setting);
  const forms = new List('forms', 'field', openEventFormField, setting);
  const sessions = new List('sessions', 'session', openEventSession, setting);
  const speakers = new List('speakers', 'speaker', openEventSpeaker, setting);

  const entryRows = (entry: JsonEntry, kind: ImportKind) =>
    rowsOf(documents.get(entry), [entry], kind, setting);
  const rows = {
    tracks: entryRows('tracks', 'tracks'),
    rooms: entryRows('microlocations', 'rooms'),
    sessionTypes: entryRows('session_types', 'sessionTypes'),
    sponsors: entryRows('sponsors', 'sponsors'),
    socialLinks: socialLinkRows(documents, eventRow, setting),
    faqs: entryRows('faqs', 'faqs'),
    forms: formRows(documents.get('forms'), eventRow, setting),
    sessions: entryRows('sessions', 'sessions'),
    speakers: entryRows('speakers', 'speakers'),
  };
  const positioned = (fields: Fields) => (row: Row, index: number) => {
    const values = row.read(fields);
    return { ...values, position: values.position ?? index };
  };
  tracks.takeAll(rows.tracks, positioned(trackFields));
  rooms.takeAll(rows.rooms, positioned(roomFields));
  sessionTypes.takeAll(rows.sessionTypes, positioned(sessionTypeFields));
  sponsors.takeAll(rows.sponsors, positioned(sponsorFields));
  socialLinks.takeAll(rows.socialLinks, positioned(socialLinkFields));
  faqs.takeAll(rows.faqs, positioned(faqFields));
  takeForms(forms, rows.forms, setting);
  const [sessionAnswers, speakerAnswers] = [FormKind.SESSION, FormKind.SPEAKER].map((form) =>
    answersOf(form, forms.values, setting),
  );
  sessions.takeAll(rows.sessions, (row, index) => ({
    ...readSession(row, index, setting),
    answers: sessionAnswers(row),
  }));
  addWhatSessionsSay(rows.sessions, rows.speakers);
  speakers.takeAll(rows.speakers, (row, index) => {
    const values = row.read(speakerFields);
    return {
      ...values,
      isFeatured: values.isFeatured ?? false,
      sortOrder: values.sortOrder ?? index,
      answers: speakerAnswers(row),
    };
  });

  const trackKeys = ['track', 'trackId'];
  resolveReferences(sessions, tracks, { field: 'trackId', keys: trackKeys, fields: trackFields }, setting);
  const roomKeys = ['microlocation', 'microlocationId', 'room', 'roomId'];
  resolveReferences(sessions, rooms, { field: 'roomId', keys: roomKeys, fields: roomFields }, setting);
  const typeKeys = ['sessionType', 'sessionTypeId'];
  const types = { field: 'sessionTypeId', keys: typeKeys, fields: sessionTypeFields } as const;
  resolveReferences(sessions, sessionTypes, types, setting);
  const links = readLinks(sessions, speakers, setting);

  eventRow.reportRest('event');
  for (const list of [tracks, rooms, sessionTypes, sponsors, socialLinks, faqs, forms, sessions, speakers]) {
    // A row that was left out is accounted for as a whole, by its own note.
    for (const { row, isDerived } of list.taken.values()) if (!isDerived) row.reportRest(list.kind);
    const count = account.summary.counts[list.kind];
    count.leftOut = count.read - (list.taken.size - count.derived);
  }
  const finished = complete(event, sessions.values);
  leaveOutTimesOutside(sessions, finished, setting);
  const rowsWithPictures = { event: finished, speakers: speakers.values, sponsors: sponsors.values };
  reportFiles(archive, documents, picturesOf(rowsWithPictures), account);
  for (const kind of importKinds) {
    const count = account.summary.counts[kind];
    count.imported = count.read - count.leftOut + count.derived;
  }
  return {
    event: finished,
    tracks: tracks.values,
    rooms: rooms.values,
    sessionTypes: sessionTypes.values,
    sponsors: sponsors.values,
    socialLinks: socialLinks.values,
    faqs: faqs.values,
    forms: forms.values,
    sessions: sessions.values,
    speakers: speakers.values,
    links,
    summary: account.summary,
  };
}

function parse(name: JsonEntry, bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ImportError('WRONG_JSON', 'is not UTF-8 text', [name], { cause: error });
  }
  try {
    assertDepth(text, 'json');
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof PublicError)
      throw new ImportError('TOO_LARGE', error.message, [name], { cause: error });
    const { message } = error as Error;
    throw new ImportError('WRONG_JSON', `is not JSON: ${printable(message)}`, [name], { cause: error });
  }
}

function readSession(row: Row, index: number, { account }: Setting): Record<string, unknown> {
  const values = row.read(sessionFields);
  const state = values.state ?? 'PENDING';
  if (!values.state)
    account.changed([...row.path, 'state'], 'no state, or none that sessions have: taken as pending');
  if (values.startsAt && values.endsAt && values.endsAt <= values.startsAt) {
    account.leftOut(row.path, 'end of a session that is not later than its start; the start was kept', {
      detail: `${values.startsAt.toISOString()} – ${values.endsAt.toISOString()}`,
    });
    values.endsAt = null;
  }
  return {
    ...values,
    state,
    isLocked: values.isLocked ?? false,
    position: values.position ?? index,
    trackId: null,
    roomId: null,
    sessionTypeId: null,
  };
}

/** A session takes place on the days of its event, whoever writes it: times on other days are left out. */
function leaveOutTimesOutside(
  sessions: List<OpenEventSession>,
  event: OpenEventEvent,
  { account }: Setting,
): void {
  const { first, last } = daysOf(event);
  for (const { row, value } of sessions.taken.values()) {
    for (const field of ['startsAt', 'endsAt'] as const) {
      const time = value[field];
      if (time === null || (time >= first.toJSDate() && time <= last.toJSDate())) continue;
      account.leftOut([...row.path, field], 'time of a session that is not on the days of the event', {
        detail: time.toISOString(),
      });
      value[field] = null;
    }
  }
}

/** Older exports tell some things about speakers only beside the session (heard-from, speaking-experience). */
function addWhatSessionsSay(sessions: Row[], speakers: Row[]): void {
  const rows = new Map<string | null, Row>();
  for (const row of speakers.toReversed()) rows.set(sourceId(row.find(['id'])?.value), row);
  const told = new Set<Row>();
  for (const session of sessions) {
    const found = session.find(['speakers']);
    if (!found || !Array.isArray(found.value)) continue;
    found.value.forEach((said: unknown, index) => {
      if (!isObject(said)) return;
      const row = rows.get(sourceId(said.id));
      const name = row?.find(['name'])?.value;
      // Only where the name agrees: a wrong id must not give one person the words of another.
      if (!row || told.has(row) || !sameName(String(name), String(said.name))) return;
      told.add(row);
      row.add(said, [...found.path, index]);
    });
  }
}

/** The pictures of the zip that rows name, by their paths. */
export function picturesOf({
  event,
  speakers,
  sponsors,
}: Pick<OpenEventImport, 'event' | 'speakers' | 'sponsors'>): Set<string> {
  const named = [
    event.originalImageUrl,
    event.logoUrl,
    event.copyright?.logoUrl,
    ...speakers.map(({ photoUrl }) => photoUrl),
    ...sponsors.map(({ logoUrl }) => logoUrl),
  ];
  return new Set(
    named.flatMap((address) => (address?.startsWith(inZip) ? [address.slice(inZip.length)] : [])),
  );
}

/** Entries and files that are not taken at all: one note for each kind, with how many there are. */
function reportFiles(
  archive: OpenEventArchive,
  documents: Map<JsonEntry, unknown>,
  named: ReadonlySet<string>,
  account: Account,
): void {
  const reasons: Partial<Record<JsonEntry, string>> = {
    meta: 'meta data of the export is not needed',
    config: 'settings of the app that showed the export are not needed',
  };
  for (const [name, reason] of Object.entries(reasons) as [JsonEntry, string][]) {
    const value = documents.get(name);
    if (isEmpty(value)) continue;
    account.leftOut([name], reason, { count: Array.isArray(value) ? value.length : 1 });
  }
  for (const [paths, reason] of [
    [archive.pictures.filter((path) => !named.has(path)), 'pictures in the zip that nothing in it names'],
    [archive.others, 'files in the zip that are not part of the format'],
  ] as const) {
    const some = paths.slice(0, 3).map(printable).join(', ');
    const detail = paths.length > 3 ? `${some} …` : some;
    if (paths.length) account.leftOut([], reason, { count: paths.length, detail });
  }
}
