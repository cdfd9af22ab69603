/** The formats of exports, each with the ending of its files and how one is written. */
import { writeFile } from 'node:fs/promises';
import { registerEnumType } from 'type-graphql';
import { sessionsTable, speakersTable } from './csv.ts';
import type { AskAs } from './export.read.ts';
import { toICalendar, toXCal } from './ical.ts';
import { writeOpenEventZip } from './open-event.ts';
import type { ZipSurroundings } from './open-event.ts';
import { toPentabarf } from './pentabarf.ts';
import type { Schedule } from './schedule.ts';
import { readSchedule } from './schedule.ts';

/** What an event can be written as. */
export enum ExportFormat {
  OPEN_EVENT_ZIP = 'OPEN_EVENT_ZIP',
  ICAL = 'ICAL',
  XCAL = 'XCAL',
  PENTABARF = 'PENTABARF',
  SESSIONS_CSV = 'SESSIONS_CSV',
  SPEAKERS_CSV = 'SPEAKERS_CSV',
}
registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  description: 'What an event can be written as.',
  valuesConfig: {
    OPEN_EVENT_ZIP: { description: 'Everything, with pictures, as importEvent reads it.' },
    ICAL: { description: 'The schedule as iCalendar.' },
    XCAL: { description: 'The schedule as xCal, which is iCalendar in XML.' },
    PENTABARF: { description: 'The schedule as the XML of Pentabarf.' },
    SESSIONS_CSV: { description: 'All sessions as a table.' },
    SPEAKERS_CSV: { description: 'All speakers as a table.' },
  },
});

/** The endings of the files. */
export const endings: Readonly<Record<ExportFormat, string>> = {
  OPEN_EVENT_ZIP: 'zip',
  ICAL: 'ics',
  XCAL: 'xcal',
  PENTABARF: 'xml',
  SESSIONS_CSV: 'sessions.csv',
  SPEAKERS_CSV: 'speakers.csv',
};

/** The formats of schedules, as text. */
export const scheduleWriters: Readonly<Record<string, (schedule: Schedule) => string>> = { ics: toICalendar, xcal: toXCal, xml: toPentabarf };

/** Writes an event into a file, as its asker may see it. Throws where they do not see the event. */
export async function writeExport(around: ZipSurroundings, eventId: string, format: ExportFormat, path: string): Promise<void> {
  if (format === ExportFormat.OPEN_EVENT_ZIP) return writeOpenEventZip(around, eventId, path);
  await writeFile(path, await textOf(around.ask, eventId, format, around.signal), { mode: 0o600 });
}

async function textOf(ask: AskAs, eventId: string, format: ExportFormat, signal?: AbortSignal): Promise<string> {
  if (format === ExportFormat.SESSIONS_CSV) return sessionsTable(ask, eventId, signal);
  if (format === ExportFormat.SPEAKERS_CSV) return speakersTable(ask, eventId, signal);
  const schedule = await readSchedule(ask, { id: eventId }, signal);
  if (!schedule) throw new Error('The event is not there');
  return scheduleWriters[endings[format]](schedule);
}
