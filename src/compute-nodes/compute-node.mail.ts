/** The mail that a compute node is offline, to those who may be told of its comings and goings. */
import { z } from 'zod';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';
import { offlineWords } from './compute-node.words.ts';

const offlineMail = mailKind({
  name: 'computeNode.offline',
  description: 'A compute node whose comings and goings one may receive is offline.',
  payload: z.object({ computeNodeId: z.uuid(), userId: z.uuid() }),
  // It is sent on behalf of its recipient, whose right this is.
  right: ({ computeNodeId: id }) => ({ action: 'receive', subject: { resource: 'ComputeNode', id } }),
  words: offlineWords,
  async find({ computeNodeId, userId }, mail) {
    const to = await mail.toUser(userId);
    const [node] = await mail.query<{ name: string; seenAt: Date | null }>(
      `SELECT name, last_seen_at AS "seenAt" FROM compute_nodes WHERE id = $1 AND (online_until IS NULL OR online_until < now())`,
      [computeNodeId],
    );
    // Back by now: no longer news.
    if (!to || !node) return null;
    return { to, about: { name: node.name, seenAt: node.seenAt && new Date(node.seenAt) } };
  },
});

/** What people are told of a compute node that went offline. */
export const wentOffline = notificationWithMail(offlineMail);
