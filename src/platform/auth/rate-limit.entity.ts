/** The counters of rate-limiter-flexible, which names the columns. In PostgreSQL, so that all instances count together. */
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** How often something was tried under a key; not a type of the schema. */
@Entity({ tableName: 'rate_limits' })
export class RateLimit {
  @PrimaryKey({ columnType: 'text', type: 'text' })
  key!: string;
  @Property({ columnType: 'int', type: 'int' })
  points!: number;
  /** When the count starts anew, in milliseconds since 1970. */
  @Property({ columnType: 'bigint', type: 'bigint', nullable: true })
  @Index()
  expire!: string | null;
}
