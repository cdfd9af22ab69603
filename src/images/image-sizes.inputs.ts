/** The inputs of image sizes. */
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { ImageFormat, ImageSizes } from './image-sizes.entity.ts';

/** The sizes and qualities, by their fields. */
export const imageNumbers = [
  'originalQuality', 'largeWidth', 'largeQuality', 'thumbnailWidth', 'thumbnailQuality', 'smallWidth', 'smallQuality', 'iconWidth',
  'iconQuality', 'logoWidth', 'logoQuality',
] as const;

/** Changes to the sizes of pictures. */
@InputType({ description: 'Changes to the sizes of pictures: an absent key is left alone. They hold for pictures from now on.' })
export class UpdateImageSizesInput {
  @Field(() => ImageFormat, { nullable: true })
  format?: ImageFormat | null;
}
export interface UpdateImageSizesInput extends Partial<Record<(typeof imageNumbers)[number], number | null>> {}

for (const name of imageNumbers) Field(() => Int, { nullable: true })(UpdateImageSizesInput.prototype, name);

/** Sizes that were changed. */
@ObjectType({ simpleResolvers: true })
export class ImageSizesPayload {
  @Field(() => ImageSizes)
  imageSizes!: unknown;
}
