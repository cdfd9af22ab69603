/**
 * Notices on their way to their audience. Those that wait become one per object: the latest time, and every state
 * that the object was in meanwhile, so that whoever saw one of them is told when it is gone.
 */
import { registerEnumType } from 'type-graphql';
import type { QueryRow } from '../data/database.ts';
import type { Notice, RowsBefore } from '../data/writer.ts';

/** What became of an object in the eyes of a subscriber. */
export enum ChangeKind {
  CREATED = 'CREATED',
  UPDATED = 'UPDATED',
  REMOVED = 'REMOVED',
}
registerEnumType(ChangeKind, {
  name: 'ChangeKind',
  description:
    'What became of an object in the eyes of the subscriber: it appeared, it changed, it is not to be seen any more.',
});

/** A state that an object was in before a change; null where there was no such object. */
export type StateBefore = { readonly row: QueryRow | null; readonly beside: readonly RowsBefore[] } | null;

/** One or more notices on one object (with `of`: on all that hang on it), for one audience. */
export interface Told {
  readonly resource: string;
  readonly id: string;
  readonly of: string | null;
  /** The states before, oldest first. */
  readonly before: readonly StateBefore[];
  /** What was published with the notices, oldest first. */
  readonly data: readonly unknown[];
  /** The object itself is gone for everybody. */
  readonly isDeleted: boolean;
  /** The ids of the transactions that made the changes. */
  readonly transactions: readonly string[];
  /** When the latest of the changes was made. */
  readonly at: Date;
}

/** What is stored of a notice: `Changes.publish` adds the transaction. */
export type StoredPayload = Omit<Notice, 'topic'> & { readonly transaction: string };

/** A stored notice as its subscribers get it. */
export function toldOf(
  { kind, resource, id, of, before, beside, data, transaction }: StoredPayload,
  at: Date,
): Told {
  const state = kind === 'CREATED' ? null : { row: before ?? null, beside: beside ?? [] };
  return {
    resource,
    id,
    of: of ?? null,
    before: [state],
    data: data === undefined ? [] : [data],
    isDeleted: kind === 'REMOVED',
    transactions: [transaction],
    at,
  };
}

/** Two notices on one object as one. */
export function merged(earlier: Told, later: Told): Told {
  return {
    ...later,
    before: [...earlier.before, ...later.before],
    data: [...earlier.data, ...later.data],
    transactions: [...earlier.transactions, ...later.transactions],
  };
}
