/** Tracks: the themes into which the programme of an event is divided. */
import type { Rel } from '@mikro-orm/core';
import { Event } from '../events/event.entity.ts';
import { Column, Connection, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';
import { Session, SessionArgs, SessionConnection } from '../sessions/session.entity.ts';

/** A theme of the programme of an event. */
@Resource('tracks', 'A theme of the programme of an event.', 'position ASC')
export class Track extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Column('name')
  name!: string;
  @Column('html', { nullable: true, description: 'HTML, sanitised.' })
  description!: string | null;
  @Column('color', { description: 'A colour as #rrggbb.' })
  color!: string;
  @Column('int', { default: '0' })
  position: number = 0;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;

  @Connection(() => Session, () => ({ connection: SessionConnection, args: SessionArgs }), { by: 'track' })
  sessions!: unknown;
}

/** A page of tracks. */
export const TrackConnection = connectionType('Track', () => Track);
/** Conditions on tracks. */
export const TrackFilter = filterType('Track', {
  id: conditions.id,
  name: conditions.text,
  color: conditions.text,
});
/** Orders of tracks. */
export const TrackOrder = orderType('Track', ['position', 'name', 'createdAt']);
/** The arguments of lists of tracks. */
export const TrackArgs = listArgs(
  () => TrackFilter,
  () => TrackOrder,
);
