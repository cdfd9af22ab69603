/**
 * The verbs of what the team arranges: tracks, rooms, session types, sponsors, social links, FAQs and copyrights are
 * created, changed and deleted in one way; they differ in their fields only.
 */
import { Event } from '../events/event.entity.ts';
import type { EntityBase } from '../platform/data/entity.ts';
import type { Changes, EntityClass } from '../platform/data/writer.ts';
import { applyInput, assertVersion } from '../platform/data/writer.ts';
import { removePictures, setPictures } from '../images/index.ts';
import { conflict } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { cleanInput, withoutNulls } from '../platform/inputs.ts';
import { publishSessionChange } from '../sessions/session.topics.ts';
import { Copyright } from './copyright.entity.ts';
import { Faq } from './faq.entity.ts';
import { Room } from './room.entity.ts';
import { SessionType } from './session-type.entity.ts';
import { SocialLink } from './social-link.entity.ts';
import { Sponsor } from './sponsor.entity.ts';
import { Track } from './track.entity.ts';

/** What all of them are. */
type ArrangedRow = EntityBase & { event: Event; version: number };

/** One kind of row that the team arranges. */
export interface Kind<T extends ArrangedRow> {
  readonly entity: EntityClass<T>;
  readonly fields: readonly (keyof T & string)[];
  readonly required: readonly string[];
  /** The ranges, both ends included, that numbers have to lie in. */
  readonly ranges?: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** Set: an event has one at most, which is called this. */
  readonly onlyOne?: string;
  /** The column of the sessions that points to such a row. */
  readonly sessionColumn?: string;
}

/** Tracks. */
export const tracks: Kind<Track> = {
  entity: Track,
  fields: ['name', 'position', 'description', 'color'],
  required: ['name', 'position', 'color'],
  sessionColumn: 'track_id',
};
/** Rooms. */
export const rooms: Kind<Room> = {
  entity: Room,
  fields: ['name', 'position', 'floor', 'room', 'latitude', 'longitude'],
  required: ['name', 'position'],
  ranges: { latitude: [-90, 90], longitude: [-180, 180] },
  sessionColumn: 'room_id',
};
/** Session types. */
export const sessionTypes: Kind<SessionType> = {
  entity: SessionType,
  fields: ['name', 'position', 'lengthMinutes'],
  required: ['name', 'position', 'lengthMinutes'],
  ranges: { lengthMinutes: [1, 1440] },
  sessionColumn: 'session_type_id',
};
/** Sponsors. */
export const sponsors: Kind<Sponsor> = {
  entity: Sponsor,
  fields: ['name', 'position', 'description', 'url', 'level', 'type'],
  required: ['name', 'position'],
};

/** Social links. */
export const socialLinks: Kind<SocialLink> = {
  entity: SocialLink,
  fields: ['name', 'position', 'link'],
  required: ['name', 'position', 'link'],
};
/** FAQs. */
export const faqs: Kind<Faq> = {
  entity: Faq,
  fields: ['question', 'answer', 'position'],
  required: ['question', 'answer', 'position'],
};
/** Copyrights. */
export const copyrights: Kind<Copyright> = {
  entity: Copyright,
  fields: ['holder', 'holderUrl', 'licence', 'licenceUrl', 'year'],
  required: ['holder'],
  ranges: { year: [1900, 2200] },
  onlyOne: 'copyright',
};

/** Adds a row to the event that the input names. Throws CONFLICT for a second one of a kind of which there is one at most. */
export async function createArranged<T extends ArrangedRow>(
  changes: Changes,
  kind: Kind<T>,
  input: { readonly eventId: string },
): Promise<T> {
  const eventId = uuidOfArgument('Event', input.eventId, 'input', 'eventId');
  await changes.authorize('view', { resource: 'Event', id: eventId });
  await changes.authorize('create', { resource: kind.entity.name, values: { event: eventId } });
  const clean = withoutNulls(cleaned(kind, input));
  if (kind.onlyOne) await assertNone(changes, kind, kind.onlyOne, eventId);
  const row = changes.em.create(
    kind.entity as EntityClass<ArrangedRow>,
    { event: changes.em.getReference(Event, eventId) } as never,
    {
      partial: true,
    },
  ) as T;
  applyInput(row, clean, kind.fields);
  await changes.em.flush();
  await setPictures(changes, row, clean);
  return row;
}

/** Changes a row. Throws CONFLICT for an old version. */
export async function updateArranged<T extends ArrangedRow>(
  changes: Changes,
  kind: Kind<T>,
  id: string,
  input: { readonly version?: number | null },
): Promise<T> {
  const row = await changes.take(kind.entity, id, 'update');
  assertVersion(row, input.version);
  const clean = cleaned(kind, input, kind.required);
  applyInput(row, clean, kind.fields);
  await setPictures(changes, row, clean);
  row.version += 1;
  await changes.em.flush();
  return row;
}

/** Deletes a row; sessions that point to it point to none from then on, and are told of. */
export async function deleteArranged<T extends ArrangedRow>(
  changes: Changes,
  kind: Kind<T>,
  id: string,
): Promise<T> {
  const row = await changes.take(kind.entity, id, 'delete');
  const eventId = row.event.id;
  const sessions = kind.sessionColumn
    ? await changes.query(
        `SELECT id, to_jsonb(s) AS row FROM sessions s WHERE ${kind.sessionColumn} = $1 AND deleted_at IS NULL ORDER BY id FOR UPDATE`,
        [row.id],
      )
    : [];
  await removePictures(changes, row);
  changes.em.remove(row);
  for (const session of sessions) {
    await publishSessionChange(
      changes,
      'UPDATED',
      String(session.id),
      eventId,
      session.row as Record<string, unknown>,
    );
  }
  await changes.em.flush();
  return row;
}

async function assertNone<T extends ArrangedRow>(
  changes: Changes,
  kind: Kind<T>,
  name: string,
  eventId: string,
): Promise<void> {
  // Two who make the first one at once wait for one another here.
  await changes.query('SELECT 1 FROM events WHERE id = $1 FOR UPDATE', [eventId]);
  const there = await changes.em.count(kind.entity as EntityClass<ArrangedRow>, { event: eventId });
  if (there > 0) throw conflict(`The event has a ${name} already: change that one`);
}

function cleaned<T extends ArrangedRow, I extends object>(
  kind: Kind<T>,
  input: I,
  required: readonly string[] = [],
): I {
  return cleanInput(kind.entity, input, {
    required,
    check: (clean, problems) => {
      for (const [field, [least, most]] of Object.entries(kind.ranges ?? {})) {
        const value = (clean as Record<string, unknown>)[field];
        if (typeof value === 'number' && (value < least || value > most))
          problems.add(field, `must be ${least} to ${most}`);
      }
    },
  });
}
