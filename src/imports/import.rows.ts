/**
 * What an export becomes in the database: rows with ids of their own, references turned from the file's ids into
 * these. Values that a column asks for and the file lacks are filled in, with a note. Called by import.service.ts.
 */
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { EntityData } from '@mikro-orm/core';
import type { CallForSpeakers } from '../events/call-for-speakers.entity.ts';
import { defaultFields } from '../forms/default-forms.ts';
import type { CustomForm } from '../forms/custom-form.entity.ts';
import { FormKind } from '../forms/form.kinds.ts';
import type { Copyright } from '../programme/copyright.entity.ts';
import type { Faq } from '../programme/faq.entity.ts';
import type { Room } from '../programme/room.entity.ts';
import type { SessionType } from '../programme/session-type.entity.ts';
import { newLinkIdentifier } from '../programme/social-link.entity.ts';
import type { SocialLink } from '../programme/social-link.entity.ts';
import type { Sponsor } from '../programme/sponsor.entity.ts';
import type { Track } from '../programme/track.entity.ts';
import type { SessionSpeaker } from '../sessions/session-speaker.entity.ts';
import type { Session } from '../sessions/session.entity.ts';
import type { SessionState } from '../sessions/session.states.ts';
import type { Speaker } from '../speakers/speaker.entity.ts';
import { comparedText } from '../platform/values.ts';
import { quote } from './import-error.ts';
import type { OpenEventImport } from './open-event.reader.ts';
import type { ImportNote } from './summary.ts';

/** What a track without a colour and a session type without a length get. */
export const fallbacks = { color: '#607d8b', lengthMinutes: 30 };

/** The rows of one event, by entity, in the order in which they have to be written. */
export interface ImportRows {
  tracks: EntityData<Track>[];
  rooms: EntityData<Room>[];
  sessionTypes: EntityData<SessionType>[];
  sponsors: EntityData<Sponsor>[];
  socialLinks: EntityData<SocialLink>[];
  faqs: EntityData<Faq>[];
  copyrights: EntityData<Copyright>[];
  forms: EntityData<CustomForm>[];
  sessions: EntityData<Session>[];
  speakers: EntityData<Speaker>[];
  links: EntityData<SessionSpeaker>[];
  calls: EntityData<CallForSpeakers>[];
  /** What was changed or left out on the way. */
  notes: ImportNote[];
}

/** The rows that hang on an event. @param event the id of the event's row */
export function rowsOfImport(content: OpenEventImport, event: string): ImportRows {
  const notes: ImportNote[] = [];
  const ids = {
    tracks: idsOf(content.tracks),
    rooms: idsOf(content.rooms),
    sessionTypes: idsOf(content.sessionTypes),
    sessions: idsOf(content.sessions),
    speakers: idsOf(content.speakers),
  };
  const { callForSpeakers: call, copyright } = content.event;
  return {
    tracks: content.tracks.map(({ id, color, ...rest }) => {
      const taken = toColor(color);
      if (taken !== color) notes.push(changed('tracks', 'colour', rest.name, color, taken));
      return { ...rest, id: ids.tracks.get(id)!, event, color: taken };
    }),
    rooms: content.rooms.map(({ id, ...rest }) => ({ ...rest, id: ids.rooms.get(id)!, event })),
    sessionTypes: content.sessionTypes.map(({ id, lengthMinutes, ...rest }) => {
      if (!lengthMinutes)
        notes.push(changed('session_types', 'length in minutes', rest.name, null, fallbacks.lengthMinutes));
      return {
        ...rest,
        id: ids.sessionTypes.get(id)!,
        event,
        lengthMinutes: lengthMinutes || fallbacks.lengthMinutes,
      };
    }),
    sponsors: content.sponsors.map((sponsor) => ({ ...sponsor, id: uuidv7(), event })),
    socialLinks: content.socialLinks.map((link) => ({
      ...link,
      id: uuidv7(),
      event,
      identifier: newLinkIdentifier(),
    })),
    faqs: content.faqs.map((faq) => ({ ...faq, id: uuidv7(), event })),
    copyrights: copyright ? [{ ...copyright, id: uuidv7(), event }] : [],
    forms: Object.values(FormKind).flatMap((form) =>
      fieldsOf(
        form,
        content.forms.filter((field) => field.form === form),
        event,
      ),
    ),
    sessions: content.sessions.map(({ id, trackId, roomId, sessionTypeId, position, state, ...rest }) => ({
      ...rest,
      id: ids.sessions.get(id)!,
      event,
      track: referenceIn(ids.tracks, trackId),
      room: referenceIn(ids.rooms, roomId),
      sessionType: referenceIn(ids.sessionTypes, sessionTypeId),
      state: state as SessionState,
      order: position,
      enteredByTeam: true,
      sourceId: id,
    })),
    speakers: uniqueEmails(content.speakers, notes).map(({ id, sortOrder, ...rest }) => ({
      ...rest,
      id: ids.speakers.get(id)!,
      event,
      order: sortOrder,
      enteredByTeam: true,
      sourceId: id,
    })),
    links: content.links.map(({ session, speaker }) => ({
      session: ids.sessions.get(session)!,
      speaker: ids.speakers.get(speaker)!,
    })),
    calls: call
      ? [
          {
            ...call,
            id: uuidv7(),
            event,
            hash: randomBytes(16).toString('hex'),
          } as EntityData<CallForSpeakers>,
        ]
      : [],
    notes,
  };
}

/**
 * The fields of a form: the default ones where the file has no such form, and those of the file otherwise, with the fixed
 * ones that it lacks. Where the file has flags only, the other known fields are there and are not asked for.
 */
function fieldsOf(form: FormKind, fields: OpenEventImport['forms'], event: string): EntityData<CustomForm>[] {
  const defaults = defaultFields(event, form);
  if (fields.length === 0) return defaults;
  const places = new Map(defaults.map(({ fieldIdentifier, position }) => [fieldIdentifier, position]));
  const named = new Set(fields.map(({ fieldIdentifier }) => fieldIdentifier));
  const areFlags = fields.some(({ position }) => position === null);
  const others = defaults.filter(
    ({ fieldIdentifier, isFixed }) => !named.has(fieldIdentifier) && (isFixed || areFlags),
  );
  return [
    ...fields.map(({ position, ...field }) => ({
      ...field,
      id: uuidv7(),
      event,
      position: position ?? places.get(field.fieldIdentifier) ?? 0,
    })),
    ...others.map((field) => (field.isFixed ? field : { ...field, isIncluded: false, isRequired: false })),
  ];
}

function idsOf(rows: readonly { id: string }[]): Map<string, string> {
  return new Map(rows.map(({ id }) => [id, uuidv7()]));
}

function referenceIn(ids: Map<string, string>, id: string | null): string | null {
  return id === null ? null : ids.get(id)!;
}

/** Two profiles of one event never share an address: nobody could tell whose it is. The first one keeps it. */
function uniqueEmails(
  speakers: OpenEventImport['speakers'],
  notes: ImportNote[],
): OpenEventImport['speakers'] {
  const owners = new Map<string, string>();
  return speakers.map((speaker) => {
    const email = speaker.email?.toLowerCase();
    if (!email) return speaker;
    const owner = owners.get(email);
    if (owner === undefined) {
      owners.set(email, speaker.name);
      return speaker;
    }
    notes.push({
      path: ['speakers'],
      kind: 'left-out',
      reason: 'an e-mail address that an earlier speaker of the file has: the first one kept it',
      detail: `${quote(speaker.name)} (id ${quote(speaker.id)}), after ${quote(owner)}`,
    });
    return { ...speaker, email: null };
  });
}

/** #rgb, #rgba and #rrggbbaa as #rrggbb. */
function toColor(color: string | null): string {
  if (color === null) return fallbacks.color;
  return comparedText('color', color.length < 7 ? color.slice(0, 4) : color.slice(0, 7));
}

function changed(
  entry: string,
  what: string,
  name: string,
  from: string | null,
  to: string | number,
): ImportNote {
  const note = { path: [entry], kind: 'changed' as const };
  if (from === null) return { ...note, reason: `no ${what}: ${to} was taken`, detail: quote(name) };
  return { ...note, reason: `${what} in another form`, detail: `${quote(name)}: ${from} is ${to}` };
}
