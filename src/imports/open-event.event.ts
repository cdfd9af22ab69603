/**
 * The event of an Open Event file with its call for speakers, its copyright and its labels. Its time zone is read first, because every
 * time of the file without an offset is meant in it. Called by the reader.
 */
import { ImportError, quote } from './import-error.ts';
import { readCopyright } from './open-event.about.ts';
import { callFields, eventFields, labelFields } from './open-event.fields.ts';
import type { Values } from './open-event.fields.ts';
import { isObject, Row, sourceId } from './open-event.rows.ts';
import type { Setting } from './open-event.rows.ts';
import { openEventEvent } from './open-event.types.ts';
import type {
  OpenEventCall,
  OpenEventCopyright,
  OpenEventEvent,
  OpenEventSession,
} from './open-event.types.ts';
import { toTimeZone } from './times.ts';

/** The event before its dates are certain. */
type Draft = Values<typeof eventFields> & {
  sourceIdentifier: string | null;
  timezone: string;
  callForSpeakers: OpenEventCall | null;
  copyright: OpenEventCopyright | null;
  labels: Values<typeof labelFields>;
};

/** An event being read: `complete` gives it once the sessions, which may have to lend their dates, are known. */
export interface EventReading {
  event: Draft;
  /** What the file has of it; `reportRest` is the reader's, once it has asked for all that is to be taken. */
  row: Row;
  /** The setting of the rest of the file: with the event's zone. */
  setting: Setting;
  complete: (event: Draft, sessions: OpenEventSession[]) => OpenEventEvent;
}

const zoneKeys = ['timezone', 'timeZone'];

/** Reads the entry `event`. @throws ImportError WRONG_SHAPE when it is no object or has no name */
export function readEvent(raw: unknown, outer: Setting): EventReading {
  if (!isObject(raw)) throw new ImportError('WRONG_SHAPE', 'expected an object', ['event']);
  outer.account.summary.counts.event.read = 1;
  const row = new Row(raw, ['event'], outer);
  const setting = { ...outer, zone: readZone(row, outer, 'UTC') };
  const fields = row.read(eventFields, setting.zone);
  if (fields.name === null) throw new ImportError('WRONG_SHAPE', 'has no name', ['event']);
  const identifier = row.find(['identifier']);
  const id = row.find(['id']);
  const sourceIdentifier = sourceId(identifier?.value) ?? sourceId(id?.value);
  if (sourceIdentifier === null) {
    setting.account.leftOut(
      ['event'],
      'the file has no identifier of the event: importing it again makes another',
    );
  }
  const callForSpeakers = readCall(row, setting);
  const copyright = readCopyright(row, setting);
  const labels = row.read(labelFields);
  const event = { ...fields, sourceIdentifier, timezone: setting.zone, callForSpeakers, copyright, labels };
  return { event, row, setting, complete: (draft, sessions) => complete(draft, sessions, setting) };
}

function readZone(row: Row, { account }: Setting, otherwise: string): string {
  const found = row.find(zoneKeys);
  const zone = typeof found?.value === 'string' ? toTimeZone(found.value) : null;
  if (!found) account.changed([...row.path, 'timezone'], `no time zone: ${otherwise} was taken`);
  else if (zone === null) {
    account.changed(found.path, `not a time zone: ${otherwise} was taken`, { detail: quote(found.value) });
  } else if (zone !== found.value) {
    account.changed(found.path, 'time zone by its present name', {
      detail: `${quote(found.value)} is ${zone}`,
    });
  }
  return zone ?? otherwise;
}

function readCall(event: Row, setting: Setting): OpenEventCall | null {
  const found = event.find(['speakersCall', 'callForPapers', 'callForSpeakers']);
  if (!found) return null;
  if (!isObject(found.value)) {
    setting.account.leftOut(found.path, 'call for speakers that is no object', {
      detail: quote(found.value),
    });
    return null;
  }
  const row = new Row(found.value, found.path, setting);
  row.find(['id']);
  const zone = row.find(zoneKeys) ? readZone(row, setting, setting.zone) : setting.zone;
  const { startsAt, endsAt, softEndsAt, announcement, privacy, isEnabled } = row.read(callFields, zone);
  row.reportRest('callForSpeakers');
  if (!startsAt || !endsAt || endsAt <= startsAt) {
    setting.account.leftOut(found.path, 'call for speakers without a start and a later end');
    return null;
  }
  return {
    startsAt,
    endsAt,
    softEndsAt,
    announcement,
    privacy: privacy ?? 'PUBLIC',
    isEnabled: isEnabled ?? true,
  };
}

/** Dates that the event lacks come from its sessions; without any the file cannot be an event. */
function complete(event: Draft, sessions: OpenEventSession[], { account }: Setting): OpenEventEvent {
  const times = sessions
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .filter((time) => time !== null);
  const [first, last] = [times.reduce(earlier, null), times.reduce(later, null)];
  const startsAt = event.startsAt ?? first;
  const isOrdered = startsAt !== null && event.endsAt !== null && event.endsAt > startsAt;
  const endsAt = isOrdered ? event.endsAt : last;
  if (!startsAt || !endsAt || endsAt <= startsAt) {
    const message = 'has no start and later end, and its sessions have no times to take them from';
    throw new ImportError('WRONG_SHAPE', message, ['event']);
  }
  if (!event.startsAt) account.changed(['event'], 'event without a start: taken from its first session');
  if (!isOrdered)
    account.changed(['event'], 'event without an end after its start: taken from its last session');
  return openEventEvent.parse({
    ...event,
    startsAt,
    endsAt,
    online: event.online ?? false,
    privacy: event.privacy ?? 'PUBLIC',
    isSessionsSpeakersEnabled: event.isSessionsSpeakersEnabled ?? true,
  });
}

const earlier = (one: Date | null, other: Date): Date => (one && one <= other ? one : other);
const later = (one: Date | null, other: Date): Date => (one && one >= other ? one : other);
