/** Session types: talk, workshop, keynote …, with the length that each usually has. */
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

/** A kind of session, such as talk or workshop. */
@Resource('session_types', 'A kind of session, such as talk or workshop.', 'position ASC')
export class SessionType extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Column('name')
  name!: string;
  @Column('int', { description: 'The usual length in minutes.' })
  lengthMinutes!: number;
  @Column('int', { default: '0' })
  position: number = 0;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;

  @Connection(() => Session, () => ({ connection: SessionConnection, args: SessionArgs }), {
    by: 'sessionType',
  })
  sessions!: unknown;
}

/** A page of session types. */
export const SessionTypeConnection = connectionType('SessionType', () => SessionType);
/** Conditions on session types. */
export const SessionTypeFilter = filterType('SessionType', {
  id: conditions.id,
  name: conditions.text,
  lengthMinutes: conditions.int,
});
/** Orders of session types. */
export const SessionTypeOrder = orderType('SessionType', ['position', 'name', 'lengthMinutes', 'createdAt']);
/** The arguments of lists of session types. */
export const SessionTypeArgs = listArgs(
  () => SessionTypeFilter,
  () => SessionTypeOrder,
);
