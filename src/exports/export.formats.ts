/** The formats of exports, each with the ending of its files and how one is written. */
import { writeFile } from 'node:fs/promises';
import { registerEnumType } from 'type-graphql';
import { sessionsTable, speakersTable } from './csv.ts';
import { calendarOf, toICalendar, toXCal } from './ical.ts';
import { writeOpenEventZip } from './open-event.ts';
import type { ZipSurroundings } from './open-event.ts';
import { toScheduleJson } from './schedule.json.ts';
import type { Schedule, ScheduleSource } from './schedule.ts';
import { readSchedule } from './schedule.ts';
import { toScheduleXml } from './schedule.xml.ts';

/** What an event can be written as. */
export enum ExportFormat {
  OPEN_EVENT_ZIP = 'OPEN_EVENT_ZIP',
  ICAL = 'ICAL',
  XCAL = 'XCAL',
  PENTABARF = 'PENTABARF',
  SCHEDULE_JSON = 'SCHEDULE_JSON',
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
    PENTABARF: {
      description:
        'The schedule as schedule.xml, which began with Pentabarf and which most apps for conferences read.',
    },
    SCHEDULE_JSON: { description: 'The schedule as schedule.json.' },
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
  SCHEDULE_JSON: 'json',
  SESSIONS_CSV: 'sessions.csv',
  SPEAKERS_CSV: 'speakers.csv',
};

/** The formats of schedules, as text. */
export const scheduleWriters: Readonly<Record<string, (schedule: Schedule) => string>> = {
  ics: (schedule) => toICalendar(calendarOf(schedule)),
  xcal: (schedule) => toXCal(calendarOf(schedule)),
  xml: toScheduleXml,
  json: toScheduleJson,
};

/** Writes an event into a file, as its asker may see it. Throws where they do not see the event. */
export async function writeExport(
  around: ZipSurroundings & ScheduleSource,
  eventId: string,
  format: ExportFormat,
  path: string,
): Promise<void> {
  if (format === ExportFormat.OPEN_EVENT_ZIP) return writeOpenEventZip(around, eventId, path);
  await writeFile(path, await textOf(around, eventId, format), { mode: 0o600 });
}

async function textOf(source: ScheduleSource, eventId: string, format: ExportFormat): Promise<string> {
  const { ask, signal } = source;
  if (format === ExportFormat.SESSIONS_CSV) return sessionsTable(ask, eventId, signal);
  if (format === ExportFormat.SPEAKERS_CSV) return speakersTable(ask, eventId, signal);
  const schedule = await readSchedule(source, { id: eventId });
  if (!schedule) throw new Error('The event is not there');
  return scheduleWriters[endings[format]](schedule);
}
