/** The call for speakers of an event: when, and for whom, proposals are open. */
import type { Rel } from '@mikro-orm/core';
import { Column, EntityBase, EnumColumn, Link, Resource } from '../platform/data/entity.ts';
import { Event } from './event.entity.ts';
import { EventPrivacy } from './event.states.ts';

/** The call for speakers of an event. */
@Resource('calls_for_speakers', 'When, and for whom, proposals for an event are open.')
export class CallForSpeakers extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade', unique: true })
  event!: Rel<Event>;
  @Column('time')
  startsAt!: Date;
  @Column('time')
  endsAt!: Date;
  @Column('time', { nullable: true, description: 'Until when late proposals are taken; not announced.' })
  softEndsAt!: Date | null;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  announcement!: string | null;
  @EnumColumn(() => EventPrivacy, { default: "'PUBLIC'" })
  privacy!: EventPrivacy;
  @Column('boolean', { default: 'true' })
  isEnabled!: boolean;
  @Column('boolean', {
    default: 'false',
    description:
      'Whether pending sessions can be edited by their creators and speakers after the call has ended.',
  })
  allowsEditsAfterEnd: boolean = false;
  @Column('opaque', { guarded: true, description: 'Whoever knows it sees a private call and may answer it.' })
  hash!: string;
}
