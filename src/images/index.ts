/** What other slices use of pictures. */
export { ensureImageSizes } from './image-sizes.service.ts';
export { copiedAddress, copiedPicture, takePictures } from './picture.copies.ts';
export { removeFiles, removePictures, setPictures } from './picture.service.ts';
export { reconcileFiles } from './reconcile.ts';
export { uploadRoutes } from './upload.routes.ts';
