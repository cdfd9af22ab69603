/** Copyright: who holds the rights to what is shown at an event, and under which licence it may be used. */
import type { Rel } from '@mikro-orm/core';
import { Event } from '../events/event.entity.ts';
import { pictureFailure, pictureFailureOptions } from '../images/picture-failure.ts';
import { Column, Derived, EntityBase, Link, Resource } from '../platform/data/entity.ts';

/** Who holds the rights to what is shown at an event; an event has one at most. */
@Resource(
  'copyrights',
  'Who holds the rights to what is shown at an event, and the licence; an event has one at most.',
)
export class Copyright extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade', unique: true })
  event!: Rel<Event>;
  @Column('name')
  holder!: string;
  @Column('url', { nullable: true })
  holderUrl!: string | null;
  @Column('line', { nullable: true, description: 'Such as CC BY 4.0.' })
  licence!: string | null;
  @Column('url', { nullable: true })
  licenceUrl!: string | null;
  @Column('file', { nullable: true })
  logoUrl!: string | null;
  @Derived('opaque', pictureFailure('logoUrl'), pictureFailureOptions)
  logoFailure!: string | null;
  @Column('int', { nullable: true })
  year!: number | null;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
}
