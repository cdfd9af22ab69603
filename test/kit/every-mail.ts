/** Every kind of mail, each way that it can be worded, for one reader: rows that it speaks of, and its job in the outbox. */
import { v7 as uuidv7 } from 'uuid';
import { ourFault } from '../../src/jobs/job.words.ts';
import { writerOf } from '../../src/worker.ts';
import type { Person } from './accounts.ts';
import { createPerson } from './accounts.ts';
import { createCollaboration, createOrganization, holdRole } from './collaborations.ts';
import { giveRole, insert, link, make, makeEvent } from './event-rows.ts';
import type { TestServer } from './server.ts';

/** A mail that waits in the outbox. */
export interface AwaitedMail {
  readonly kind: string;
  /** The job's id. */
  readonly id: string;
  /** Whether there is something to follow in it. */
  readonly hasLink: boolean;
}

/** Queues every kind of mail to a person who reads this locale. What they speak of is named in no language. */
export async function queueEveryMail(server: TestServer, locale: string): Promise<AwaitedMail[]> {
  const host = await createPerson(server, { isAdmin: true, publicName: 'Ada Quay' });
  const reader = await createPerson(server);
  const newcomer = await createPerson(server, { isVerified: false });
  await server.sql(`UPDATE users SET locale = $2 WHERE id = ANY($1)`, [
    [reader.userId, newcomer.userId],
    locale,
  ]);
  await server.sql('UPDATE users SET has_two_factor = true, is_super_admin = true WHERE id = $1', [
    reader.userId,
  ]);

  const event = await makeEvent(server);
  await server.sql(`UPDATE events SET name = 'Hydro 2027', schedule_published_at = now() WHERE id = $1`, [
    event.uuid,
  ]);
  await giveRole(server, event, reader, 'OWNER');
  const session = await make(server, 'Session', {
    event_id: event.uuid,
    title: 'Qubits',
    state: 'ACCEPTED',
    starts_at: '2027-03-01T09:30:00Z',
  });
  const unplanned = await make(server, 'Session', {
    event_id: event.uuid,
    title: 'Tensors',
    state: 'ACCEPTED',
  });
  const speaker = await make(server, 'Speaker', {
    event_id: event.uuid,
    name: 'Ben Moor',
    user_id: reader.userId,
  });
  for (const one of [session, unplanned]) await link(server, one, speaker);
  const organization = await createOrganization(server, `Quasar ${locale}`);
  await holdRole(server, host, 'Organization Admin', organization);
  await holdRole(server, reader, 'Researcher', organization);
  const node = uuidv7();
  await insert(server, 'compute_nodes', {
    id: node,
    name: `Vega ${locale}`,
    organization_id: organization,
    collaboration_id: await createCollaboration(server, `Polar ${locale}`, [organization]),
    api_key_prefix: node,
    api_key_hash: node,
    last_seen_at: '2026-03-01T12:00:00Z',
  });
  const job = uuidv7();
  await insert(server, 'jobs', {
    id: job,
    kind: 'events.import',
    status: 'COMPLETED',
    message: 'Hydro 2027: 12 × Qubits',
    actor_id: reader.userId,
    actor_kind: 'user',
    payload: '{}',
  });

  const awaited: AwaitedMail[] = [];
  const queue = async (
    kind: string,
    payload: object,
    { hasLink = false, actor = reader }: { hasLink?: boolean; actor?: Person } = {},
  ) => {
    const write = (await writerOf(server.app, { kind: 'user', userId: actor.userId }))!;
    const id = await write.transaction((changes) => changes.enqueue(kind, payload));
    awaited.push({ kind, id, hasLink });
    return id;
  };
  const invite = async (kind: string, table: string, row: Record<string, unknown>) => {
    const inviteId = uuidv7();
    const given = {
      id: inviteId,
      email: reader.email,
      answer: 'PENDING',
      expires_at: new Date(Date.now() + 86_400_000),
      invited_by_id: host.userId,
    };
    await insert(server, table, { ...given, ...row });
    await server.sql(`UPDATE ${table} SET mail_id = $2 WHERE id = $1`, [
      inviteId,
      await queue(kind, { inviteId }, { hasLink: true, actor: host }),
    ]);
  };
  const { userId, email } = reader;
  const linked = { hasLink: true };

  await queue('account.verification', { email: newcomer.email }, linked);
  await queue('account.emailChange', { userId, email: `new-${email}` }, linked);
  await queue('account.passwordReset', { email }, linked);
  await queue('account.twoFactorReset', { userId }, linked);
  for (const minutes of [1, 15]) await queue('account.locked', { userId, minutes });
  await queue('account.passwordChanged', { userId });
  await queue('account.emailChangeNotice', { email, newEmail: 'qubit@example.org', isDone: false });
  await queue('account.emailChangeNotice', { email: `old-${email}`, newEmail: email, isDone: true });
  for (const change of ['ON', 'OFF', 'RECOVERY_CODE_USED', 'RECOVERY_CODES_RENEWED'])
    await queue('account.twoFactor', { userId, change });
  for (const isSuperAdmin of [false, true]) {
    for (const adminId of [userId, host.userId, uuidv7()])
      await queue('account.newAdmin', { userId, adminId, isSuperAdmin });
  }
  for (const value of [null, 'https://conference.example/']) {
    for (const changedBy of [host.userId, uuidv7()])
      await queue('settings.changed', { userId, changedBy, name: 'mail.frontendUrl', value });
  }
  for (const role of ['OWNER', 'ORGANIZER', 'COORGANIZER', 'TRACK_ORGANIZER', 'MODERATOR', 'REGISTRAR']) {
    await invite('event.roleInvite', 'role_invites', { event_id: event.uuid, role });
  }
  await invite('session.speakerInvite', 'speaker_invites', { session_id: session.uuid });
  await invite('organization.membershipInvite', 'membership_invites', { organization_id: organization });
  for (const state of ['DRAFT', 'PENDING', 'ACCEPTED', 'CONFIRMED', 'REJECTED', 'CANCELED', 'WITHDRAWN']) {
    await queue('session.stateChanged', { sessionId: session.uuid, state, userId, speakerId: null }, linked);
  }
  await queue('session.submitted', { sessionId: session.uuid, userId }, linked);
  await queue('event.schedulePublished', { eventId: event.uuid, userId, speakerId: null }, linked);
  for (const startsAt of [null, '2027-03-01T08:00:00Z'])
    await queue(
      'session.rescheduled',
      { sessionId: session.uuid, startsAt, room: 'Hall', userId, speakerId: null },
      linked,
    );
  for (const [kind, more] of [
    ['event.exported', { eventId: event.uuid }],
    ['event.imported', {}],
  ] as const) {
    await queue(kind, { jobId: job, userId, fault: null, ...more }, linked);
    // A mail that tells of a fault has nothing more to show.
    for (const fault of ['ENOENT: zip', ourFault.en])
      await queue(kind, { jobId: job, userId, fault, ...more });
  }
  await queue('computeNode.offline', { computeNodeId: node, userId });
  return awaited;
}
