/**
 * Zips for the tests of imports, made at test time: folders of JSON, and hostile archives that no packer
 * would write. Used by the tests of src/imports.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** Our own small exports: one of each generation of the format. */
export const fixtures = join(import.meta.dirname, '../fixtures/open-event');

/** The files of a folder, by their paths in it. */
export function folder(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(path, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

/** A zip of these files; anything but a text or bytes is written as JSON. `mode` is the Unix mode of each. */
export async function zipOf(files: Record<string, unknown>, mode = 0o100644): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    const raw = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
    zip.addBuffer(Buffer.from(raw as string), name, { mode });
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** The zip with every occurrence of a name replaced by another of the same length: names that yazl refuses. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('both names must have the same length');
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

const centralHeader = Buffer.from('PK\x01\x02', 'latin1');

/** The zip with 16 bits of every central header changed; `offset` as in the format's description. */
export function withCentralBits(zip: Buffer, offset: number, change: (bits: number) => number): Buffer {
  const copy = Buffer.from(zip);
  for (let at = copy.indexOf(centralHeader); at >= 0; at = copy.indexOf(centralHeader, at + 4)) {
    copy.writeUInt16LE(change(copy.readUInt16LE(at + offset)), at + offset);
  }
  return copy;
}
