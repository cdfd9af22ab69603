/**
 * What all kinds of invites are: to whom, until when, and what became of it. No entity is imported here: those that
 * extend this one form cycles, and must find it made.
 */
import { Unique } from '@mikro-orm/decorators/legacy';
import { ObjectType } from 'type-graphql';
import { Column, Derived, EntityBase, EnumColumn } from '../platform/data/entity.ts';
import { InviteStatus, statusSql } from './invite.states.ts';

/** An invite, sent by mail. */
@ObjectType({ simpleResolvers: true })
export abstract class Invite extends EntityBase {
  @Column('email', {
    guarded: true,
    description: 'The address that it was sent to; only its verified owner may answer.',
  })
  email!: string;
  /** What is stored of `status`: a pending invite expires by itself. */
  @EnumColumn(() => InviteStatus, { default: "'PENDING'", api: false })
  answer: InviteStatus = InviteStatus.PENDING;
  @Column('time', { description: 'Until when it can be answered.' })
  expiresAt!: Date;
  /** The job of the latest mail; the tokens of earlier ones are dead. */
  @Column('uuid', { nullable: true, api: false })
  mailId!: string | null;
  /** The SHA-256 of the token in the latest mail, once that is written. */
  @Column('opaque', { nullable: true, api: false })
  @Unique()
  tokenHash!: string | null;
  @Derived(() => InviteStatus, statusSql)
  status!: InviteStatus;
}
