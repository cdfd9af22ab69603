/**
 * Writes an Open Event export into the database: the event, everything that hangs on it and its owner, in one
 * transaction, or nothing. Called by `convoke import` and the import job. Who may import is decided by the callers.
 */
import { v7 as uuidv7 } from 'uuid';
import { CallForSpeakers } from '../events/call-for-speakers.entity.ts';
import { Event } from '../events/event.entity.ts';
import { EventMember } from '../events/event-member.entity.ts';
import { newIdentifier, soundness } from '../events/event.service.ts';
import { EventRole, EventState } from '../events/event.states.ts';
import type { EventPrivacy } from '../events/event.states.ts';
import { CustomForm } from '../forms/custom-form.entity.ts';
import { server, writeActivities } from '../platform/data/activities.ts';
import type { Database, Transaction } from '../platform/data/database.ts';
import { insertRows } from '../platform/data/insert.ts';
import { badInput } from '../platform/graphql/errors.ts';
import { enqueueJobs } from '../platform/jobs/enqueue.ts';
import { Copyright } from '../programme/copyright.entity.ts';
import { Faq } from '../programme/faq.entity.ts';
import { Room } from '../programme/room.entity.ts';
import { SessionType } from '../programme/session-type.entity.ts';
import { SocialLink } from '../programme/social-link.entity.ts';
import { Sponsor } from '../programme/sponsor.entity.ts';
import { Track } from '../programme/track.entity.ts';
import { SessionSpeaker } from '../sessions/session-speaker.entity.ts';
import { Session } from '../sessions/session.entity.ts';
import { Speaker } from '../speakers/speaker.entity.ts';
import { ImportError } from './import-error.ts';
import { findLabels } from './import.labels.ts';
import { importedPictureJob, placePictures } from './import.pictures.ts';
import type { KeptPictures } from './import.pictures.ts';
import { rowsOfImport } from './import.rows.ts';
import type { OpenEventImport } from './open-event.reader.ts';
import type { ImportSummary } from './summary.ts';

/** What to write, and for whom. */
export interface ImportOrder {
  readonly content: OpenEventImport;
  /** The id of the user who becomes the owner of the event. */
  readonly owner: string;
  /** Whether the event is published at once; otherwise it is a draft. */
  readonly publish?: boolean;
  /** The pictures of the file that were kept; rows that name others get none. */
  readonly pictures?: KeptPictures;
}

/** The event of a file, as it is in the database now. */
export interface ImportResult {
  readonly eventId: string;
  readonly identifier: string;
  readonly name: string;
  readonly state: EventState;
  /** False where the owner had the event already: nothing was written then. */
  readonly created: boolean;
  /** What was read, and everything that could not be taken as the file has it. */
  readonly summary: ImportSummary;
}

/**
 * Writes one event. The same owner and source identifier name the same event, also when two imports meet: the later
 * one finds what the earlier wrote.
 * @throws ImportError WRONG_SHAPE where the event makes no sense here; BAD_USER_INPUT where the owner does not exist,
 * or is to publish without being verified
 */
export async function importEvent(
  database: Database,
  { content, owner, publish = false, pictures = new Map() }: ImportOrder,
): Promise<ImportResult> {
  assertSound(content);
  const { sourceIdentifier } = content.event;
  return database.transaction(async (transaction) => {
    const isVerified = await readOwner(transaction, owner);
    const earlier =
      sourceIdentifier === null ? undefined : await findEarlier(transaction, owner, sourceIdentifier);
    if (earlier) return { ...earlier, created: false, summary: content.summary };
    // The condition of publishEvent.
    if (publish && !isVerified) {
      throw badInput([
        { path: ['publish'], message: 'the owner of the event has to verify their e-mail address first' },
      ]);
    }
    return write(transaction, content, owner, publish ? EventState.PUBLISHED : EventState.DRAFT, pictures);
  });
}

/** What createEvent asks of an event, an import asks too: it could not be changed afterwards otherwise. */
function assertSound({ event }: OpenEventImport): void {
  const [problem] = soundness(event);
  if (problem) throw new ImportError('WRONG_SHAPE', problem.message, ['event', ...problem.path.slice(1)]);
}

async function readOwner({ query }: Transaction, owner: string): Promise<boolean> {
  const [found] = await query(
    'SELECT is_verified FROM users WHERE id = $1 AND deleted_at IS NULL FOR SHARE',
    [owner],
  );
  if (!found) throw badInput([{ path: ['owner'], message: 'is no user' }]);
  return found.is_verified === true;
}

async function findEarlier({ query }: Transaction, owner: string, source: string) {
  // Imports of one event wait for one another here, until the earlier one has committed.
  await query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`import ${owner} ${source}`]);
  // An event that they have no more to do with is others': it is neither found nor told of, and this becomes a new one.
  await query(
    `UPDATE events e SET source_owner_id = NULL WHERE source_owner_id = $1 AND source_identifier = $2 AND deleted_at IS NULL
       AND NOT EXISTS (SELECT FROM event_members m WHERE m.event_id = e.id AND m.user_id = $1)`,
    [owner, source],
  );
  const [found] = await query(
    // An export of this server names the event that it was made of.
    `SELECT id, identifier, name, state FROM events e
     WHERE deleted_at IS NULL AND (source_owner_id = $1 AND source_identifier = $2 OR identifier = $2 AND EXISTS (
       SELECT FROM event_members m WHERE m.event_id = e.id AND m.user_id = $1 AND m.role = 'OWNER')) LIMIT 1`,
    [owner, source],
  );
  if (!found) return undefined;
  const { id, identifier, name, state } = found as {
    id: string;
    identifier: string;
    name: string;
    state: EventState;
  };
  return { eventId: id, identifier, name, state };
}

async function write(
  transaction: Transaction,
  content: OpenEventImport,
  owner: string,
  state: EventState,
  pictures: KeptPictures,
): Promise<ImportResult> {
  const { callForSpeakers: _, copyright: __, labels: names, privacy, ...fields } = content.event;
  const [eventId, identifier] = [uuidv7(), newIdentifier()];
  const rows = rowsOfImport(content, eventId);
  const { labels, notes: unknown } = await findLabels(transaction, names);
  const event = {
    ...fields,
    ...labels,
    id: eventId,
    identifier,
    state,
    privacy: privacy as EventPrivacy,
    sourceOwnerId: owner,
  };
  const { orders, notes } = placePictures(event, rows, pictures);
  await insertRows(transaction, Event, [event]);
  await insertRows(transaction, EventMember, [
    { id: uuidv7(), event: eventId, user: owner, role: EventRole.OWNER },
  ]);
  await insertRows(transaction, Track, rows.tracks);
  await insertRows(transaction, Room, rows.rooms);
  await insertRows(transaction, SessionType, rows.sessionTypes);
  await insertRows(transaction, Sponsor, rows.sponsors);
  await insertRows(transaction, SocialLink, rows.socialLinks);
  await insertRows(transaction, Faq, rows.faqs);
  await insertRows(transaction, Copyright, rows.copyrights);
  await insertRows(transaction, Session, rows.sessions);
  await insertRows(transaction, Speaker, rows.speakers);
  await insertRows(transaction, SessionSpeaker, rows.links);
  await insertRows(transaction, CallForSpeakers, rows.calls);
  await insertRows(transaction, CustomForm, rows.forms);
  await enqueueJobs(transaction.query, { name: importedPictureJob }, orders, { kind: 'user', userId: owner });
  await writeActivities(transaction.query, [{ action: 'IMPORT', type: 'Event', id: eventId }], server);
  const summary = {
    ...content.summary,
    notes: [...content.summary.notes, ...unknown, ...rows.notes, ...notes],
  };
  return { eventId, identifier, name: fields.name, state, created: true, summary };
}
