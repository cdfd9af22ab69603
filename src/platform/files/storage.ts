/**
 * Storage: where pictures, exports and other files are kept. A folder under DATA_DIR, or an S3 bucket where one is
 * configured; everything else in the application knows the interface below and nothing of either. A file is there as
 * a whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { cannotKeep } from './fault.ts';
import { isPublicKey, typeOfKey } from './keys.ts';
import { linkSeconds, signedLink } from './links.ts';

/** Files by their keys (keys.ts). */
export interface Storage {
  /** Keeps a file, given as its bytes or as the path of a file on this machine. Throws UNAVAILABLE where there is no room, or no way to it. */
  put(key: string, contents: Uint8Array | { readonly path: string }): Promise<void>;
  /** The bytes of a file. Throws where there is none. */
  read(key: string): Promise<Buffer>;
  /** A file as a stream; null where there is none. */
  open(key: string): Promise<{ readonly stream: Readable; readonly bytes: number } | null>;
  /** The keys of all files, and whatever else lies among them. */
  list(): AsyncIterable<string>;
  /** When a file was last written; null where there is none. */
  writtenAt(key: string): Promise<Date | null>;
  /** Removes a file; none there is no fault. */
  remove(key: string): Promise<void>;
  /** A link to a private file that expires. @param name the name under which a browser saves it */
  link(key: string, name?: string): Promise<string>;
  /** The folder that holds the files; null where they are not on this machine. */
  readonly folder: string | null;
}

/** The storage that the configuration asks for. The log is told why files cannot be kept. */
export async function createStorage(config: Config, log: Logger): Promise<Storage> {
  const storage =
    config.files.s3Bucket === undefined ? inFolder(config) : await inBucket(config, config.files.s3Bucket);
  return {
    ...storage,
    async put(key, contents) {
      try {
        await storage.put(key, contents);
      } catch (error) {
        throw cannotKeep(error, log);
      }
    },
  };
}

function inFolder(config: Config): Storage {
  const folder = join(config.run.dataDir, 'files');
  const disk = new Disk(new FSDriver({ location: folder, visibility: 'private' }));
  return {
    ...common(disk),
    folder,
    async put(key, contents) {
      // Written beside its place and moved there, so that nobody ever meets half a file.
      const part = `${key}-${randomUUID()}.part`;
      try {
        await write(disk, part, contents);
        await disk.move(part, key);
      } catch (error) {
        await disk.delete(part).catch(() => {});
        throw error;
      }
    },
    list: () => namesIn(disk, ''),
    link: async (key, name) => signedLink(config, key, name),
  };
}

async function inBucket({ files }: Config, bucket: string): Promise<Storage> {
  // Only here: without a bucket its client is never loaded.
  const [{ S3Driver }, { S3Client }] = await Promise.all([
    import('flydrive/drivers/s3'),
    import('@aws-sdk/client-s3'),
  ]);
  const client = new S3Client({
    region: files.s3Region,
    credentials: { accessKeyId: files.s3AccessKeyId!, secretAccessKey: files.s3SecretAccessKey! },
    ...(files.s3Endpoint ? { endpoint: files.s3Endpoint, forcePathStyle: true } : {}),
    // Servers other than AWS's own do not all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const disk = new Disk(new S3Driver({ client, bucket, visibility: 'private', supportsACL: false }));
  // What is public has a prefix of its own, for a policy or a network of caches that hands it out from the bucket.
  const placed = (key: string) => `${isPublicKey(key) ? 'files' : 'private'}/${key}`;
  const { read, open, remove, writtenAt } = common(disk);
  return {
    folder: null,
    put: (key, contents) => write(disk, placed(key), contents),
    read: (key) => read(placed(key)),
    open: (key) => open(placed(key)),
    remove: (key) => remove(placed(key)),
    writtenAt: (key) => writtenAt(placed(key)),
    async *list() {
      for (const prefix of ['files/', 'private/'])
        for await (const name of namesIn(disk, prefix)) yield name.slice(prefix.length);
    },
    link: (key, name) =>
      disk.getSignedUrl(placed(key), {
        expiresIn: linkSeconds,
        contentType: typeOfKey(key),
        ...(name ? { contentDisposition: `attachment; filename="${name}"` } : {}),
      }),
  };
}

/** The names of all files below a prefix, page for page. */
async function* namesIn(disk: Disk, prefix: string): AsyncIterable<string> {
  let paginationToken: string | undefined;
  do {
    const page = await disk.listAll(prefix, {
      recursive: true,
      ...(paginationToken ? { paginationToken } : {}),
    });
    for (const found of page.objects) if (found.isFile) yield found.key;
    ({ paginationToken } = page);
  } while (paginationToken);
}

function common(disk: Disk): Pick<Storage, 'read' | 'open' | 'remove' | 'writtenAt'> {
  return {
    read: async (key) => Buffer.from(await disk.getBytes(key)),
    async open(key) {
      if (!(await disk.exists(key))) return null;
      const { contentLength: bytes } = await disk.getMetaData(key);
      return { stream: await disk.getStream(key), bytes };
    },
    remove: (key) => disk.delete(key),
    writtenAt: async (key) => ((await disk.exists(key)) ? (await disk.getMetaData(key)).lastModified : null),
  };
}

async function write(
  disk: Disk,
  key: string,
  contents: Uint8Array | { readonly path: string },
): Promise<void> {
  const type = { contentType: typeOfKey(key) };
  if (contents instanceof Uint8Array) return disk.put(key, contents, type);
  const { size } = await stat(contents.path);
  await disk.putStream(key, createReadStream(contents.path), { ...type, contentLength: size });
}
