/**
 * An event as an Open Event zip: JSON lists with dashed keys at the root, pictures beside them. Which fields there are
 * is said by the tables that imports read by (imports/open-event.fields.ts), so that what is written is what is read.
 */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import {
  callFields,
  copyrightFields,
  eventFields,
  faqFields,
  formFields,
  roomFields,
  sessionFields,
  sessionTypeFields,
  socialLinkFields,
  speakerFields,
  sponsorFields,
  trackFields,
} from '../imports/open-event.fields.ts';
import type { Fields } from '../imports/open-event.fields.ts';
import { isPublicKey, keyOfPath } from '../platform/files/keys.ts';
import type { Storage } from '../platform/files/storage.ts';
import type { AskAs, Row } from './export.read.ts';
import { readEvent, readList } from './export.read.ts';

/** What writing one needs. */
export interface ZipSurroundings {
  readonly ask: AskAs;
  readonly storage: Storage;
  readonly signal?: AbortSignal;
  readonly progress?: (fraction: number, message: string) => Promise<void>;
}

/** Fields that are called otherwise in the schema, as aliases of a selection. */
const aliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  session: { position: 'position: order' },
  speaker: { sortOrder: 'sortOrder: order' },
  form: { translations: 'translations { language name description }' },
};

/** Columns that show what was made of a picture: another server makes its own. */
const derived = ['thumbnailImageUrl', 'largeImageUrl', 'smallImageUrl', 'iconImageUrl'];

const selection = (fields: Fields, kind = '') =>
  Object.keys(fields)
    .map((name) => aliases[kind]?.[name] ?? name)
    .join(' ');

/** Writes the zip of an event into a file. Throws where the asker does not see the event. */
export async function writeOpenEventZip(
  around: ZipSurroundings,
  eventId: string,
  path: string,
): Promise<void> {
  const { ask, signal, progress } = around;
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(path, { mode: 0o600 }));
  // Whatever goes wrong before it is awaited is told then.
  written.catch(() => {});
  const pictures = new Pictures(zip, around.storage);
  const list = (name: string, fields: string) => readList(ask, eventId, name, fields, signal);
  const about = `callForSpeakers { ${selection(callFields)} } copyright { ${selection(copyrightFields)} }
    topic { name } subTopic { name } type { name }`;
  const event = await readEvent(
    ask,
    { id: eventId },
    `identifier state timezone ${selection(eventFields)} ${about}`,
  );
  if (!event) throw new Error('The event is not there');
  const { callForSpeakers, copyright, topic, subTopic, type, state, timezone, identifier, id } = event;
  await pictures.take(event, 'originalImageUrl', 'images/event');
  await pictures.take(event, 'logoUrl', 'images/logo');
  const call = callForSpeakers && dashed(callForSpeakers as Row, callFields);
  if (copyright) await pictures.take(copyright as Row, 'logoUrl', 'images/copyright');
  const rights = copyright && dashed(copyright as Row, copyrightFields);
  const socialLinks = rowsOf(await list('socialLinks', selection(socialLinkFields)), socialLinkFields);
  // Servers read the links in the event, or in an entry of their own.
  add(zip, 'event', {
    id,
    identifier,
    state,
    timezone,
    ...dashed(event, eventFields),
    'speakers-call': call,
    'event-copyright': rights,
    'social-links': socialLinks,
    topic: topic?.name,
    'sub-topic': subTopic?.name,
    type: type?.name,
  });
  add(zip, 'social_links', socialLinks);
  add(zip, 'forms', (await list('customForms', selection(formFields, 'form'))).map(fieldOf));
  add(zip, 'faqs', rowsOf(await list('faqs', selection(faqFields)), faqFields));
  add(zip, 'tracks', rowsOf(await list('tracks', selection(trackFields)), trackFields));
  add(zip, 'microlocations', rowsOf(await list('rooms', selection(roomFields)), roomFields));
  add(
    zip,
    'session_types',
    rowsOf(await list('sessionTypes', selection(sessionTypeFields)), sessionTypeFields),
  );
  await progress?.(0.2, 'Sessions');
  const links =
    'track { id name } room { id name } sessionType { id name } speakers(first: 100) { nodes { id name } }';
  const sessions = await list(
    'sessions(orderBy: CREATED_AT_ASC)',
    `${selection(sessionFields, 'session')} answers ${links}`,
  );
  add(
    zip,
    'sessions',
    sessions.map((row) => ({
      ...dashed(row, sessionFields),
      id: row.id,
      track: row.track,
      microlocation: row.room,
      'session-type': row.sessionType,
      speakers: row.speakers.nodes,
      'complex-field-values': row.answers,
    })),
  );
  await progress?.(0.5, 'Speakers');
  const speakers = await list(
    'speakers(orderBy: CREATED_AT_ASC)',
    `${selection(speakerFields, 'speaker')} answers`,
  );
  for (const speaker of speakers) await pictures.take(speaker, 'photoUrl', `images/speakers/${speaker.id}`);
  add(
    zip,
    'speakers',
    speakers.map((row) => ({
      id: row.id,
      ...dashed(row, speakerFields),
      'complex-field-values': row.answers,
    })),
  );
  const sponsors = await list('sponsors', selection(sponsorFields));
  for (const sponsor of sponsors) await pictures.take(sponsor, 'logoUrl', `images/sponsors/${sponsor.id}`);
  add(zip, 'sponsors', rowsOf(sponsors, sponsorFields));
  zip.end();
  await written;
}

function rowsOf(rows: readonly Row[], fields: Fields): Row[] {
  return rows.map((row) => ({ id: row.id, ...dashed(row, fields) }));
}

/** A field of a form, with its enums as the format spells them. */
function fieldOf(row: Row): Row {
  const { form, type, ...rest } = dashed(row, formFields);
  return { id: row.id, form: String(form).toLowerCase(), type: String(type).toLowerCase(), ...rest };
}

/** The fields of a row under the keys of the format: `startsAt` is `starts-at`. */
function dashed(row: Row, fields: Fields): Row {
  return Object.fromEntries(
    Object.keys(fields).map((name) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      row[name],
    ]),
  );
}

function add(zip: ZipFile, name: string, content: unknown): void {
  zip.addBuffer(Buffer.from(JSON.stringify(content, null, 1)), name);
}

/** Puts pictures of ours into the zip; those of others stay where they are. */
class Pictures {
  constructor(
    private readonly zip: ZipFile,
    private readonly storage: Storage,
  ) {}

  /** Turns the address of a picture of ours into its place in the zip. @param place without its ending */
  async take(row: Row, field: string, place: string): Promise<void> {
    const address = row[field] as string | null;
    const key = address === null ? null : keyOfPath(new URL(address).pathname);
    const isOurs =
      key !== null && (await this.storage.open(key).then((file) => (file?.stream.destroy(), file !== null)));
    if (!isOurs) return;
    if (!isPublicKey(key)) {
      // It has only just been named: nobody else can be shown it yet.
      row[field] = null;
      return;
    }
    const path = `${place}${key.slice(key.lastIndexOf('.'))}`;
    this.zip.addBuffer(await this.storage.read(key), path, { compress: false });
    row[field] = `/${path}`;
    if (field !== 'logoUrl') for (const column of derived) if (column in row) row[column] = null;
  }
}
