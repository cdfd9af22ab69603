/** The log of mails: what was sent to whom and what became of it, for staff. Neither bodies nor tokens are kept. */
import { Index } from '@mikro-orm/decorators/legacy';
import { registerEnumType } from 'type-graphql';
import { Column, EntityBase, EnumColumn, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  enumCondition,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';

/** What became of a mail. */
export enum MailStatus {
  SENDING = 'SENDING',
  SENT = 'SENT',
  UNCERTAIN = 'UNCERTAIN',
  FAILED = 'FAILED',
  SUPPRESSED = 'SUPPRESSED',
}
registerEnumType(MailStatus, {
  name: 'MailStatus',
  description: 'What became of a mail.',
  valuesConfig: {
    SENDING: { description: 'On its way, or to be tried again.' },
    SENT: { description: 'The mail server has taken it.' },
    UNCERTAIN: {
      description:
        'Its text was handed over, but the answer of the mail server was lost: it is sent once more, and no more.',
    },
    FAILED: { description: 'Given up; `error` says why.' },
    SUPPRESSED: { description: 'Not sent, since administrators or the recipient switched this kind off.' },
  },
});

/** A mail; its id is that of the job which sends it. Written by platform/mail/log.ts alone. */
@Resource('mails', 'A mail that the server sent, or tried to. Its text is not kept.', 'at DESC')
export class Mail extends EntityBase {
  @Column('code', { description: 'The kind of mail, as in MessageSetting.kind.' })
  kind!: string;
  @Column('plainEmail', { description: 'The address that it went to.' })
  @Index()
  recipient!: string;
  @Column('line')
  subject!: string;
  @EnumColumn(() => MailStatus)
  status!: MailStatus;
  @Column('opaque', {
    nullable: true,
    description: 'Why it could not be sent, in the words of the mail server.',
  })
  error!: string | null;
  @Column('time', { default: 'now()', description: 'When it got its status.' })
  @Index()
  at: Date = new Date();
}

/** A page of mails. */
export const MailConnection = connectionType('Mail', () => Mail);
/** Conditions on mails. */
export const MailFilter = filterType('Mail', {
  id: conditions.id,
  kind: conditions.text,
  recipient: conditions.text,
  subject: conditions.text,
  status: enumCondition('MailStatus', () => MailStatus),
  at: conditions.time,
});
/** Orders of mails. */
export const MailOrder = orderType('Mail', ['at', 'recipient']);
/** The arguments of lists of mails. */
export const MailArgs = listArgs(
  () => MailFilter,
  () => MailOrder,
);
