/** The verbs of image sizes: the two rows are there from the first start on, and are changed. */
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../platform/data/database.ts';
import type { Changes } from '../platform/data/writer.ts';
import { applyInput } from '../platform/data/writer.ts';
import { Problems, writtenFields } from '../platform/inputs.ts';
import type { ImageOrder, Variant } from '../platform/images/produce.ts';
import type { ImageKind } from './image-sizes.entity.ts';
import { ImageFormat, ImageSizes } from './image-sizes.entity.ts';
import type { UpdateImageSizesInput } from './image-sizes.inputs.ts';
import { imageNumbers } from './image-sizes.inputs.ts';

/** Inserts the rows, as they are by default, where they are not. Called after migrations. */
export async function ensureImageSizes(database: Database): Promise<void> {
  await database.query(
    `INSERT INTO image_sizes (id, kind, large_width, large_quality, small_width, small_quality, icon_width, logo_width, logo_quality)
     VALUES ($1, 'EVENT', 1300, 80, NULL, NULL, 75, 500, 90), ($2, 'PERSON', NULL, NULL, 50, 80, 35, NULL, NULL)
     ON CONFLICT (kind) DO NOTHING`,
    [uuidv7(), uuidv7()],
  );
}

const widest = 10_000;

/** Changes the sizes of a kind. Throws BAD_USER_INPUT for a number out of its range, or one that the kind does not have. */
export async function updateImageSizes(
  changes: Changes,
  id: string,
  input: UpdateImageSizesInput,
): Promise<ImageSizes> {
  const sizes = await changes.take(ImageSizes, id, 'update');
  await changes.authorizeFields({ resource: 'ImageSizes', id: sizes.id }, writtenFields(input));
  const problems = new Problems();
  if (input.format === null) problems.add('format', 'cannot be cleared');
  for (const name of imageNumbers) {
    const value = input[name];
    if (value === undefined) continue;
    const most = name.endsWith('Width') ? widest : 100;
    if (sizes[name] === null && value !== null)
      problems.add(name, `is not made of pictures of this kind (${sizes.kind})`);
    else if (sizes[name] !== null && (value === null || value < 1 || value > most))
      problems.add(name, `must be 1 to ${most}`);
  }
  problems.assertNone();
  applyInput(sizes, input, ['format', ...imageNumbers]);
  await changes.em.flush();
  return sizes;
}

/** The variants that there may be; `original` has the size that the picture came in. */
export type VariantName = 'original' | 'large' | 'thumbnail' | 'small' | 'icon' | 'logo';

/** What to make of a picture of a kind, as the settings are now. @param names from the largest to the smallest */
export async function imageOrder(
  { orm }: Database,
  kind: ImageKind,
  names: readonly VariantName[],
): Promise<ImageOrder> {
  const sizes = await orm.em.fork().findOneOrFail(ImageSizes, { kind });
  const format = sizes.format === ImageFormat.WEBP ? 'webp' : 'jpeg';
  const variants = names.map((name): Variant => {
    const width = name === 'original' ? null : sizes[`${name}Width`];
    return { name, width, height: null, quality: sizes[`${name}Quality`] ?? 80 };
  });
  return { format, variants };
}
