/** Image sizes: how large the pictures of events and of people are made. Two rows, which staff change. */
import { Unique } from '@mikro-orm/decorators/legacy';
import { registerEnumType } from 'type-graphql';
import { Column, EntityBase, EnumColumn, Resource } from '../platform/data/entity.ts';

/** Whose pictures. */
export enum ImageKind {
  EVENT = 'EVENT',
  PERSON = 'PERSON',
}
registerEnumType(ImageKind, {
  name: 'ImageKind',
  description: 'Whose pictures: those of events, or those of speakers and users.',
});

/** How pictures are written. */
export enum ImageFormat {
  JPEG = 'JPEG',
  WEBP = 'WEBP',
}
registerEnumType(ImageFormat, {
  name: 'ImageFormat',
  description: 'How pictures are written; JPEG is progressive.',
});

const width = (what: string) =>
  `Most pixels from left to right of the ${what}; the height follows. Smaller pictures are not enlarged.`;
const quality = (what: string) => `Quality of the ${what}, 1 to 100.`;
const only = (kind: string) => `Of ${kind} only; null for the others.`;

/** How large the pictures of one kind are made. */
@Resource('image_sizes', 'How large the pictures of one kind are made, and how well.', 'kind ASC')
@Unique({ properties: ['kind'] })
export class ImageSizes extends EntityBase {
  @EnumColumn(() => ImageKind)
  kind!: ImageKind;
  @EnumColumn(() => ImageFormat, { default: "'JPEG'" })
  format: ImageFormat = ImageFormat.JPEG;
  @Column('int', { default: '90', description: quality('picture in its full size') })
  originalQuality: number = 90;
  @Column('int', { nullable: true, description: `${width('large picture')} ${only('events')}` })
  largeWidth!: number | null;
  @Column('int', { nullable: true, description: quality('large picture') })
  largeQuality!: number | null;
  @Column('int', { default: '500', description: width('thumbnail') })
  thumbnailWidth: number = 500;
  @Column('int', { default: '80', description: quality('thumbnail') })
  thumbnailQuality: number = 80;
  @Column('int', { nullable: true, description: `${width('small picture')} ${only('people')}` })
  smallWidth!: number | null;
  @Column('int', { nullable: true, description: quality('small picture') })
  smallQuality!: number | null;
  @Column('int', { description: width('icon') })
  iconWidth!: number;
  @Column('int', { default: '80', description: quality('icon') })
  iconQuality: number = 80;
  @Column('int', { nullable: true, description: `${width('logo')} ${only('events')}` })
  logoWidth!: number | null;
  @Column('int', { nullable: true, description: quality('logo') })
  logoQuality!: number | null;
}
