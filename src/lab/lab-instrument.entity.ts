/** The state in which an instrument was left. Whoever holds its row uses the instrument: one call at a time, everywhere. */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** An instrument between two calls; not a type of the schema. */
@Entity({ tableName: 'lab_instruments' })
export class LabInstrument {
  @PrimaryKey({ columnType: 'text', type: 'text' })
  name!: string;
  /** What `close` returned last; null before the first call. */
  @Property({ columnType: 'jsonb', type: 'json', nullable: true })
  state!: unknown;
}
