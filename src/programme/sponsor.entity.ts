/** Sponsors: who supports an event. */
import type { Rel } from '@mikro-orm/core';
import { Event } from '../events/event.entity.ts';
import { pictureFailure, pictureFailureOptions } from '../images/picture-failure.ts';
import { Column, Derived, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';

/** Who supports an event. */
@Resource('sponsors', 'Who supports an event.', 'level ASC')
export class Sponsor extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Column('name')
  name!: string;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  description!: string | null;
  @Column('url', { nullable: true })
  url!: string | null;
  @Column('file', { nullable: true })
  logoUrl!: string | null;
  @Derived('opaque', pictureFailure('logoUrl'), pictureFailureOptions)
  logoFailure!: string | null;
  @Column('int', { nullable: true, description: 'The lower, the nearer to the top.' })
  level!: number | null;
  @Column('line', { nullable: true, description: 'Such as gold, or media partner.' })
  type!: string | null;
  @Column('int', { default: '0' })
  position: number = 0;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
}

/** A page of sponsors. */
export const SponsorConnection = connectionType('Sponsor', () => Sponsor);
/** Conditions on sponsors. */
export const SponsorFilter = filterType('Sponsor', {
  id: conditions.id,
  name: conditions.text,
  level: conditions.int,
  type: conditions.text,
});
/** Orders of sponsors. */
export const SponsorOrder = orderType('Sponsor', ['level', 'position', 'name', 'createdAt']);
/** The arguments of lists of sponsors. */
export const SponsorArgs = listArgs(
  () => SponsorFilter,
  () => SponsorOrder,
);
