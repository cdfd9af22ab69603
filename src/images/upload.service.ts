/**
 * Uploads: a picture is kept for a day under an address that only its uploader can make something of, by naming it
 * where a picture is asked for (picture.service.ts).
 */
import { readFile } from 'node:fs/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Changes } from '../platform/data/writer.ts';
import { fileKey, keyOfPath } from '../platform/files/keys.ts';
import { signedLink } from '../platform/files/links.ts';
import type { Installation } from '../platform/graphql/context.ts';
import { PublicError, badInput, limitExceeded } from '../platform/graphql/errors.ts';
import type { UploadedFile } from '../platform/http/upload/uploaded-file.ts';
import { PictureRefused } from '../platform/images/decoder.ts';
import type { Prune } from '../platform/jobs/prune.ts';

/** How long an upload may be named, in hours. */
const hours = 24;

/** The most uploads that a person has waiting. */
const mostWaiting = 200;

const endings: Readonly<Record<string, string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  heif: 'avif',
};

/**
 * Keeps a picture and answers its address, which shows the picture for five minutes and may be named for a day.
 * Throws BAD_USER_INPUT for what is no picture that we take, LIMIT_EXCEEDED for one that is too large, RATE_LIMITED.
 */
export async function keepUpload(
  { database, storage, decoder, config }: Installation,
  userId: string,
  file: UploadedFile,
): Promise<string> {
  const { maxImageBytes } = config.limits;
  if (file.bytes > maxImageBytes) throw limitExceeded(`The file has more than ${maxImageBytes} bytes`);
  const bytes = await readFile(file.path);
  const { format } = await decoder.inspect(bytes).catch((error: unknown) => {
    throw error instanceof PictureRefused ? badInput([{ path: ['file'], message: error.message }]) : error;
  });
  const id = uuidv7();
  const key = fileKey('uploads', `${id}.${endings[format]}`);
  // The row first: whatever happens from here on, pruning finds what was kept.
  const [kept] = await database.query(
    `INSERT INTO uploads (id, user_id, key) SELECT $1, $2, $3
     WHERE (SELECT count(*) FROM uploads WHERE user_id = $2 AND starts_with(key, 'uploads/') AND created_at > now() - make_interval(hours => ${hours})) < ${mostWaiting} RETURNING id`,
    [id, userId, key],
  );
  if (!kept)
    throw new PublicError(
      'RATE_LIMITED',
      `You have ${mostWaiting} uploads that you have not used; they are removed after a day`,
      { retryAfter: 3600 },
    );
  try {
    await storage.put(key, bytes);
  } catch (error) {
    await database.query('DELETE FROM uploads WHERE id = $1', [id]).catch(() => {});
    throw error;
  }
  return signedLink(config, key);
}

/** The path of an upload that an address names; null where it names none. Throws BAD_USER_INPUT for one that is not the person's. */
export async function uploadNamed(changes: Changes, address: string, field: string): Promise<string | null> {
  const path = new URL(address).pathname;
  const key = keyOfPath(path);
  if (!key?.startsWith('uploads/')) return null;
  const [found] = await changes.query(
    `SELECT 1 FROM uploads WHERE key = $1 AND user_id = $2 AND created_at > now() - make_interval(hours => ${hours})`,
    [key, changes.userId],
  );
  if (!found)
    throw badInput([
      {
        path: ['input', field],
        message: 'is no upload of yours from the last 24 hours; upload the picture again',
      },
    ]);
  return path;
}

/** Uploads of yesterday: what was named has been copied. */
export const pruneUploads: Prune = async (database, { storage }) => {
  const old = await database.query<{ id: string; key: string }>(
    `SELECT id, key FROM uploads WHERE created_at < now() - make_interval(hours => ${hours + 1}) ORDER BY created_at LIMIT 10000`,
  );
  for (const { id, key } of old) {
    await storage.remove(key);
    await database.query('DELETE FROM uploads WHERE id = $1', [id]);
  }
};
