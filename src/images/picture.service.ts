/**
 * Naming pictures: what a client may give where a picture is asked for, and what that causes. The address stands in
 * the row at once; a job fetches the picture, makes the variants and puts their addresses in its place. The addresses
 * of variants are never a client's to set.
 */
import type { EntityBase } from '../platform/data/entity.ts';
import type { Changes } from '../platform/data/writer.ts';
import { filePath, keyOfPath } from '../platform/files/keys.ts';
import type { PicturedRow } from './pictured.ts';
import { picturedFields } from './pictured.ts';
import { pictureJobName, removalJobName } from './picture.names.ts';
import { uploadNamed } from './upload.service.ts';

/**
 * Applies the pictures that an input names to a row: an own upload, any http(s) address, or null for none. Call it in
 * place of setting these fields. Throws BAD_USER_INPUT for an upload of somebody else's.
 */
export async function setPictures(changes: Changes, row: EntityBase, input: object): Promise<void> {
  const resource = row.constructor.name;
  const values = row as PicturedRow;
  for (const { field, variants } of picturedFields(resource)) {
    const given = (input as Record<string, string | null | undefined>)[field];
    const standing = values[field] ?? null;
    if (given === undefined || given === standing) continue;
    const columns = variants.map(([, column]) => column);
    await changes.query('DELETE FROM picture_failures WHERE row_id = $1 AND field = $2', [row.id, field]);
    if (given === null) {
      await removeFiles(
        changes,
        columns.map((column) => values[column] ?? null),
      );
      for (const column of columns) values[column] = null;
      continue;
    }
    // Front ends send back what they have read: the same picture again is no change.
    if (keyOfPath(standing) !== null && new URL(given).pathname === standing) continue;
    const source = (await uploadNamed(changes, given, field)) ?? given;
    values[field] = source;
    // What the other columns show goes when there is something in its place; the row names this one no more.
    const replaced = standing !== source && ownPaths([standing]).length > 0 ? standing : null;
    await changes.em.flush();
    await changes.enqueue(pictureJobName, { resource, id: row.id, field, source, replaced });
  }
}

/** Removes the files behind these addresses, when and if the transaction commits; those of others are left alone. */
export async function removeFiles(changes: Changes, addresses: readonly (string | null)[]): Promise<void> {
  const paths = ownPaths(addresses);
  if (paths.length > 0) await changes.enqueue(removalJobName, { keys: paths.map((path) => keyOfPath(path)) });
}

/** Removes the pictures of a row that goes for good. For whoever deletes rows of the resources in pictured.ts. */
export async function removePictures(changes: Changes, row: EntityBase): Promise<void> {
  const columns = picturedFields(row.constructor.name).flatMap(({ variants }) =>
    variants.map(([, column]) => column),
  );
  await removeFiles(
    changes,
    columns.map((column) => (row as PicturedRow)[column] ?? null),
  );
}

/** Which of the addresses are files that were made for a row; uploads are pruned by themselves. */
function ownPaths(addresses: readonly (string | null)[]): string[] {
  return addresses.flatMap((address) => {
    const key = keyOfPath(address);
    return key !== null && !key.startsWith('uploads/') && !key.startsWith('imports/') ? [filePath(key)] : [];
  });
}
