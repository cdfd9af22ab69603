/** The mail that a compute node is offline, to those who may be told of its comings and goings. */
import { z } from 'zod';
import { text } from '../platform/mail/layout.ts';
import { mailKind } from '../platform/mail/mail-kind.ts';
import { notificationWithMail } from '../platform/mail/notification-kind.ts';

const offlineMail = mailKind({
  name: 'computeNode.offline',
  description: 'A compute node whose comings and goings one may receive is offline.',
  payload: z.object({ computeNodeId: z.uuid(), userId: z.uuid() }),
  // It is sent on behalf of its recipient, whose right this is.
  right: ({ computeNodeId: id }) => ({ action: 'receive', subject: { resource: 'ComputeNode', id } }),
  async compose({ computeNodeId, userId }, mail) {
    const to = await mail.toUser(userId);
    const [node] = await mail.query<{ name: string; seenAt: Date | null }>(
      `SELECT name, last_seen_at AS "seenAt" FROM compute_nodes WHERE id = $1 AND (online_until IS NULL OR online_until < now())`,
      [computeNodeId],
    );
    // Back by now: no longer news.
    if (!to || !node) return null;
    const since = node.seenAt ? to.time(new Date(node.seenAt)) : null;
    return {
      to,
      subject: `Compute node offline: ${node.name}`,
      blocks: [
        text(`The compute node ${node.name} is offline.${since ? ` It was last heard of on ${since}.` : ''}`),
        text('Tasks that wait for it wait until it is back.'),
      ],
      reason: 'You get this mail because you may receive what is live of this compute node. You can switch it off in your message preferences.',
    };
  },
});

/** What people are told of a compute node that went offline. */
export const wentOffline = notificationWithMail(offlineMail);
