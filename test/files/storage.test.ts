/** Storage in a folder and in a bucket of a real S3 server, and what the server hands out of it at /files. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { reconcileFiles } from '../../src/images/index.ts';
import { fileKey, isFileKey, keyOfPath } from '../../src/platform/files/keys.ts';
import { linkSeconds, signedLink } from '../../src/platform/files/links.ts';
import { createPerson } from '../kit/accounts.ts';
import { startS3 } from '../kit/s3.ts';
import type { TestS3 } from '../kit/s3.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';

const picture = Buffer.from('the bytes of a picture');

describe('keys', () => {
  it('keep to their folder', () => {
    const id = uuidv7();
    expect(fileKey('events', id, 'job', 'large.jpg')).toBe(`events/${id}/job/large.jpg`);
    for (const bad of ['..', '.', '', 'a/b', '.env', 'a\\b', 'a b', 'a%2f', 'x.', 'ä']) {
      expect(() => fileKey('events', id, bad)).toThrow('no key');
    }
    for (const bad of ['events', 'secrets/a', 'constructor/a', '/events/a', 'events//a', 'events/a/b/c/d/e'])
      expect(isFileKey(bad)).toBe(false);
    expect(keyOfPath('/files/events/a')).toBe('events/a');
    expect(keyOfPath('/files/../token-secret')).toBeNull();
    expect(keyOfPath('https://example.org/files/events/a')).toBeNull();
  });
});

describe.each(['folder', 'bucket'] as const)('files in a %s', (kind) => {
  let s3: TestS3 | undefined;
  let server: TestServer;
  const open = fileKey('events', uuidv7(), 'job', 'large.jpg');
  const hidden = fileKey('exports', uuidv7(), 'event.zip');

  beforeAll(async () => {
    if (kind === 'bucket') s3 = await startS3();
    server = await startServer(s3?.env ?? {});
    // What the server says of itself is where it listens.
    server.app.config.http.publicUrl = server.url;
    const { storage } = server.app;
    await storage.put(open, picture);
    const path = join(mkdtempSync(join(tmpdir(), 'convoke-file-')), 'export');
    writeFileSync(path, 'the bytes of an export');
    await storage.put(hidden, { path });
  });
  afterAll(async () => {
    await server?.close();
    await s3?.stop();
  });

  const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);

  it('come back as they went in', async () => {
    const { storage } = server.app;
    expect(await storage.read(open)).toEqual(picture);
    expect((await storage.open(hidden))?.bytes).toBe(22);
    expect(await storage.open(fileKey('events', 'none'))).toBeNull();
    if (storage.folder) expect(readdirSync(join(storage.folder, open, '..'))).toEqual(['large.jpg']);
    const listed: string[] = [];
    for await (const key of storage.list()) listed.push(key);
    expect(listed.toSorted()).toEqual([open, hidden].toSorted());
    expect(Date.now() - (await storage.writtenAt(open))!.getTime()).toBeLessThan(600_000);
    expect(await reconcileFiles(server.app)).toEqual({ files: 2, unnamed: [], missing: [] });
    expect(await reconcileFiles(server.app, Date.now() + 7_200_000)).toMatchObject({
      unnamed: [open, hidden].toSorted(),
    });
    await server.sql(
      `INSERT INTO uploads (id, key) VALUES (gen_random_uuid(), 'uploads/lost.jpg'), (gen_random_uuid(), $1)`,
      [hidden],
    );
    expect(await reconcileFiles(server.app, Date.now() + 7_200_000)).toEqual({
      files: 2,
      unnamed: [open],
      missing: ['uploads/lost.jpg'],
    });
    const gone = fileKey('users', 'gone', 'a.jpg');
    await storage.put(gone, picture);
    await storage.remove(gone);
    await storage.remove(gone);
    expect(await storage.open(gone)).toBeNull();
  });

  it('are handed out to everybody where they are public, as nothing but a picture, for ever', async () => {
    const answer = await get(`/files/${open}`);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(picture.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    });
    const head = await get(`/files/${open}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(picture.length)]);
  });

  it('are not there for whoever asks for a folder, for nothing, or for what is outside', async () => {
    const folder = open.split('/').slice(0, -1).join('/');
    const paths = [
      '/files',
      '/files/',
      '/files/events',
      `/files/${folder}`,
      `/files/${folder}/`,
      `/files/${folder}/none.jpg`,
      `/files/${hidden}`,
      '/files/events/..%2f..%2ftoken-secret',
      '/files/..%2ftoken-secret',
      '/files/%2e%2e/token-secret',
      '/files/events/%00',
    ];
    for (const path of paths) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 404, 'no-store']);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    }
  });

  it('that are private need a link, which is for one file and for five minutes', async () => {
    const link = await server.app.storage.link(hidden, 'event.zip');
    const answer = await fetch(link);
    expect(await answer.text()).toBe('the bytes of an export');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="event.zip"');
    expect(answer.headers.get('content-type')).toBe('application/zip');

    const { config } = server.app;
    const own = new URL(signedLink(config, hidden));
    expect((await fetch(own)).status).toBe(200);
    expect((await fetch(own)).headers.get('cache-control')).toBe('private, no-store');
    const altered = (change: (url: URL) => void) => {
      const url = new URL(own);
      change(url);
      return url;
    };
    const forged = [
      altered((url) => (url.pathname = `/files/${fileKey('exports', 'other.zip')}`)),
      altered((url) => url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1))),
      altered((url) => url.searchParams.set('name', 'x.html')),
      altered((url) => url.searchParams.delete('signature')),
    ];
    for (const url of forged) expect((await fetch(url)).status).toBe(404);
    const expired = await fetch(signedLink(config, hidden, undefined, Date.now() - (linkSeconds + 1) * 1000));
    expect(await expired.json()).toMatchObject({ errors: [{ message: expect.stringContaining('expired') }] });
    if (s3)
      expect(
        (
          await fetch(`${s3.env.S3_ENDPOINT}/${s3.env.S3_BUCKET}/private/${hidden}`, {
            headers: { authorization: 'AWS none:none' },
          })
        ).status,
      ).toBe(403);
  });
});

describe('addresses of files', () => {
  it('begin with the static domain of the settings, where there is one, at once and everywhere', async () => {
    await using server = await startServer();
    const [event] = [uuidv7()];
    await server.sql(
      `INSERT INTO events (id, identifier, name, starts_at, ends_at, state, large_image_url, logo_url)
       VALUES ($1, 'pictured', 'Pictured', '2027-03-01', '2027-03-02', 'PUBLISHED', '/files/events/a/large.jpg', 'https://elsewhere.example/logo.png')`,
      [event],
    );
    const read = async () =>
      (await server.ask('{ event(identifier: "pictured") { largeImageUrl logoUrl } }')).data?.event;
    expect(await read()).toEqual({
      largeImageUrl: `${server.app.config.http.publicUrl}/files/events/a/large.jpg`,
      logoUrl: 'https://elsewhere.example/logo.png',
    });
    const change =
      'mutation ($files: FileSettingsInput!) { updateSettings(input: { files: $files }) { settings { files { staticDomain } } } }';
    const answer = await server.ask(
      change,
      { files: { staticDomain: 'https://static.example/' } },
      await createPerson(server, { isSuperAdmin: true }),
    );
    expect(answer).toEqual({
      data: { updateSettings: { settings: { files: { staticDomain: 'https://static.example/' } } } },
    });
    expect(await read()).toMatchObject({ largeImageUrl: 'https://static.example/files/events/a/large.jpg' });
  });
});
