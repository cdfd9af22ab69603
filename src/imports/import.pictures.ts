/**
 * The pictures of a zip: kept where pictures wait that somebody has sent, and named by the rows of the import, so that
 * the same jobs make the same variants of them as of any other. What no job has taken after a day is removed.
 */
import { v7 as uuidv7 } from 'uuid';
import { pictureJobName } from '../images/picture.names.ts';
import type { Database } from '../platform/data/database.ts';
import { fileKey, filePath } from '../platform/files/keys.ts';
import type { Storage } from '../platform/files/storage.ts';
import type { ImportRows } from './import.rows.ts';
import { picturesOf } from './open-event.reader.ts';
import type { OpenEventImport } from './open-event.reader.ts';
import { inZip } from './open-event.values.ts';
import { readPictures } from './open-event.zip.ts';
import type { ZipLimits } from './open-event.zip.ts';
import { ImportError } from './import-error.ts';
import type { ImportNote } from './summary.ts';

/** The pictures of an import: where each is kept, by its path in the zip, or why it is not. */
export type KeptPictures = ReadonlyMap<string, string | ImportError>;

/** Keeps the pictures that rows of an import name. @param source the zip, as its bytes or its path */
export async function keepPictures(
  { database, storage }: { readonly database: Database; readonly storage: Storage },
  {
    content,
    source,
    owner,
    limits,
  }: { content: OpenEventImport; source: Buffer | string; owner: string; limits: ZipLimits },
): Promise<KeptPictures> {
  const kept = new Map<string, string | ImportError>();
  const id = uuidv7();
  await readPictures(source, picturesOf(content), limits, async (name, bytes) => {
    if (bytes instanceof ImportError) return void kept.set(name, bytes);
    const ending = name
      .slice(name.lastIndexOf('.') + 1)
      .toLowerCase()
      .replace('jpeg', 'jpg');
    const key = fileKey('imports', id, `${kept.size}.${ending}`);
    // The row first: whatever happens from here on, pruning finds what was kept (images/upload.service.ts).
    await database.query('INSERT INTO uploads (id, user_id, key) VALUES ($1, $2, $3)', [
      uuidv7(),
      owner,
      key,
    ]);
    await storage.put(key, bytes);
    kept.set(name, filePath(key));
  });
  return kept;
}

/** The payload of the job that makes the variants of a picture (images/picture.job.ts). */
interface PictureOrder {
  readonly resource: string;
  readonly id: string;
  readonly field: string;
  readonly source: string;
  readonly replaced: null;
}

/** The name of that job. */
export const importedPictureJob = pictureJobName;

/** Puts the places of kept pictures into the rows that name them, and null where there is none; answers the jobs to queue. */
export function placePictures(
  event: Record<string, unknown>,
  rows: ImportRows,
  kept: KeptPictures,
): { orders: PictureOrder[]; notes: ImportNote[] } {
  const orders: PictureOrder[] = [];
  const notes: ImportNote[] = [];
  const place = (resource: string, row: Record<string, unknown>, field: string) => {
    const named = row[field];
    if (typeof named !== 'string' || !named.startsWith(inZip)) return;
    const path = named.slice(inZip.length);
    const source = kept.get(path);
    row[field] = typeof source === 'string' ? source : null;
    if (typeof source === 'string')
      orders.push({ resource, id: row.id as string, field, source, replaced: null });
    else
      notes.push({
        path: [path],
        kind: 'left-out',
        reason: 'a picture that could not be taken out of the zip',
        ...(source ? { detail: source.message } : {}),
      });
  };
  place('Event', event, 'originalImageUrl');
  place('Event', event, 'logoUrl');
  for (const copyright of rows.copyrights)
    place('Copyright', copyright as Record<string, unknown>, 'logoUrl');
  for (const speaker of rows.speakers) place('Speaker', speaker as Record<string, unknown>, 'photoUrl');
  for (const sponsor of rows.sponsors) place('Sponsor', sponsor as Record<string, unknown>, 'logoUrl');
  return { orders, notes };
}
