/**
 * Where pictures are asked for: each field that names one, with the variants that are made of it and the columns that
 * show them. To give another resource a picture, add an entry and call `setPictures` where its inputs are applied.
 */
import { User } from '../accounts/user.entity.ts';
import { Event } from '../events/event.entity.ts';
import type { EntityBase } from '../platform/data/entity.ts';
import type { QueryRow } from '../platform/data/database.ts';
import type { Changes, EntityClass } from '../platform/data/writer.ts';
import type { FileKind } from '../platform/files/keys.ts';
import { Copyright } from '../programme/copyright.entity.ts';
import { Sponsor } from '../programme/sponsor.entity.ts';
import { publishSessionsOfSpeaker } from '../sessions/session.topics.ts';
import { Speaker } from '../speakers/speaker.entity.ts';
import { ImageKind } from './image-sizes.entity.ts';
import type { VariantName } from './image-sizes.service.ts';

/** A field that names a picture. */
export interface Pictured {
  readonly entity: EntityClass<EntityBase>;
  /** The field, which shows the first variant once that is made. */
  readonly field: string;
  readonly kind: FileKind;
  readonly sizes: ImageKind;
  /** The column of each variant, from the largest to the smallest. */
  readonly variants: readonly (readonly [name: VariantName, column: string])[];
  /** Tells subscribers that the row has its picture. */
  readonly publish?: (changes: Changes, id: string, before: QueryRow) => Promise<void>;
}

const person = [
  ['thumbnail', 'thumbnailImageUrl'],
  ['small', 'smallImageUrl'],
  ['icon', 'iconImageUrl'],
] as const;

const ofEvent = { entity: Event, kind: 'events', sizes: ImageKind.EVENT, publish: publishEvent } as const;

/** All of them. */
export const pictured: readonly Pictured[] = [
  {
    ...ofEvent,
    field: 'originalImageUrl',
    variants: [
      ['original', 'originalImageUrl'],
      ['large', 'largeImageUrl'],
      ['thumbnail', 'thumbnailImageUrl'],
      ['icon', 'iconImageUrl'],
    ],
  },
  { ...ofEvent, field: 'logoUrl', variants: [['logo', 'logoUrl']] },
  {
    entity: Sponsor,
    field: 'logoUrl',
    kind: 'sponsors',
    sizes: ImageKind.EVENT,
    variants: [['logo', 'logoUrl']],
  },
  {
    entity: Copyright,
    field: 'logoUrl',
    kind: 'copyrights',
    sizes: ImageKind.EVENT,
    variants: [['logo', 'logoUrl']],
  },
  {
    entity: Speaker,
    field: 'photoUrl',
    kind: 'speakers',
    sizes: ImageKind.PERSON,
    variants: [['original', 'photoUrl'], ...person],
    publish: publishSessionsOfSpeaker,
  },
  {
    entity: User,
    field: 'avatarUrl',
    kind: 'users',
    sizes: ImageKind.PERSON,
    variants: [['original', 'avatarUrl'], ...person],
  },
];

async function publishEvent(changes: Changes, id: string, before: QueryRow): Promise<void> {
  await changes.publish({ topic: `event:${id}`, kind: 'UPDATED', resource: 'Event', id, before });
}

/** The fields of a resource that name pictures. */
export function picturedFields(resource: string): readonly Pictured[] {
  return pictured.filter(({ entity }) => entity.name === resource);
}

/** One of them. Throws where there is none: names come from the code. */
export function picturedField(resource: string, field: string): Pictured {
  const found = picturedFields(resource).find((each) => each.field === field);
  if (!found) throw new Error(`${resource}.${field} names no picture`);
  return found;
}

/** The values of a row's columns, as far as pictures are concerned. */
export type PicturedRow = EntityBase & Record<string, string | null | undefined>;
