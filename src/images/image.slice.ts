/** The slice of pictures: uploads, sizes, and the jobs that make what is shown. */
import { byCell, forEveryone, forSignedIn } from '../permissions/operations.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import type { Slice } from '../platform/slice.ts';
import { ImageSizes } from './image-sizes.entity.ts';
import { imageSizesPermissions } from './image-sizes.permissions.ts';
import { ImageResolver } from './image.resolver.ts';
import { PictureFailure } from './picture-failure.ts';
import { pictureFailed, pictureJob, pruneFailures, removalJob } from './picture.job.ts';
import { Upload } from './upload.entity.ts';
import { pruneUploads } from './upload.service.ts';

/** Pictures. */
export const imageSlice: Slice = {
  entities: [ImageSizes, Upload, PictureFailure],
  permissions: [imageSizesPermissions],
  resolvers: [ImageResolver],
  operations: {
    Query: { imageSizes: forEveryone },
    Mutation: { uploadImage: forSignedIn, updateImageSizes: byCell('ImageSizes', 'update') },
  },
  jobs: [pictureJob as JobDefinition, removalJob as JobDefinition],
  notifications: [pictureFailed],
  prune: [pruneUploads, pruneFailures],
};
