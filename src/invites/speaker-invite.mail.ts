/** The mail that invites a person to speak in a session. */
import { z } from 'zod';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { answeringOf, inviteOfMail } from './invite.mails.ts';
import { speakerInviteWords } from './invite.words.ts';

/** Asks somebody to speak in a session. */
export const speakerInviteMail = mailKind({
  name: 'session.speakerInvite',
  description: 'Somebody is invited to speak in a session, or the invite is sent again.',
  payload: z.object({ inviteId: z.uuid() }),
  // Not create: an invite made in time goes out though the call has closed or the session was locked meanwhile.
  right: ({ inviteId: id }) => ({ action: 'view', subject: { resource: 'SpeakerInvite', id } }),
  words: speakerInviteWords,
  async find({ inviteId }, mail) {
    const invite = await inviteOfMail(mail, 'speaker_invites', inviteId);
    if (!invite) return null;
    const [session] = await mail.query<{ title: string; event: string; inviter: string | null }>(
      `SELECT s.title, e.name AS event, (SELECT u.public_name FROM users u WHERE u.id = $2) AS inviter
       FROM sessions s JOIN events e ON e.id = s.event_id WHERE s.id = $1 AND s.deleted_at IS NULL AND e.deleted_at IS NULL`,
      [invite.session_id, invite.invited_by_id],
    );
    if (!session) return null;
    const answering = answeringOf(mail, '/speaker-invites', ['acceptSpeakerInvite', 'declineSpeakerInvite']);
    return { to: await mail.toAddress(invite.email as string), about: { ...session, ...answering } };
  },
});
