/**
 * What a transaction causes beyond its own rows: jobs, which a relay hands to the queue, and notices, which every
 * instance of the server passes on to its subscribers. Written in the transaction, so they happen if it commits.
 */
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A job that waits to be handed to the queue; its id becomes the job's, so that handing it on twice is harmless. */
@Entity({ tableName: 'outbox' })
export class OutboxJob {
  @PrimaryKey({ type: 'uuid' })
  id!: string;
  @Property({ columnType: 'text', type: 'text' })
  name!: string;
  @Property({ columnType: 'jsonb', type: 'json' })
  payload!: unknown;
  /** On whose behalf the job runs; null for the server itself. */
  @Property({ columnType: 'uuid', type: 'uuid', nullable: true })
  actorId!: string | null;
  /** What kind of viewer queued it. */
  @Property({ columnType: 'text', type: 'text', defaultRaw: "'anonymous'" })
  actorKind!: string;
  /** ADD: the queue is to have it. AGAIN: it has failed there, and is to begin anew. DROP: the queue is to forget it. */
  @Property({ columnType: 'text', type: 'text', defaultRaw: "'ADD'" })
  operation!: 'ADD' | 'AGAIN' | 'DROP';
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  @Index()
  createdAt!: Date;
}

/** A live message: a reference to what changed, and what the row was before where somebody may stop seeing it. */
@Entity({ tableName: 'notices' })
export class StoredNotice {
  @PrimaryKey({ columnType: 'bigint', type: 'bigint', autoincrement: true })
  id!: string;
  @Property({ columnType: 'text', type: 'text' })
  topic!: string;
  @Property({ columnType: 'jsonb', type: 'json' })
  payload!: unknown;
  @Property({ columnType: 'timestamptz(3)', type: 'Date', defaultRaw: 'now()' })
  @Index()
  createdAt!: Date;
}
