/** What becomes of invites, apart from the entities, which form cycles. */
import { registerEnumType } from 'type-graphql';
import type { DerivedSql } from '../platform/data/model.ts';

/** What became of an invite. */
export enum InviteStatus {
  PENDING = 'PENDING',
  ACCEPTED = 'ACCEPTED',
  DECLINED = 'DECLINED',
  EXPIRED = 'EXPIRED',
  CANCELED = 'CANCELED',
}
registerEnumType(InviteStatus, { name: 'InviteStatus', description: 'What became of an invite.' });

/** The status of an invite as it is now: nobody has to come by for a pending one to expire. */
export const statusSql: DerivedSql = (of) =>
  `(CASE WHEN ${of('answer')} = 'PENDING' AND ${of('expiresAt')} <= now() THEN 'EXPIRED' ELSE ${of('answer')} END)`;
