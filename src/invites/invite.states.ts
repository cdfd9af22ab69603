/** The enum of invites, apart from the entities, which form cycles. */
import { registerEnumType } from 'type-graphql';

/** What became of an invite. */
export enum InviteStatus {
  PENDING = 'PENDING',
  ACCEPTED = 'ACCEPTED',
  DECLINED = 'DECLINED',
  EXPIRED = 'EXPIRED',
  CANCELED = 'CANCELED',
}
registerEnumType(InviteStatus, { name: 'InviteStatus', description: 'What became of an invite.' });
