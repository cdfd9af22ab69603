/**
 * Opens an Open Event zip and hands out its JSON entries and the names of everything else in it.
 * Guarantees: nothing is written to disk, no entry is unpacked but the JSON ones, and no file, however it was
 * made, makes it use more memory than the limits below; whatever is unsafe or broken is an ImportError.
 * Called by the reader (open-event.reader.ts).
 */
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { ImportError, printable, quote } from './import-error.ts';

/** Limits of an import file, in bytes unless the name says otherwise. */
export interface ZipLimits {
  /** The zip file itself. */
  fileSize: number;
  /** One JSON entry, unpacked. */
  entrySize: number;
  /** All JSON entries together, unpacked. */
  totalSize: number;
  /** Entries of any kind in the zip (a number). */
  entryCount: number;
  /** How many times larger than packed a JSON entry may become (a factor); counted above one megabyte. */
  ratio: number;
}

const MB = 1024 * 1024;

/** What the server accepts unless told otherwise. */
export const zipLimits: ZipLimits = {
  fileSize: 200 * MB,
  entrySize: 50 * MB,
  totalSize: 100 * MB,
  entryCount: 10_000,
  ratio: 200,
};

/** The JSON entries of the format; a file may have them with or without `.json`. */
export const jsonEntries = [
  'event',
  'sessions',
  'speakers',
  'tracks',
  'microlocations',
  'sponsors',
  'session_types',
  'forms',
  'social_links',
  'faqs',
  'meta',
  'config',
] as const;

/** Name of a JSON entry without its ending. */
export type JsonEntry = (typeof jsonEntries)[number];

/** An opened export: the bytes of its JSON entries, and the names of what was not unpacked. */
export interface OpenEventArchive {
  entries: Map<JsonEntry, Buffer>;
  /** Paths of pictures, relative to the folder of `event`, e.g. `images/speakers/ada.jpg`. */
  pictures: string[];
  /** Paths of all other files. */
  others: string[];
}

/**
 * Opens an export given as its bytes or as the path of the zip.
 * @throws ImportError FILE_NOT_FOUND, NOT_A_ZIP, DAMAGED_ZIP, ENCRYPTED_ZIP, UNSAFE_ZIP, TOO_LARGE, NO_EVENT
 */
export async function openOpenEventZip(
  source: Buffer | string,
  limits: ZipLimits = zipLimits,
): Promise<OpenEventArchive> {
  const zip = await openZip(source, limits);
  try {
    const files = await listFiles(zip, limits);
    return await unpack(zip, files, limits);
  } catch (error) {
    if (error instanceof ImportError) throw error;
    // What the library itself refuses: a strongly encrypted file, or one whose parts contradict each other.
    const { message } = error as Error;
    const code = message.includes('encrypt') ? 'ENCRYPTED_ZIP' : 'DAMAGED_ZIP';
    throw new ImportError(code, `the zip cannot be read: ${printable(message)}`, [], { cause: error });
  } finally {
    zip.close();
  }
}

/**
 * Hands out pictures of an export, one after the other, as far as each can be unpacked within the limits.
 * @param names their paths, as `openOpenEventZip` gives them
 * @param take gets the bytes, or why there are none
 */
export async function readPictures(
  source: Buffer | string,
  names: ReadonlySet<string>,
  limits: ZipLimits,
  take: (name: string, bytes: Buffer | ImportError) => Promise<void>,
): Promise<void> {
  const zip = await openZip(source, limits);
  try {
    const files = await listFiles(zip, limits);
    const folder = exportFolder([...files.keys()]);
    for (const [path, entry] of files) {
      const name = path.startsWith(folder) ? path.slice(folder.length) : path;
      if (!names.has(name)) continue;
      const read = await readEntry(zip, entry, name, limits).catch((error: unknown) => {
        if (error instanceof ImportError) return error;
        return new ImportError(
          'DAMAGED_ZIP',
          `it cannot be unpacked: ${printable((error as Error).message)}`,
          [name],
        );
      });
      await take(name, read);
    }
  } finally {
    zip.close();
  }
}

async function openZip(source: Buffer | string, limits: ZipLimits): Promise<ZipFile> {
  const bytes = typeof source === 'string' ? await fileSize(source) : source.length;
  if (bytes > limits.fileSize) {
    throw new ImportError(
      'TOO_LARGE',
      `the zip has ${amount(bytes)}; at most ${amount(limits.fileSize)} are read`,
    );
  }
  // Names are decoded and judged here, so that an unsafe one is reported as such and not as a damaged file.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false } as const;
  try {
    return typeof source === 'string'
      ? await yauzl.openPromise(source, options)
      : await yauzl.fromBufferPromise(source, options);
  } catch (error) {
    const message = 'this is not a zip file, or its end is missing (an upload or download that broke off)';
    throw new ImportError('NOT_A_ZIP', message, [], { cause: error });
  }
}

async function fileSize(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found.size;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such file' : (error as Error).message;
    throw new ImportError('FILE_NOT_FOUND', `${quote(path)} cannot be read: ${reason}`, [], { cause: error });
  }
  throw new ImportError('NOT_A_ZIP', `${quote(path)} is not a file`);
}

/** Every file of the zip by name, after all of them were found to be safe. */
async function listFiles(zip: ZipFile, limits: ZipLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entryCount) {
    const message = `the zip has ${zip.entryCount} entries; at most ${limits.entryCount} are read`;
    throw new ImportError('TOO_LARGE', message);
  }
  const files = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
    const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
    refuseUnsafe(name, entry);
    if (name.endsWith('/') || isLitter(name)) continue;
    if (files.has(name)) throw new ImportError('UNSAFE_ZIP', `the zip holds ${quote(name)} twice`);
    files.set(name, entry);
  }
  return files;
}

function refuseUnsafe(name: string, entry: Entry): void {
  const unsafe = name.includes('\0') ? 'a name with a null byte' : yauzl.validateFileName(name);
  if (unsafe)
    throw new ImportError('UNSAFE_ZIP', `the zip holds a name that leaves its folder: ${quote(name)}`);
  // The upper half holds the Unix mode where the packer wrote one; 0 where it did not.
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (kind === 0o120000) throw new ImportError('UNSAFE_ZIP', `the zip holds a symbolic link: ${quote(name)}`);
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) {
    throw new ImportError(
      'UNSAFE_ZIP',
      `the zip holds something that is neither file nor folder: ${quote(name)}`,
    );
  }
  if (entry.isEncrypted()) {
    throw new ImportError('ENCRYPTED_ZIP', `${quote(name)} is encrypted; pack the export without a password`);
  }
}

/** What packers of desktop systems add by themselves. */
function isLitter(name: string): boolean {
  return /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/.test(name);
}

async function unpack(zip: ZipFile, files: Map<string, Entry>, limits: ZipLimits): Promise<OpenEventArchive> {
  const folder = exportFolder([...files.keys()]);
  const archive: OpenEventArchive = { entries: new Map(), pictures: [], others: [] };
  let room = limits.totalSize;
  for (const [path, entry] of files) {
    const name = path.startsWith(folder) ? path.slice(folder.length) : path;
    const known = jsonEntries.find((key) => name === key || name === `${key}.json`);
    if (known) {
      if (archive.entries.has(known)) throw new ImportError('UNSAFE_ZIP', `the zip holds "${known}" twice`);
      const bytes = await readEntry(zip, entry, known, { ...limits, totalSize: room });
      room -= bytes.length;
      archive.entries.set(known, bytes);
    } else if (/\.(jpe?g|png|gif|webp|avif|svg|bmp|ico|tiff?)$/i.test(name)) archive.pictures.push(name);
    else archive.others.push(name);
  }
  return archive;
}

/** The folder that holds `event`, with its slash: '' or one top folder. */
function exportFolder(names: string[]): string {
  const found = names.flatMap((name) => /^([^/]+\/)?event(\.json)?$/.exec(name)?.slice(1, 2) ?? []);
  const folders = new Set(found.map((folder) => folder ?? ''));
  if (folders.has('')) return '';
  if (folders.size === 1) return [...folders][0];
  const message = folders.size
    ? `this zip holds several exports (${[...folders].map(quote).join(', ')}); import them one by one`
    : 'this zip is not an Open Event export: it has no entry "event" or "event.json"';
  throw new ImportError('NO_EVENT', message);
}

/** Unpacks one entry, counting what really comes out: the sizes in the headers are only claims. */
async function readEntry(zip: ZipFile, entry: Entry, name: string, limits: ZipLimits): Promise<Buffer> {
  if (!entry.canDecodeFileData()) {
    const message = `packed by a method that is not supported (${entry.compressionMethod})`;
    throw new ImportError('DAMAGED_ZIP', message, [name]);
  }
  const ceiling = Math.min(limits.entrySize, limits.totalSize);
  const ratioCeiling = Math.max(MB, entry.compressedSize * limits.ratio);
  const chunks: Buffer[] = [];
  let size = 0;
  const stream: Readable = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, so nothing more is unpacked.
    if (size > ceiling)
      throw new ImportError('TOO_LARGE', `it unpacks to more than ${amount(ceiling)}`, [name]);
    if (size > ratioCeiling) {
      const message = `it unpacks to more than ${limits.ratio} times its packed size (a zip bomb?)`;
      throw new ImportError('TOO_LARGE', message, [name]);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (crc32(bytes) !== entry.crc32)
    throw new ImportError('DAMAGED_ZIP', 'its checksum does not match', [name]);
  return bytes;
}

/** Bytes for people: whole megabytes from one megabyte on. */
function amount(bytes: number): string {
  return bytes >= MB ? `${Math.ceil(bytes / MB)} MB` : `${bytes} bytes`;
}
