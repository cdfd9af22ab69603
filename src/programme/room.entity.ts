/** Rooms: where the sessions of an event take place. */
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

/** A place where sessions of an event happen. */
@Resource('rooms', 'A place where sessions of an event happen.', 'position ASC')
export class Room extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Column('name')
  name!: string;
  @Column('int', { nullable: true })
  floor!: number | null;
  @Column('line', { nullable: true, description: "The room's number or sign in the building." })
  room!: string | null;
  @Column('float', { nullable: true })
  latitude!: number | null;
  @Column('float', { nullable: true })
  longitude!: number | null;
  @Column('int', { default: '0' })
  position: number = 0;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;

  @Connection(() => Session, () => ({ connection: SessionConnection, args: SessionArgs }), { by: 'room' })
  sessions!: unknown;
}

/** A page of rooms. */
export const RoomConnection = connectionType('Room', () => Room);
/** Conditions on rooms. */
export const RoomFilter = filterType('Room', {
  id: conditions.id,
  name: conditions.text,
  floor: conditions.int,
});
/** Orders of rooms. */
export const RoomOrder = orderType('Room', ['position', 'name', 'floor', 'createdAt']);
/** The arguments of lists of rooms. */
export const RoomArgs = listArgs(
  () => RoomFilter,
  () => RoomOrder,
);
