/** The root fields of pictures: uploading one, and the sizes that they are made in. */
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { payload } from '../platform/graphql/payload.ts';
import { UploadScalar, UrlScalar } from '../platform/graphql/scalars.ts';
import type { UploadedFile } from '../platform/http/upload/uploaded-file.ts';
import { ImageKind, ImageSizes } from './image-sizes.entity.ts';
import { ImageSizesPayload, UpdateImageSizesInput } from './image-sizes.inputs.ts';
import { updateImageSizes } from './image-sizes.service.ts';
import { keepUpload } from './upload.service.ts';

/** A file that was uploaded. */
@ObjectType({ simpleResolvers: true })
export class UploadPayload {
  @Field(() => UrlScalar, {
    description:
      'Shows the picture for five minutes. For a day its uploader may name it where a picture is asked for, such as originalImageUrl.',
  })
  url!: string;
}

/** Queries and mutations of pictures. */
@Resolver()
export class ImageResolver {
  @Query(() => [ImageSizes], {
    description: 'How large pictures are made; for staff, empty for everybody else.',
  })
  async imageSizes(@Ctx() { read }: Context, @Info() info: FieldInfo) {
    const rows = await Promise.all(
      Object.values(ImageKind).map((kind) => read.single('ImageSizes', { kind }, info)),
    );
    return rows.filter((row) => row !== null);
  }

  @Mutation(() => ImageSizesPayload)
  updateImageSizes(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateImageSizesInput) input: UpdateImageSizesInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('imageSizes', 'ImageSizes', (await updateImageSizes(changes, id, input)).id),
    );
  }

  @Mutation(() => UploadPayload, {
    description:
      'Takes a picture (JPEG, PNG, WebP, GIF or AVIF) and gives it an address for its uploader to name.',
  })
  async uploadImage(
    @Arg('file', () => UploadScalar) file: UploadedFile,
    @Ctx() { viewer, installation }: Context,
  ): Promise<UploadPayload> {
    return { url: await keepUpload(installation, viewer.userId!, file) };
  }
}
