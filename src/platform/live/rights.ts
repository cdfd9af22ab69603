/**
 * The notice that somebody's rights changed: every socket of theirs asks again who they are. Rows of event members,
 * users, families of tokens, memberships, assigned roles and given rules tell of themselves by triggers
 * (tell_rights_change), so that no way of writing them can forget to; a table that comes to say what persons may do gets
 * such a trigger too. Which organizations are in a collaboration says what their people's rules reach: that table tells them,
 * and the compute nodes of the collaboration (tell_reach_change). `publishRightsChange` is for what no row of the person's own
 * shows, such as a change of the rules of a role that they hold.
 */
import type { Changes } from '../data/writer.ts';

/** The topic that a signed-in person's sockets listen to. */
export const userTopic = (userId: string): string => `user:${userId}`;

/** Makes every socket of the person ask again, on commit, whether its bearer is still good. For the services of accounts. */
export async function publishRightsChange(changes: Changes, userId: string): Promise<void> {
  await changes.publish({ topic: userTopic(userId), kind: 'UPDATED', resource: 'User', id: userId });
}

/** The topic that the sockets of a compute node listen to. */
export const machineTopic = (computeNodeId: string): string => `computeNode:${computeNodeId}`;

/** Makes every socket of a compute node ask again, on commit, whether its bearer is still good. */
export async function publishMachineRightsChange(changes: Changes, computeNodeId: string): Promise<void> {
  await changes.publish({
    topic: machineTopic(computeNodeId),
    kind: 'UPDATED',
    resource: 'ComputeNode',
    id: computeNodeId,
  });
}
