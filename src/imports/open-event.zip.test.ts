import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ImportError } from './import-error.ts';
import type { ImportErrorCode } from './import-error.ts';
import { openOpenEventZip, zipLimits } from './open-event.zip.ts';
import { folder, fixtures, renamed, withCentralBits, zipOf } from '../../test/kit/open-event-zip.ts';

const event = { event: { name: 'Small' } };

async function refusal(
  zip: Buffer | string,
  limits = zipLimits,
): Promise<{ code: ImportErrorCode; message: string }> {
  const error = await openOpenEventZip(zip, limits).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ImportError);
  const { code, message } = error as ImportError;
  return { code, message };
}

describe('opening an export', () => {
  it('hands out the JSON entries with and without endings, and lists the rest', async () => {
    const zip = await zipOf({
      ...folder(join(fixtures, 'dashed')),
      'images/logo.png': 'p',
      'slides/knots.pdf': 's',
      '__MACOSX/._event': 'litter',
      '.DS_Store': 'litter',
    });
    const { entries, pictures, others } = await openOpenEventZip(zip);
    expect([...entries.keys()].sort()).toEqual([
      'config',
      'event',
      'faqs',
      'forms',
      'meta',
      'microlocations',
      'session_types',
      'sessions',
      'social_links',
      'speakers',
      'sponsors',
      'tracks',
    ]);
    expect(pictures).toEqual(['images/logo.png']);
    expect(others).toEqual(['slides/knots.pdf']);
  });

  it('finds the entries in one top folder, also in a file of a desktop packer', async () => {
    const zip = await zipOf({
      'export/event.json': event.event,
      'export/images/a.jpg': 'x',
      '__MACOSX/export/._event.json': 'x',
    });
    const { entries, pictures } = await openOpenEventZip(zip);
    expect(entries.get('event')?.toString()).toBe('{"name":"Small"}');
    expect(pictures).toEqual(['images/a.jpg']);
  });

  it('reads from a path and says what is wrong with one', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'import-'));
    try {
      await writeFile(join(directory, 'a.zip'), await zipOf(event));
      expect((await openOpenEventZip(join(directory, 'a.zip'))).entries.size).toBe(1);
      expect(await refusal(join(directory, 'b.zip'))).toMatchObject({
        code: 'FILE_NOT_FOUND',
        message: expect.stringContaining('there is no such file'),
      });
      expect(await refusal(directory)).toMatchObject({ code: 'NOT_A_ZIP' });
      expect(await refusal(join(directory, 'a.zip'), { ...zipLimits, fileSize: 9 })).toMatchObject({
        code: 'TOO_LARGE',
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('a hostile or broken zip', () => {
  it.each([
    '../../../evil',
    '/etc/passwd12',
    'C:/windows/xy',
    'a/../../evil1',
    'nul\0byte-name',
    '..\\..\\..\\evil',
  ])('is refused for the name %j', async (name) => {
    const zip = renamed(
      await zipOf({ ...event, ['x'.repeat(name.length)]: 'x' }),
      'x'.repeat(name.length),
      name,
    );
    expect(await refusal(zip)).toMatchObject({ code: 'UNSAFE_ZIP' });
  });

  it('is refused for symbolic links and devices', async () => {
    expect((await refusal(await zipOf(event, 0o120777))).message).toBe(
      'the zip holds a symbolic link: "event"',
    );
    expect((await refusal(await zipOf(event, 0o020666))).code).toBe('UNSAFE_ZIP');
  });

  it('is refused when it is encrypted', async () => {
    const zip = await zipOf(event);
    expect(await refusal(withCentralBits(zip, 8, (bits) => bits | 1))).toMatchObject({
      code: 'ENCRYPTED_ZIP',
    });
    expect(await refusal(withCentralBits(zip, 8, (bits) => bits | 0x40))).toMatchObject({
      code: 'ENCRYPTED_ZIP',
    });
  });

  it('is refused for an entry that is there twice, also with another ending', async () => {
    const twice = renamed(await zipOf({ ...event, tracks1: [], tracks2: [] }), 'tracks2', 'tracks1');
    expect(await refusal(twice)).toMatchObject({
      code: 'UNSAFE_ZIP',
      message: 'the zip holds "tracks1" twice',
    });
    expect(await refusal(await zipOf({ ...event, 'event.json': {} }))).toMatchObject({ code: 'UNSAFE_ZIP' });
  });

  it('is refused when it is no zip, cut off or spoilt inside', async () => {
    const zip = await zipOf(folder(join(fixtures, 'dashed')));
    expect(await refusal(Buffer.from('hello'))).toMatchObject({ code: 'NOT_A_ZIP' });
    expect(await refusal(Buffer.alloc(0))).toMatchObject({ code: 'NOT_A_ZIP' });
    expect(await refusal(zip.subarray(0, zip.length / 2))).toMatchObject({ code: 'NOT_A_ZIP' });
    expect(await refusal(zip.subarray(zip.length / 2))).toMatchObject({ code: 'DAMAGED_ZIP' });
    const spoilt = Buffer.from(zip);
    spoilt.fill(0xff, 60, 90);
    expect(await refusal(spoilt)).toMatchObject({ code: 'DAMAGED_ZIP' });
    const otherSum = withCentralBits(await zipOf(event), 16, (bits) => bits ^ 1);
    expect(await refusal(otherSum)).toEqual({
      code: 'DAMAGED_ZIP',
      message: 'event: its checksum does not match',
    });
    const otherMethod = withCentralBits(await zipOf(event), 10, () => 12);
    expect(await refusal(otherMethod)).toMatchObject({ code: 'DAMAGED_ZIP' });
  });

  it('is refused when it is no export, or several', async () => {
    expect(await refusal(await zipOf({ 'readme.txt': 'x' }))).toMatchObject({ code: 'NO_EVENT' });
    expect(await refusal(await zipOf({ 'a/event': {}, 'b/event': {} }))).toMatchObject({
      code: 'NO_EVENT',
      message: 'this zip holds several exports ("a/", "b/"); import them one by one',
    });
  });

  it('cannot make the server unpack a bomb, whatever its headers claim', async () => {
    const bomb = await zipOf({ ...event, sessions: Buffer.alloc(8 * 1024 * 1024, ' ') });
    expect(await refusal(bomb)).toEqual({
      code: 'TOO_LARGE',
      message: 'sessions: it unpacks to more than 200 times its packed size (a zip bomb?)',
    });
    // The claimed size of everything set to 10 bytes: the library stops when more comes out than was claimed.
    const lying = withCentralBits(
      withCentralBits(bomb, 26, () => 0),
      24,
      () => 10,
    );
    expect(['TOO_LARGE', 'DAMAGED_ZIP']).toContain((await refusal(lying)).code);
  });

  it('is held to the limits of entries, of one entry and of all together', async () => {
    const zip = await zipOf({ ...event, tracks: 'x'.repeat(900), sessions: 'y'.repeat(900) });
    expect(await refusal(zip, { ...zipLimits, entryCount: 2 })).toMatchObject({
      code: 'TOO_LARGE',
      message: 'the zip has 3 entries; at most 2 are read',
    });
    expect(await refusal(zip, { ...zipLimits, entrySize: 800 })).toMatchObject({ code: 'TOO_LARGE' });
    expect((await refusal(zip, { ...zipLimits, totalSize: 1_000 })).message).toMatch(
      /^sessions: it unpacks to more than/,
    );
  });
});
