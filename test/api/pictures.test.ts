/** From a named picture to what is shown: the job, its sizes and formats, its rights, and what it leaves behind. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createPerson } from '../kit/accounts.ts';
import { failureField } from '../../src/images/picture-failure.ts';
import { pictured } from '../../src/images/pictured.ts';
import type { Person } from '../kit/accounts.ts';
import { makeEvent } from '../kit/event-rows.ts';
import type { Made } from '../kit/event-rows.ts';
import { runJob, runJobs, takeJobs } from '../kit/jobs.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { upload } from '../kit/uploads.ts';

const jobs = ['images.process', 'images.remove'];
const updateEvent =
  'mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { event { version } } }';
const urls = 'originalImageUrl largeImageUrl thumbnailImageUrl iconImageUrl logoUrl';

let server: TestServer;
let admin: Person;
let owner: Person;
let stranger: Person;
let event: Made;
let photo: Buffer;
let web: Server;
let webUrl: string;
let answer: { status: number; body: Buffer };

beforeAll(async () => {
  server = await startServer({ FETCH_PRIVATE_ADDRESSES: '127.0.0.1/32' });
  server.app.config.http.publicUrl = server.url;
  [admin, owner, stranger] = [
    await createPerson(server, { isAdmin: true }),
    await createPerson(server),
    await createPerson(server),
  ];
  photo = await sharp({ create: { width: 2000, height: 1000, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  web = createServer((_request, response) => response.writeHead(answer.status).end(answer.body)).listen(
    0,
    '127.0.0.1',
  );
  await once(web, 'listening');
  webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web.close();
  await server.close();
});
beforeEach(async () => {
  answer = { status: 200, body: photo };
  event = await makeEvent(server);
  await server.sql(
    `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'OWNER')`,
    [event.uuid, owner.userId],
  );
});

const name = (input: Record<string, unknown>, asker = owner) =>
  server.ask(updateEvent, { id: event.id, input }, asker);
const shown = async () =>
  (await server.ask(`query ($id: ID!) { event(id: $id) { ${urls} } }`, { id: event.id })).data!
    .event as Record<string, string | null>;
const files = (kind: string, id: string) => {
  const folder = join(server.app.config.run.dataDir, 'files', kind, id);
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .toSorted()
    : [];
};
const sizeOf = async (url: string | null) => {
  const { width, height, format } = await sharp(
    Buffer.from(await (await fetch(url!)).arrayBuffer()),
  ).metadata();
  return [width, height, format];
};

describe('a picture of an event', () => {
  it('is shown in four sizes once its upload is named', async () => {
    const url = await upload(server, photo, owner);
    expect((await name({ originalImageUrl: url })).errors).toBeUndefined();
    const [path] = url.split('?');
    expect(await shown()).toMatchObject({ originalImageUrl: path, largeImageUrl: null });
    // A name is no link: what is not made yet stays its uploader's.
    expect((await fetch(path)).status).toBe(404);

    expect(await runJobs(server, ...jobs)).toBe(1);
    const { originalImageUrl, largeImageUrl, thumbnailImageUrl, iconImageUrl } = await shown();
    expect(await sizeOf(originalImageUrl)).toEqual([2000, 1000, 'jpeg']);
    expect(await sizeOf(largeImageUrl)).toEqual([1300, 650, 'jpeg']);
    expect(await sizeOf(thumbnailImageUrl)).toEqual([500, 250, 'jpeg']);
    expect(await sizeOf(iconImageUrl)).toEqual([75, 38, 'jpeg']);
    const notices = await server.sql(`SELECT payload FROM notices WHERE topic = $1`, [`event:${event.uuid}`]);
    expect(notices.at(-1)?.payload).toMatchObject({ kind: 'UPDATED', resource: 'Event', id: event.uuid });
  });

  it('may be anywhere on the web, and goes when it is replaced or cleared', async () => {
    await name({ originalImageUrl: `${webUrl}/a.jpg`, logoUrl: `${webUrl}/logo.png` });
    await runJobs(server, ...jobs);
    const first = await shown();
    expect(await sizeOf(first.logoUrl)).toEqual([500, 250, 'jpeg']);
    expect(files('events', event.uuid)).toEqual([
      'icon.jpg',
      'large.jpg',
      'logo.jpg',
      'original.jpg',
      'thumbnail.jpg',
    ]);

    // What a front end sends back as it read it is no change.
    await name({ originalImageUrl: first.originalImageUrl, logoUrl: first.logoUrl });
    expect(await runJobs(server, ...jobs)).toBe(0);
    expect(await shown()).toEqual(first);

    await name({ originalImageUrl: `${webUrl}/b.jpg` });
    await runJobs(server, ...jobs);
    const second = await shown();
    expect(second.largeImageUrl).not.toBe(first.largeImageUrl);
    expect((await fetch(second.largeImageUrl!)).status).toBe(200);
    for (const url of [first.originalImageUrl, first.largeImageUrl, first.iconImageUrl])
      expect((await fetch(url!)).status).toBe(404);
    expect(files('events', event.uuid)).toHaveLength(5);

    await name({ originalImageUrl: null });
    expect(await shown()).toEqual({
      originalImageUrl: null,
      largeImageUrl: null,
      thumbnailImageUrl: null,
      iconImageUrl: null,
      logoUrl: first.logoUrl,
    });
    await runJobs(server, ...jobs);
    expect(files('events', event.uuid)).toEqual(['logo.jpg']);
  });

  it('is not taken from an upload of somebody else', async () => {
    const url = await upload(server, photo, stranger);
    expect(await name({ originalImageUrl: url })).toMatchObject({
      data: null,
      errors: [
        {
          extensions: {
            code: 'BAD_USER_INPUT',
            fields: [
              { path: ['input', 'originalImageUrl'], message: expect.stringContaining('no upload of yours') },
            ],
          },
        },
      ],
    });
    expect(await shown()).toMatchObject({ originalImageUrl: null });
    const never = url.replace(/[0-9a-f]{12}(?=\.jpg)/, '000000000000');
    expect((await name({ originalImageUrl: never })).errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining('no upload of yours') }),
    ]);
    expect(await takeJobs(server, ...jobs)).toEqual([]);
    // What looks broken is an address like any other.
    expect(
      (await name({ externalEventUrl: `${webUrl}/%E0%A4%A`, logoUrl: `${webUrl}/%E0%A4%A` })).errors,
    ).toBeUndefined();
    await takeJobs(server, ...jobs);
  });

  it("has derived addresses that are nobody's to set", async () => {
    for (const field of ['largeImageUrl', 'thumbnailImageUrl', 'iconImageUrl']) {
      expect((await name({ [field]: 'https://example.org/a.jpg' })).errors?.[0].extensions.code).toBe(
        'BAD_USER_INPUT',
      );
    }
  });

  it('stays what the person named last, in whatever order the jobs run', async () => {
    await name({ originalImageUrl: `${webUrl}/a.jpg` });
    await name({ originalImageUrl: `${webUrl}/b.jpg` });
    const [older, newer] = await takeJobs(server, 'images.process');
    await runJob(server, newer);
    const before = await shown();
    await runJob(server, older);
    await runJob(server, newer);
    await runJobs(server, ...jobs);
    expect(await shown()).toEqual(before);
    expect(files('events', event.uuid)).toEqual(['icon.jpg', 'large.jpg', 'original.jpg', 'thumbnail.jpg']);
    expect((await fetch(before.largeImageUrl!)).status).toBe(200);
  });

  it('is not made for a person who lost their right meanwhile', async () => {
    await name({ originalImageUrl: `${webUrl}/a.jpg` });
    await server.sql('DELETE FROM event_members WHERE event_id = $1', [event.uuid]);
    await runJobs(server, ...jobs);
    expect(await shown()).toMatchObject({ originalImageUrl: `${webUrl}/a.jpg`, largeImageUrl: null });
    expect(files('events', event.uuid)).toEqual([]);
  });

  it('that is none leaves the address alone, and a lost upload leaves nothing', async () => {
    answer = { status: 200, body: Buffer.from('<svg/>') };
    await name({ originalImageUrl: `${webUrl}/drawing.svg` });
    await runJobs(server, ...jobs);
    expect(await shown()).toMatchObject({ originalImageUrl: `${webUrl}/drawing.svg`, largeImageUrl: null });

    const url = await upload(server, photo, owner);
    await name({ logoUrl: url });
    await server.app.storage.remove(new URL(url).pathname.slice('/files/'.length));
    await runJobs(server, ...jobs);
    expect(await shown()).toMatchObject({ logoUrl: null });
  });

  it('that could not be taken says why to those who may change the row, and tells whoever named it', async () => {
    const read = 'query ($id: ID!) { event(id: $id) { originalImageUrl originalImageFailure logoFailure } }';
    const failures = async (who?: Person) => (await server.ask(read, { id: event.id }, who)).data!.event;
    await server.sql('DELETE FROM notifications');
    answer = { status: 404, body: Buffer.from('never') };
    await name({ originalImageUrl: `${webUrl}/gone.jpg` });
    await runJobs(server, ...jobs);
    expect(await failures(owner)).toEqual({
      originalImageUrl: `${webUrl}/gone.jpg`,
      originalImageFailure: expect.stringContaining('404'),
      logoFailure: null,
    });
    const { data, errors } = await server.ask(read, { id: event.id }, stranger);
    expect([data!.event.originalImageFailure, errors!.map(({ extensions }) => extensions.field)]).toEqual([
      null,
      ['Event.originalImageFailure', 'Event.logoFailure'],
    ]);
    expect(await server.sql('SELECT kind, user_id FROM notifications')).toEqual([
      { kind: 'picture.failed', user_id: owner.userId },
    ]);
    answer = { status: 200, body: photo.subarray(0, photo.length / 2) };
    await name({ originalImageUrl: `${webUrl}/half.jpg` });
    expect((await failures(owner)).originalImageFailure).toBeNull();
    await runJobs(server, ...jobs);
    expect((await failures(owner)).originalImageFailure).toMatch(/cut off/);
    answer = { status: 200, body: photo };
    await name({ originalImageUrl: `${webUrl}/whole.jpg` });
    await runJobs(server, ...jobs);
    expect((await failures(owner)).originalImageFailure).toBeNull();
  });

  it('has a field beside it, wherever there is one, that says why it was not taken', () => {
    const schema = server.app.schema();
    for (const { entity, field } of pictured) {
      const type = schema.getType(entity.name) as GraphQLObjectType;
      expect(Object.keys(type.getFields())).toContain(failureField(field));
      expect(server.app.permissions.table(entity.name).guarded[failureField(field)].read).toBeDefined();
    }
  });

  it('is tried again while its server is away, and not when there is no such picture', async () => {
    await name({ originalImageUrl: `${webUrl}/a.jpg` });
    const [job] = await takeJobs(server, 'images.process');
    answer = { status: 503, body: Buffer.from('later') };
    await expect(runJob(server, job, false)).rejects.toThrow('its server answers 503');
    answer = { status: 404, body: Buffer.from('never') };
    await runJob(server, job, false);
    expect(await shown()).toMatchObject({ originalImageUrl: `${webUrl}/a.jpg` });
    answer = { status: 200, body: photo };
    await runJob(server, job, false);
    expect((await shown()).largeImageUrl).toContain('/files/events/');
  });
});

describe('pictures of people and sponsors', () => {
  it('are made small enough for a list', async () => {
    const [made] = await server.sql(
      `INSERT INTO speakers (id, event_id, name, user_id) VALUES (gen_random_uuid(), $1, 'Ada', $2) RETURNING id`,
      [event.uuid, owner.userId],
    );
    await server.sql(
      `INSERT INTO sessions (id, event_id, title, state) VALUES ($1, $2, 'Talk', 'ACCEPTED')`,
      [made.id, event.uuid],
    );
    await server.sql('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $1)', [made.id]);
    const { data } = await server.ask('query ($id: ID!) { event(id: $id) { speakers { nodes { id } } } }', {
      id: event.id,
    });
    const photoUrl = await upload(server, photo, owner);
    await server.ask(
      'mutation ($id: ID!, $input: UpdateSpeakerInput!) { updateSpeaker(id: $id, input: $input) { speaker { id } } }',
      { id: data!.event.speakers.nodes[0].id, input: { photoUrl } },
      owner,
    );
    await server.ask(
      'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { user { id } } }',
      { id: owner.id, input: { avatarUrl: photoUrl } },
      owner,
    );
    await server.ask(
      'mutation ($input: CreateSponsorInput!) { createSponsor(input: $input) { sponsor { id } } }',
      { input: { eventId: event.id, name: 'Sponsor', logoUrl: photoUrl } },
      owner,
    );
    await runJobs(server, ...jobs);
    const found = await server.ask(
      `query ($id: ID!) { viewer { original: avatarUrl thumbnailImageUrl smallImageUrl iconImageUrl }
         event(id: $id) { sponsors { nodes { logoUrl } } speakers { nodes { original: photoUrl thumbnailImageUrl smallImageUrl iconImageUrl } } } }`,
      { id: event.id },
      owner,
    );
    for (const row of [found.data!.viewer, found.data!.event.speakers.nodes[0]] as Record<string, string>[]) {
      expect(await Promise.all(Object.values(row).map(sizeOf))).toEqual([
        [2000, 1000, 'jpeg'],
        [500, 250, 'jpeg'],
        [50, 25, 'jpeg'],
        [35, 18, 'jpeg'],
      ]);
    }
    expect(await sizeOf(found.data!.event.sponsors.nodes[0].logoUrl)).toEqual([500, 250, 'jpeg']);
    expect(
      await server.sql('SELECT payload FROM notices WHERE topic = $1', [`session:${event.uuid}`]),
    ).toHaveLength(1);
  });
});

describe('image sizes', () => {
  const query =
    '{ imageSizes { id kind format largeWidth thumbnailWidth thumbnailQuality smallWidth iconWidth viewerCan } }';
  const update =
    'mutation ($id: ID!, $input: UpdateImageSizesInput!) { updateImageSizes(id: $id, input: $input) { imageSizes { format iconWidth } } }';

  it('are shown to staff, and to nobody else by whatever way', async () => {
    const { data } = await server.ask(query, {}, admin);
    expect(data!.imageSizes).toEqual([
      {
        id: expect.stringMatching(/^image_sizes_/),
        kind: 'EVENT',
        format: 'JPEG',
        largeWidth: 1300,
        thumbnailWidth: 500,
        thumbnailQuality: 80,
        smallWidth: null,
        iconWidth: 75,
        viewerCan: ['VIEW', 'UPDATE'],
      },
      expect.objectContaining({ kind: 'PERSON', largeWidth: null, smallWidth: 50, iconWidth: 35 }),
    ]);
    const [{ id }] = data!.imageSizes;
    for (const asker of [undefined, owner]) {
      expect(await server.ask(query, {}, asker)).toEqual({ data: { imageSizes: [] } });
      expect(await server.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, asker)).toEqual({
        data: { node: null },
      });
      expect(
        (await server.ask(update, { id, input: { iconWidth: 10 } }, asker)).errors?.[0].extensions.code,
      ).toBe(asker ? 'NOT_FOUND' : 'UNAUTHENTICATED');
    }
  });

  it('decide how pictures are made from then on', async () => {
    const [{ id }] = (await server.ask(query, {}, admin)).data!.imageSizes;
    for (const [input, message] of [
      [{ iconWidth: 0 }, 'must be 1 to 10000'],
      [{ iconQuality: 101 }, 'must be 1 to 100'],
      [{ iconWidth: null }, 'must be 1 to'],
      [{ smallWidth: 10 }, 'not made of pictures of this kind'],
      [{ format: null }, 'cannot be cleared'],
    ] as const) {
      expect((await server.ask(update, { id, input }, admin)).errors?.[0].message).toContain(message);
    }
    expect(await server.ask(update, { id, input: { iconWidth: 20, format: 'WEBP' } }, admin)).toEqual({
      data: { updateImageSizes: { imageSizes: { format: 'WEBP', iconWidth: 20 } } },
    });
    await name({ originalImageUrl: await upload(server, photo, owner) });
    await runJobs(server, ...jobs);
    expect(await sizeOf((await shown()).iconImageUrl)).toEqual([20, 10, 'webp']);
  });
});
