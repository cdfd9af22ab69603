/** The verbs of speaker invites that are theirs alone: create, update, resend; accept by the invitee. */
import { User } from '../accounts/user.entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { assertNotCleared } from '../platform/data/writer.ts';
import { textsOf } from '../platform/data/model.ts';
import { badInput, conflict, invalid } from '../platform/graphql/errors.ts';
import { uuidOfArgument } from '../platform/graphql/node.ts';
import { judgeText } from '../platform/values.ts';
import { Session } from '../sessions/session.entity.ts';
import { linkedRow } from '../sessions/session.links.ts';
import { publishSessionChange, speakersBefore } from '../sessions/session.topics.ts';
import { profileToSpeakWith } from '../speakers/speaker.claim.ts';
import { Speaker } from '../speakers/speaker.entity.ts';
import { acceptInvite, assertPending, takeToResend } from './invite.answers.ts';
import type { InviteLimits } from './invite.mails.ts';
import { sendInvite } from './invite.mails.ts';
import { InviteStatus } from './invite.states.ts';
import { SpeakerInvite } from './speaker-invite.entity.ts';
import type {
  CreateSpeakerInviteInput,
  SpeakerInviteAnswer,
  UpdateSpeakerInviteInput,
} from './speaker-invite.inputs.ts';
import { speakerInviteMail } from './speaker-invite.mail.ts';

/** Invites a person to speak in a session, by mail. Throws CONFLICT where they have a pending invite to it. */
export async function createSpeakerInvite(
  changes: Changes,
  limits: InviteLimits,
  input: CreateSpeakerInviteInput,
): Promise<SpeakerInvite> {
  const { em } = changes;
  const { email } = input;
  const sessionId = uuidOfArgument('Session', input.sessionId, 'input', 'sessionId');
  await changes.authorize('view', { resource: 'Session', id: sessionId });
  await changes.authorize('create', { resource: 'SpeakerInvite', values: { session: sessionId, email } });
  const speaker =
    typeof input.speakerId === 'string' ? await profileToOffer(changes, sessionId, input.speakerId) : null;
  await assertFree(changes, sessionId, email);
  const made = {
    session: em.getReference(Session, sessionId),
    speaker,
    email,
    invitedBy: em.getReference(User, changes.userId),
  };
  const invite = em.create(SpeakerInvite, made as never, { partial: true });
  await send(changes, limits, invite);
  return invite;
}

/** Sends a pending invite to another address, with a new token. Throws CONFLICT where it is not pending. */
export async function updateSpeakerInvite(
  changes: Changes,
  limits: InviteLimits,
  id: string,
  input: UpdateSpeakerInviteInput,
): Promise<SpeakerInvite> {
  const invite = await changes.take(SpeakerInvite, id, 'update');
  assertNotCleared(input, ['email']);
  assertPending(invite);
  const email = input.email ?? invite.email;
  if (email === invite.email) return invite;
  await assertFree(changes, invite.session.id, email, invite.id);
  invite.email = email;
  await send(changes, limits, invite);
  return invite;
}

/** Sends the mail again, with a new token, for seven days more; the old token is dead. For pending and expired invites. */
export async function resendSpeakerInvite(
  changes: Changes,
  limits: InviteLimits,
  id: string,
): Promise<SpeakerInvite> {
  const invite = await takeToResend(changes, SpeakerInvite, id);
  await assertFree(changes, invite.session.id, invite.email, invite.id);
  await send(changes, limits, invite);
  changes.record('RESEND', 'SpeakerInvite', invite.id);
  return invite;
}

async function send(changes: Changes, limits: InviteLimits, invite: SpeakerInvite): Promise<void> {
  const { event } = await changes.em.findOneOrFail(Session, { id: invite.session.id });
  await sendInvite(changes, speakerInviteMail, invite, {
    place: { resource: 'Event', id: event.id },
    limits,
  });
}

/**
 * Accepts an invite: the invitee speaks in the session, with the profile that the invite offers or the own one, whether
 * or not the call is open, the event published or the session locked. Errors as of `acceptInvite`.
 */
export async function acceptSpeakerInvite(
  changes: Changes,
  key: SpeakerInviteAnswer,
): Promise<SpeakerInvite> {
  const name = nameGiven(key);
  const invite = await acceptInvite(changes, SpeakerInvite, key);
  const { session } = invite;
  const before = await changes.snapshot('Session', session.id);
  const eventId = String(before?.event_id);
  const beside = await speakersBefore(changes, session.id);
  const speaker = await profileToSpeakWith(changes, eventId, { offeredId: invite.speaker?.id ?? null, name });
  await changes.query(
    'INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [session.id, speaker.id],
  );
  changes.record('UPDATE', 'Session', session.id, ['speakers']);
  await publishSessionChange(changes, 'UPDATED', session.id, eventId, before, beside);
  return invite;
}

/** The name that a new profile is to have; null where none is given. Throws BAD_USER_INPUT. */
function nameGiven({ name }: SpeakerInviteAnswer): string | null {
  if (name === null || name === undefined) return null;
  const { text, problem } = judgeText(textsOf(Speaker).get('name')!, name);
  if (problem !== null) throw invalid(problem, 'name');
  return text;
}

/** The profile that an invite offers: of the session's event, without a user, and the viewer's to update. */
async function profileToOffer(changes: Changes, sessionId: string, id: string): Promise<Speaker> {
  const session = await changes.snapshot('Session', sessionId);
  const uuid = await linkedRow(changes, 'Speaker', id, String(session?.event_id), 'update', ['speakerId']);
  const speaker = await changes.em.findOneOrFail(Speaker, { id: uuid });
  if (speaker.user) throw badInput([{ path: ['input', 'speakerId'], message: 'has a user already' }]);
  return speaker;
}

/** Throws CONFLICT where the address has another pending invite to the session; expired ones give way. */
async function assertFree(
  changes: Changes,
  sessionId: string,
  email: string,
  id: string | null = null,
): Promise<void> {
  await changes.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `speaker invite ${sessionId}`,
  ]);
  const pending = await changes.em.find(SpeakerInvite, {
    session: sessionId,
    email,
    answer: InviteStatus.PENDING,
  });
  for (const other of pending) {
    if (other.id === id) continue;
    if (other.expiresAt > new Date())
      throw conflict('There is a pending invite of this address to the session: resend or cancel that one');
    other.answer = InviteStatus.EXPIRED;
  }
}
