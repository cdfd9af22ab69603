/** Uploading pictures: over GraphQL multipart requests and plain HTTP, with everything that can be wrong about them. */
import { existsSync, readdirSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { pruneUploads } from '../../src/images/upload.service.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { askWithFile, sendForm, sendRaw, upload } from '../kit/uploads.ts';

const document = 'mutation ($file: Upload!) { uploadImage(file: $file) { url } }';
let server: TestServer;
let ada: Person;
let picture: Buffer;

beforeAll(async () => {
  server = await startServer({ MAX_IMAGE_BYTES: '200000' });
  server.app.config.http.publicUrl = server.url;
  ada = await createPerson(server);
  picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
});
afterAll(() => server.close());

/** Nothing is left of any request: no file that is on its way, and no row without a file or file without a row. */
const leftovers = async () => {
  const { dataDir } = server.app.config.run;
  const incoming = join(dataDir, 'incoming');
  const kept = join(dataDir, 'files/uploads');
  const rows = (await server.sql('SELECT key FROM uploads ORDER BY key')).map(({ key }) =>
    (key as string).slice('uploads/'.length),
  );
  return {
    incoming: existsSync(incoming) ? readdirSync(incoming) : [],
    unpaired: [rows, existsSync(kept) ? readdirSync(kept) : []]
      .map((names) => names.toSorted())
      .filter((names, _, all) => JSON.stringify(names) !== JSON.stringify(all[0])),
  };
};
afterEach(async () => {
  await expectSoon(leftovers, { incoming: [], unpaired: [] });
});

async function expectSoon(probe: () => Promise<unknown>, wanted: unknown): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    if (JSON.stringify(await probe()) === JSON.stringify(wanted)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  expect(await probe()).toEqual(wanted);
}

describe('uploadImage', () => {
  it('answers an address that shows the picture for some minutes', async () => {
    const url = await upload(server, picture, ada);
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
    expect((await fetch(url.split('?')[0])).status).toBe(404);
  });

  it('is for signed-in people, and needs the header that no form can send', async () => {
    expect((await askWithFile(server, document, picture, {})).errors?.[0]).toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect((await askWithFile(server, document, picture, { token: 'nonsense' })).errors?.[0]).toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    const body = new FormData();
    body.set('operations', JSON.stringify({ query: document, variables: { file: null } }));
    body.set('map', '{"0":["variables.file"]}');
    body.set('0', new Blob([picture as Uint8Array<ArrayBuffer>]));
    const answer = await sendForm(server, body, ada, {});
    expect(answer.errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
      message: expect.stringContaining('apollo-require-preflight'),
    });
  });

  it('takes no file as JSON', async () => {
    for (const file of ['text', { path: '/etc/passwd', bytes: 3, name: 'x' }, null]) {
      expect((await server.ask(document, { file }, ada)).errors?.[0]).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
    expect(
      (await server.ask('mutation { uploadImage(file: "x") { url } }', {}, ada)).errors?.[0].message,
    ).toContain('multipart');
  });

  it('takes what the bytes say is a picture, and nothing else', async () => {
    const files = {
      drawing: '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
      page: '<!doctype html><script>alert(1)</script>',
      lie: Buffer.concat([picture.subarray(0, 12), Buffer.from('no picture')]),
      empty: '',
    };
    for (const bytes of Object.values(files)) {
      expect((await askWithFile(server, document, Buffer.from(bytes), ada)).errors?.[0]).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', fields: [{ path: ['file'] }] },
      });
    }
    for (const format of ['png', 'webp', 'gif', 'avif'] as const) {
      expect(await upload(server, await sharp(picture).toFormat(format).toBuffer(), ada)).toContain(
        `.${format}?`,
      );
    }
  });

  it('refuses a file that is too large before it is all there', async () => {
    const answer = await askWithFile(
      server,
      document,
      Buffer.concat([picture, Buffer.alloc(3_000_000)]),
      ada,
    );
    expect(answer).toMatchObject({
      errors: [{ message: 'The file has more than 200000 bytes', extensions: { code: 'LIMIT_EXCEEDED' } }],
    });
  });

  it('says what is wrong with the map, the operations and the parts', async () => {
    const operations = JSON.stringify({
      query: document,
      variables: { file: null, other: 'x', list: [null] },
    });
    const file = new Blob([picture as Uint8Array<ArrayBuffer>]);
    const forms: [parts: [string, string | Blob][], message: RegExp][] = [
      [
        [
          ['operations', operations],
          ['map', '{"0":["variables.file"]}'],
        ],
        /names a file "0" that is not there/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{}'],
          ['0', file],
        ],
        /does not place the file "0"/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":["variables.other"]}'],
          ['0', file],
        ],
        /variables.other/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":["variables.list.1"]}'],
          ['0', file],
        ],
        /variables.list.1/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":["query"]}'],
          ['0', file],
        ],
        /"query"/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":["variables.__proto__.file"]}'],
          ['0', file],
        ],
        /__proto__/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":["variables.file.constructor"]}'],
          ['0', file],
        ],
        /constructor/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":[1]}'],
          ['0', file],
        ],
        /the place 1/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":"variables.file"}'],
          ['0', file],
        ],
        /no list of places/,
      ],
      [
        [
          ['operations', operations],
          ['map', '['],
          ['0', file],
        ],
        /map is not JSON/,
      ],
      [
        [
          ['operations', `[${operations}]`],
          ['map', '{"0":["0.variables.file"]}'],
          ['0', file],
        ],
        /no JSON object/,
      ],
      [
        [
          ['0', file],
          ['operations', operations],
          ['map', '{"0":["variables.file"]}'],
        ],
        /come before the files/,
      ],
      [[['map', '{}']], /operations is missing/],
      [
        [
          ['operations', operations],
          ['operations', operations],
          ['map', '{}'],
        ],
        /twice|too many/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":["variables.file"]}'],
          ...Array.from({ length: 12 }, (_, index): [string, Blob] => [String(index), file]),
        ],
        /too many/,
      ],
      [
        [
          ['operations', operations],
          ['map', '{"0":["variables.file"]}'],
          ['0', file],
          ['0', file],
        ],
        /twice/,
      ],
    ];
    for (const [parts, message] of forms) {
      const body = new FormData();
      for (const [name, value] of parts) body.append(name, value as string);
      expect((await sendForm(server, body, ada)).errors?.[0]).toMatchObject({
        message: expect.stringMatching(message),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
  });

  it('answers a body without a boundary, one that is cut off, and one that ends in the middle', async () => {
    const head = (type: string, length: number) => [
      'POST /graphql HTTP/1.1',
      `authorization: Bearer ${ada.token}`,
      'apollo-require-preflight: true',
      `content-type: ${type}`,
      `content-length: ${length}`,
      'connection: close',
    ];
    const operations = JSON.stringify({ query: document, variables: { file: null } });
    const begin = `--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${operations}\r\n--b\r\ncontent-disposition: form-data; name="map"\r\n\r\n{"0":["variables.file"]}\r\n--b\r\ncontent-disposition: form-data; name="0"; filename="a.jpg"\r\n\r\nhalf a pict`;
    expect(await sendRaw(server, head('multipart/form-data', 5), 'hello')).toMatch(
      /^HTTP\/1.1 400 [^]*BAD_USER_INPUT/,
    );
    expect(await sendRaw(server, head('multipart/form-data; boundary=b', begin.length), begin)).toMatch(
      /^HTTP\/1.1 400 [^]*no complete multipart body/,
    );
    // The connection goes away while the server waits for the rest: there is nobody to answer, and nothing is kept.
    await sendRaw(server, head('multipart/form-data; boundary=b', begin.length + 100), begin, true);
  });

  it('keeps no more than some hundred that nobody names', async () => {
    const bob = await createPerson(server);
    await server.sql(
      `INSERT INTO uploads (id, user_id, key) SELECT gen_random_uuid(), $1, 'uploads/' || i FROM generate_series(1, 200) i`,
      [bob.userId],
    );
    expect((await askWithFile(server, document, picture, bob)).errors?.[0]).toMatchObject({
      extensions: { code: 'RATE_LIMITED' },
    });
    await server.sql('DELETE FROM uploads WHERE user_id = $1', [bob.userId]);
  });

  it('leaves neither row nor file behind where the storage does not take it', async () => {
    const folder = join(server.app.config.run.dataDir, 'files/uploads');
    const away = `${folder}-away`;
    await rename(folder, away);
    // A file where the folder should be: not even root can write into it.
    await writeFile(folder, '');
    try {
      expect((await askWithFile(server, document, picture, ada)).errors?.[0]).toMatchObject({
        extensions: { code: 'UNAVAILABLE' },
      });
    } finally {
      await rm(folder);
      await rename(away, folder);
    }
  });
});

describe('POST /upload', () => {
  const post = async (parts: Record<string, Blob>, token?: string) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(parts)) body.set(name, value);
    const response = await fetch(`${server.url}/upload`, {
      method: 'POST',
      body,
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    return [response.status, await response.json()] as const;
  };

  it('answers the address of one file, to a bearer', async () => {
    const file = new Blob([picture as Uint8Array<ArrayBuffer>]);
    const [status, body] = await post({ file }, ada.token);
    expect([status, Object.keys(body as object)]).toEqual([200, ['url']]);
    expect((await fetch((body as { url: string }).url)).status).toBe(200);
    expect(await post({ file })).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    expect(await post({ file, another: file }, ada.token)).toMatchObject([
      400,
      { errors: [{ message: expect.stringContaining('too many files') }] },
    ]);
    expect(await post({}, ada.token)).toMatchObject([400, { errors: [{}] }]);
    expect(await post({ file: new Blob(['text']) }, ada.token)).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
    expect(await post({ file: new Blob([new Uint8Array(300_000)]) }, ada.token)).toMatchObject([
      413,
      { errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] },
    ]);
    const plain = await fetch(`${server.url}/upload`, {
      method: 'POST',
      body: 'text',
      headers: { authorization: `Bearer ${ada.token}` },
    });
    expect([plain.status, await plain.json()]).toMatchObject([
      400,
      { errors: [{ message: expect.stringContaining('multipart/form-data') }] },
    ]);
  });
});

describe('uploads that nobody needs any more', () => {
  it('are removed after a day, row and file', async () => {
    const url = new URL(await upload(server, picture, ada));
    await upload(server, picture, ada);
    const old = url.pathname.slice('/files/'.length);
    await server.sql(`UPDATE uploads SET created_at = now() - interval '26 hours' WHERE key = $1`, [old]);
    const { database, storage } = server.app;
    await pruneUploads(database, { storage } as never);
    expect(await server.sql('SELECT 1 FROM uploads WHERE key = $1', [old])).toEqual([]);
    expect(await storage.open(old)).toBeNull();
    expect((await server.sql('SELECT count(*)::int AS count FROM uploads'))[0].count).toBeGreaterThan(0);
  });
});
