/**
 * The mails of invites and their tokens. The token is made when the mail is written, and from the job's id, so that it
 * lies in no queue and in no table (the invite keeps its hash), and a repeated job sends the same one again.
 */
import { digestOf } from '../platform/auth/secrets.ts';
import type { Limit } from '../platform/auth/rate-limit.ts';
import { countIn } from '../platform/auth/rate-limit.ts';
import type { Config } from '../platform/config/index.ts';
import type { Changes } from '../platform/data/writer.ts';
import type { QueryRow } from '../platform/data/database.ts';
import type { MailContext, MailKind } from '../platform/mail/mail-kind.ts';
import type { NotificationKind } from '../platform/mail/notification-kind.ts';
import { notificationKind } from '../platform/mail/notification-kind.ts';
import { notify } from '../notifications/notify.ts';
import type { Invite } from './invite.entity.ts';
import { InviteStatus } from './invite.states.ts';
import type { Answering } from './invite.words.ts';

/** How long an invite can be answered, in days. */
export const inviteDays = 7;

/** Tries to invite, by person, whatever comes of them: they tell who is a member, or was invited. */
export const byInviter: Limit = { name: 'invite', attempts: 200, seconds: 3600 };

/** How many invites go out, from the configuration. */
export type InviteLimits = Pick<
  Config['limits'],
  'invitesPerPerson' | 'invitesOfNewPerson' | 'invitesOfUnverified' | 'invitesPerPlace'
>;

/** How long an account is new, in days. */
const newDays = 7;

/** What an invite is to: an event, or an organization. */
export interface InvitePlace {
  readonly resource: 'Event' | 'Organization';
  readonly id: string;
}

/** Counts the mail of an invite for whoever causes it, and for the place that it is to. Throws RATE_LIMITED. */
async function countInvite(
  changes: Changes,
  { resource, id }: InvitePlace,
  limits: InviteLimits,
): Promise<void> {
  const query = (text: string, values?: readonly unknown[]) => changes.query(text, values);
  const [inviter] = await query(
    `SELECT is_verified, created_at > now() - make_interval(days => $2) AS is_new FROM users WHERE id = $1`,
    [changes.userId, newDays],
  );
  const verified = inviter?.is_new === true ? limits.invitesOfNewPerson : limits.invitesPerPerson;
  const attempts = inviter?.is_verified === true ? verified : limits.invitesOfUnverified;
  const seconds = 86_400;
  await countIn(query, { name: 'invites', attempts, seconds }, changes.userId);
  await countIn(
    query,
    { name: 'invites to', attempts: limits.invitesPerPlace, seconds },
    `${resource} ${id}`,
  );
}

/**
 * Starts the mail of an invite, which is then good for seven days; the tokens of earlier mails are dead. Who has an
 * account with the address, and has proved it, is notified too. Throws RATE_LIMITED where too many were sent today.
 */
export async function sendInvite(
  changes: Changes,
  kind: MailKind<{ inviteId: string }>,
  invite: Invite,
  { place, limits }: { readonly place: InvitePlace; readonly limits: InviteLimits },
): Promise<void> {
  invite.answer = InviteStatus.PENDING;
  invite.expiresAt = new Date(Date.now() + inviteDays * 86_400_000);
  invite.tokenHash = null;
  changes.em.persist(invite);
  await countInvite(changes, place, limits);
  invite.mailId = await changes.enqueue(kind, { inviteId: invite.id });
  const [account] = await changes.query(
    'SELECT id FROM users WHERE lower(email) = lower($1) AND is_verified AND deleted_at IS NULL',
    [invite.email],
  );
  const subject = { resource: invite.constructor.name, id: invite.id };
  if (account) await notify(changes, { kind: noticeOf(kind), recipients: [String(account.id)], subject });
}

/** What an invite is notified as: under the name of its mail, which goes to an address and not to an account. */
export const noticeOf = ({ name, description }: Pick<MailKind, 'name' | 'description'>): NotificationKind =>
  notificationKind({ name, description });

/**
 * Gives the invite the token of the mail that is being written, and returns its row; null where a later mail took this
 * one's place, or the invite is not pending any more.
 */
export async function inviteOfMail(
  mail: MailContext,
  table: 'role_invites' | 'speaker_invites' | 'membership_invites',
  id: string,
): Promise<QueryRow | null> {
  const [invite] = await mail.query(
    `UPDATE ${table} SET token_hash = $3 WHERE id = $1 AND mail_id = $2 AND answer = 'PENDING' AND expires_at > now() RETURNING *`,
    [id, mail.id, digestOf(mail.secret())],
  );
  return invite ?? null;
}

/** How the invite of the mail that is being written can be answered: on which page, or by which mutations. */
export function answeringOf(mail: MailContext, page: string, mutations: Answering['mutations']): Answering {
  const token = mail.secret();
  return { link: mail.link(page, { token }), token, mutations, days: inviteDays };
}
