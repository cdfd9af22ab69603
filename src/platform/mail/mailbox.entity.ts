/** The development mailbox: mails that would have been sent, kept where no mail server is configured. */
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A mail that nobody was sent; shown at /mailbox. */
@Entity({ tableName: 'mailbox_messages' })
export class MailboxMessage {
  /** The job that wrote it: a job that runs again writes it no second time. */
  @PrimaryKey({ columnType: 'text', type: 'text' })
  jobId!: string;
  @Property({ columnType: 'text', type: 'text', fieldName: 'recipient' })
  to!: string;
  @Property({ columnType: 'text', type: 'text' })
  subject!: string;
  @Property({ columnType: 'text', type: 'text' })
  text!: string;
  @Property({ columnType: 'text', type: 'text' })
  html!: string;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  @Index()
  createdAt!: Date;
}
