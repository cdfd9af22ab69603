/** The inputs of image sizes. */
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ImageFormat, ImageSizes } from './image-sizes.entity.ts';

/** The sizes and qualities, by their fields. */
export const imageNumbers = [
  'originalQuality',
  'largeWidth',
  'largeQuality',
  'thumbnailWidth',
  'thumbnailQuality',
  'smallWidth',
  'smallQuality',
  'iconWidth',
  'iconQuality',
  'logoWidth',
  'logoQuality',
] as const;

/** Changes to the sizes of pictures. */
@InputType({
  description:
    'Changes to the sizes of pictures: an absent key is left alone. They hold for pictures from now on.',
})
export class UpdateImageSizesInput {
  @Field(() => ImageFormat, { nullable: true })
  format?: ImageFormat | null;
  @Field(() => Int, { nullable: true })
  originalQuality?: number | null;
  @Field(() => Int, { nullable: true })
  largeWidth?: number | null;
  @Field(() => Int, { nullable: true })
  largeQuality?: number | null;
  @Field(() => Int, { nullable: true })
  thumbnailWidth?: number | null;
  @Field(() => Int, { nullable: true })
  thumbnailQuality?: number | null;
  @Field(() => Int, { nullable: true })
  smallWidth?: number | null;
  @Field(() => Int, { nullable: true })
  smallQuality?: number | null;
  @Field(() => Int, { nullable: true })
  iconWidth?: number | null;
  @Field(() => Int, { nullable: true })
  iconQuality?: number | null;
  @Field(() => Int, { nullable: true })
  logoWidth?: number | null;
  @Field(() => Int, { nullable: true })
  logoQuality?: number | null;
}

/** Sizes that were changed. */
@ObjectType({ simpleResolvers: true })
export class ImageSizesPayload {
  @Field(() => ImageSizes)
  imageSizes!: unknown;
}
