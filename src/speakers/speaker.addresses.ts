/**
 * The e-mail addresses of profiles: who may set which, and that no two people of an event stand under one. Among the
 * profiles of an event without a user an address is unique, and none of them has the address of a verified person's
 * profile there.
 */
import type { Changes } from '../platform/data/writer.ts';
import { conflict, forbidden } from '../platform/graphql/errors.ts';

/** A profile whose address is to be set, as far as the rules ask. */
export interface Addressee {
  /** Null for a new profile. */
  readonly id: string | null;
  readonly eventId: string;
  readonly userId: string | null;
  readonly email: string | null;
}

/**
 * Throws FORBIDDEN unless the viewer may give a profile this address: team and staff any; the person behind it the
 * own; the creator of somebody else's profile none.
 */
export function assertMayAddress(
  changes: Changes,
  addressee: Addressee,
  email: string | null,
  asTeam: boolean,
): void {
  if (asTeam || email === addressee.email) return;
  const isOwn = addressee.userId === changes.userId;
  const allowed = isOwn ? changes.viewer.email : null;
  if (email?.toLowerCase() === allowed?.toLowerCase()) return;
  const why = isOwn
    ? 'your own profile has your own address'
    : "the address of somebody else's profile is left empty";
  throw forbidden(`You may not set Speaker.email here: ${why}`, { field: 'Speaker.email' });
}

/** Makes others who would set the same address at the same event wait until this transaction ends. */
export async function holdAddress(changes: Changes, eventId: string, email: string): Promise<void> {
  await changes.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `speaker ${eventId} ${email.toLowerCase()}`,
  ]);
}

/** The profile of the event without a user that has the address; null where there is none. */
export async function unclaimedProfile(
  changes: Changes,
  eventId: string,
  email: string,
): Promise<string | null> {
  const [found] = await changes.query(
    `SELECT id FROM speakers
     WHERE event_id = $1 AND user_id IS NULL AND lower(email) = lower($2) AND deleted_at IS NULL`,
    [eventId, email],
  );
  return found ? String(found.id) : null;
}

/** Throws CONFLICT where a profile of this event that may not share the address has it. */
export async function assertAddressFree(
  changes: Changes,
  { id, eventId, userId, email }: Addressee,
): Promise<void> {
  if (email === null) return;
  await holdAddress(changes, eventId, email);
  const [taken] = await changes.query(
    `SELECT 1 FROM speakers p LEFT JOIN users u ON u.id = p.user_id
     WHERE p.event_id = $1 AND lower(p.email) = lower($2) AND p.deleted_at IS NULL AND p.id IS DISTINCT FROM $3::uuid
       AND CASE WHEN $4::uuid IS NULL THEN p.user_id IS NULL OR u.is_verified
                ELSE p.user_id IS NULL AND (SELECT is_verified FROM users WHERE id = $4::uuid) END
     LIMIT 1`,
    [eventId, email, id, userId],
  );
  if (taken) throw conflict('Another profile of this event has this e-mail address');
}

/** Throws CONFLICT where the viewer has a profile at the event: one per person. */
export async function assertNoProfile(changes: Changes, eventId: string): Promise<void> {
  const [found] = await changes.query(
    'SELECT 1 FROM speakers WHERE event_id = $1 AND user_id = $2 AND deleted_at IS NULL',
    [eventId, changes.userId],
  );
  if (found) throw conflict('You have a profile at this event already');
}
