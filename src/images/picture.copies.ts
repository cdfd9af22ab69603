/**
 * Pictures of copied rows. A file belongs to one row, so a copy first names the picture of the other row as anybody
 * could, by its public address; the job of pictures then makes files of its own for it.
 */
import type { Changes } from '../platform/data/writer.ts';
import { literal } from '../platform/data/sql.ts';
import { filesPath, isPublicKey, keyOfPath } from '../platform/files/keys.ts';
import { pictureJobName } from './picture.names.ts';
import { picturedField } from './pictured.ts';

/** What a copied row names as its picture; undefined where the other row's is still on its way. @param base the base of our addresses */
export function copiedAddress(picture: string | null, base: string): string | undefined {
  const key = keyOfPath(picture);
  if (key === null) return picture ?? undefined;
  return isPublicKey(key) ? `${base}${picture}` : undefined;
}

/**
 * The same as SQL, for many rows at once: what a copied row names as its picture; null where the other row's is still on its way.
 * @param column the SQL of the other row's column
 * @param base the SQL of the base of our addresses
 */
export function copiedPicture(resource: string, field: string, column: string, base: string): string {
  const made = literal(`${filesPath}/${picturedField(resource, field).kind}/`);
  return `CASE WHEN starts_with(${column}, ${made}) THEN ${base} || ${column} WHEN NOT starts_with(${column}, ${literal(`${filesPath}/`)}) THEN ${column} END`;
}

/** Has the pictures made that copied rows name. */
export async function takePictures(
  changes: Changes,
  resource: string,
  field: string,
  rows: readonly { readonly id: string; readonly source: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  await changes.enqueueAll(
    pictureJobName,
    rows.map(({ id, source }) => ({ resource, id, field, source, replaced: null })),
  );
}
