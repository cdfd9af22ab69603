/**
 * Keys of stored files: the kind of what a file belongs to, its id, and whatever tells the files of one thing apart.
 * Ids are uuids and kinds have a folder each, so the files of two things never meet. The kind says who may fetch a
 * file: everybody, or whoever was given a signed link.
 */

/** The kinds of files, each with whether everybody may fetch it. */
const kinds = {
  events: 'public',
  speakers: 'public',
  users: 'public',
  sponsors: 'public',
  copyrights: 'public',
  uploads: 'private',
  imports: 'private',
  exports: 'private',
  payloads: 'private',
} as const;

/** What a file belongs to. */
export type FileKind = keyof typeof kinds;

const part = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\.[a-z0-9]{1,8})?$/;

/** The key of a file, such as `events/<uuid>/<job>/large.jpg`. Throws on a part that is no plain name. */
export function fileKey(kind: FileKind, ...parts: readonly [string, ...string[]]): string {
  const key = [kind, ...parts].join('/');
  if (!isFileKey(key) || !parts.every((name) => part.test(name)))
    throw new Error(`This is no key of a file: ${key}`);
  return key;
}

/** Whether a text is a key: of a known kind, and of plain names only, so that it cannot leave its folder. */
export function isFileKey(text: string): boolean {
  const [kind, ...parts] = text.split('/');
  return (
    Object.hasOwn(kinds, kind) &&
    parts.length > 0 &&
    parts.length <= 4 &&
    parts.every((name) => part.test(name))
  );
}

/** Whether everybody may fetch the file of a key. */
export function isPublicKey(key: string): boolean {
  return kinds[key.split('/')[0] as FileKind] === 'public';
}

/** Media types by the ending of a key; what has none of these is handed out as bytes. */
const types: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  zip: 'application/zip',
  ics: 'text/calendar; charset=utf-8',
  xcal: 'application/calendar+xml; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** The media type of a file, by the ending of its key. */
export function typeOfKey(key: string): string {
  return types[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** Where the server hands files out: the path of a file is this and its key. */
export const filesPath = '/files';

/** The path of a public file, as rows keep it; the base of its address is put in front where it is read. */
export function filePath(key: string): string {
  return `${filesPath}/${key}`;
}

/** The key behind a path that rows keep; null where the text is no such path. */
export function keyOfPath(path: string | null): string | null {
  const key = path?.startsWith(`${filesPath}/`) ? path.slice(filesPath.length + 1) : null;
  return key !== null && isFileKey(key) ? key : null;
}
