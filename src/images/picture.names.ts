/** The names of the jobs of pictures, apart from what they do: whoever names a picture does not need the rest. */

/** Makes the variants of a picture that a row names. */
export const pictureJobName = 'images.process';

/** Removes files that no row names any more. */
export const removalJobName = 'images.remove';
