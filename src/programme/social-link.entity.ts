/** Social links: where else on the web an event is found. */
import { randomBytes } from 'node:crypto';
import type { Rel } from '@mikro-orm/core';
import { Event } from '../events/event.entity.ts';
import { Column, EntityBase, Link, Resource } from '../platform/data/entity.ts';
import {
  conditions,
  connectionType,
  filterType,
  listArgs,
  orderType,
} from '../platform/graphql/connection.ts';

/** A place on the web where an event is found, such as its page at a social network. */
@Resource(
  'social_links',
  'A place on the web where an event is found, such as its page at a social network.',
  'position ASC',
)
export class SocialLink extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Column('name', { description: 'What the place is called.' })
  name!: string;
  @Column('url')
  link!: string;
  @Column('code', { description: 'Short and stable, made with the link.' })
  identifier: string = newLinkIdentifier();
  @Column('int', { default: '0' })
  position: number = 0;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
}

/** An identifier of a new link: eight hexadecimal digits. */
export function newLinkIdentifier(): string {
  return randomBytes(4).toString('hex');
}

/** A page of social links. */
export const SocialLinkConnection = connectionType('SocialLink', () => SocialLink);
/** Conditions on social links. */
export const SocialLinkFilter = filterType('SocialLink', {
  id: conditions.id,
  name: conditions.text,
  identifier: conditions.text,
});
/** Orders of social links. */
export const SocialLinkOrder = orderType('SocialLink', ['position', 'name', 'createdAt']);
/** The arguments of lists of social links. */
export const SocialLinkArgs = listArgs(
  () => SocialLinkFilter,
  () => SocialLinkOrder,
);
