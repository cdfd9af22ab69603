/** FAQs: what people ask of an event, answered once for all of them. */
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

/** A question that is often asked of an event, with its answer. */
@Resource('faqs', 'A question that is often asked of an event, with its answer.', 'position ASC')
export class Faq extends EntityBase {
  @Link(() => Event, { onDelete: 'cascade' })
  event!: Rel<Event>;
  @Column('name')
  question!: string;
  @Column('html', { description: 'HTML, sanitised.' })
  answer!: string;
  @Column('int', { default: '0' })
  position: number = 0;
  @Column('int', {
    default: '1',
    description: 'Increases with every change; pass it in an update to detect conflicting edits.',
  })
  version: number = 1;
}

/** A page of FAQs. */
export const FaqConnection = connectionType('Faq', () => Faq);
/** Conditions on FAQs. */
export const FaqFilter = filterType('Faq', { id: conditions.id, question: conditions.text });
/** Orders of FAQs. */
export const FaqOrder = orderType('Faq', ['position', 'question', 'createdAt']);
/** The arguments of lists of FAQs. */
export const FaqArgs = listArgs(
  () => FaqFilter,
  () => FaqOrder,
);
