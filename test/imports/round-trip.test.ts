/** There and back: what importEvent reads, exportEvent writes, and importEvent reads again is the same event, field by field. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { addImport } from '../../src/commands/import.command.ts';
import { runCli } from '../../src/platform/cli/cli.ts';
import { decodeId } from '../../src/platform/graphql/node.ts';
import { startWorkers } from '../../src/worker.ts';
import type { Workers } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import { fixtures, folder, zipOf } from '../kit/open-event-zip.ts';
import { realExports } from '../kit/real-exports.ts';
import { rowCounts } from '../kit/row-counts.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { askWithFile } from '../kit/uploads.ts';

const importEvent = 'mutation ($file: Upload!) { importEvent(file: $file) { job { id status kind } } }';
const exportEvent = 'mutation ($id: ID!) { exportEvent(id: $id) { job { id } } }';
const readJob = 'query ($id: ID!) { job(id: $id) { status progress message error url } }';

let server: TestServer;
let workers: Workers;
let [ada, ben]: Person[] = [];

beforeAll(async () => {
  server = await startServer();
  server.app.config.http.publicUrl = server.url;
  workers = await startWorkers(server.app, { backoffMs: 20 });
  [ada, ben] = [await createPerson(server), await createPerson(server)];
});
afterAll(async () => {
  await workers?.stop();
  await server?.close();
});

/** The job when it has ended, as its owner reads it. */
async function ended(id: string, asker: Person): Promise<Record<string, any>> {
  let job: Record<string, any> = {};
  await until(async () => {
    job = (await server.ask(readJob, { id }, asker)).data!.job;
    return ['COMPLETED', 'FAILED'].includes(job.status);
  }, 60_000);
  return job;
}

interface Account {
  readonly eventId: string;
  readonly created: boolean;
  readonly summary: { readonly notes: readonly { reason: string; kind: string; count?: number }[] };
}

async function bring(zip: Buffer, asker: Person): Promise<Account> {
  const { data: started, errors } = await askWithFile(server, importEvent, zip, asker);
  expect(errors).toBeUndefined();
  const job = await ended(started!.importEvent.job.id, asker);
  expect(job).toMatchObject({ status: 'COMPLETED', progress: 1, error: null });
  const account = (await (await fetch(job.url)).json()) as Account;
  const missed = account.summary.notes.reduce(
    (sum, { kind, count = 1 }) => sum + (kind === 'left-out' ? count : 0),
    0,
  );
  const left =
    ['nothing was left out', '1 thing was left out, see the account'][missed] ??
    `${missed} things were left out, see the account`;
  expect(job.message).toMatch(
    account.created ? new RegExp(`as event \\w+; ${left}$`) : /was there already, as event \w+$/,
  );
  // The pictures are made by jobs of their own.
  await until(
    async () => (await server.sql(`SELECT 1 FROM jobs WHERE status IN ('WAITING', 'ACTIVE')`)).length === 0,
    60_000,
  );
  return account;
}

async function take(eventId: string, asker: Person): Promise<Buffer> {
  const { data: started } = await server.ask(exportEvent, { id: eventId }, asker);
  const job = await ended(started!.exportEvent.job.id, asker);
  return Buffer.from(await (await fetch(job.url)).arrayBuffer());
}

const own = [
  'id',
  'event_id',
  'created_at',
  'updated_at',
  'identifier',
  'source_identifier',
  'source_owner_id',
  'source_id',
  'hash',
  'version',
  'track_id',
  'room_id',
  'session_type_id',
];

/** Everything of an event but what is each copy's own; pictures of ours by their size, links by what they join. */
async function everythingOf(eventId: string): Promise<Record<string, unknown[]>> {
  const { uuid } = decodeId(eventId)!;
  const less = (alias: string) => `to_jsonb(${alias}) - '{${own.join(',')}}'::text[]`;
  const tables: Record<string, string> = {
    event: `SELECT ${less('t')} AS row FROM events t WHERE id = $1`,
    call: `SELECT ${less('t')} AS row FROM calls_for_speakers t WHERE event_id = $1`,
    tracks: `SELECT ${less('t')} AS row FROM tracks t WHERE event_id = $1`,
    rooms: `SELECT ${less('t')} AS row FROM rooms t WHERE event_id = $1`,
    types: `SELECT ${less('t')} AS row FROM session_types t WHERE event_id = $1`,
    sponsors: `SELECT ${less('t')} AS row FROM sponsors t WHERE event_id = $1`,
    links: `SELECT ${less('t')} AS row FROM social_links t WHERE event_id = $1`,
    faqs: `SELECT ${less('t')} AS row FROM faqs t WHERE event_id = $1`,
    forms: `SELECT ${less('t')} AS row FROM custom_forms t WHERE event_id = $1`,
    copyright: `SELECT ${less('t')} AS row FROM copyrights t WHERE event_id = $1`,
    speakers: `SELECT ${less('t')} AS row FROM speakers t WHERE event_id = $1`,
    sessions: `SELECT ${less('t')} || jsonb_build_object(
        'track', (SELECT name FROM tracks x WHERE x.id = t.track_id), 'room', (SELECT name FROM rooms x WHERE x.id = t.room_id),
        'type', (SELECT name || length_minutes FROM session_types x WHERE x.id = t.session_type_id),
        'speakers', (SELECT jsonb_agg(s.name ORDER BY s.name, s.sort_order) FROM session_speakers l JOIN speakers s ON s.id = l.speaker_id WHERE l.session_id = t.id)) AS row
      FROM sessions t WHERE event_id = $1`,
  };
  const found: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(tables)) {
    const rows = (await server.sql(sql, [uuid])).map(({ row }) => row as Record<string, unknown>);
    found[name] = (await Promise.all(rows.map(withSizes))).map((row) => JSON.stringify(row)).toSorted();
  }
  return found;
}

async function withSizes(row: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(row).map(async ([key, value]): Promise<[string, unknown]> => {
    if (typeof value !== 'string' || !value.startsWith('/files/')) return [key, value];
    const { width, height } = await sharp(
      await server.app.storage.read(value.slice('/files/'.length)),
    ).metadata();
    return [key, `${width} × ${height} at ${value.split('/')[2]}`];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function thereAndBack(
  zip: Buffer,
): Promise<{ first: Account; pictures: number; rows: Record<string, unknown[]> }> {
  const first = await bring(zip, ada);
  const made = await take(first.eventId, ada);
  const second = await bring(made, ben);
  expect(
    second.summary.notes.filter(
      ({ kind, reason }) => kind === 'left-out' && !/decides what is published/.test(reason),
    ),
  ).toEqual([]);
  const [before, after] = [await everythingOf(first.eventId), await everythingOf(second.eventId)];
  expect(before.sessions.length).toBeGreaterThan(0);
  expect(after).toEqual(before);
  // For whoever has the event already, its export is that event: nothing is written twice.
  expect(await bring(made, ada)).toMatchObject({ created: false, eventId: first.eventId });
  expect(await everythingOf(first.eventId)).toEqual(before);
  return { first, rows: before, pictures: JSON.stringify(before).match(/ × \d+ at /g)?.length ?? 0 };
}

describe('import, export and import again', () => {
  it('gives the same event, its call, its links and its pictures', async () => {
    const files = folder(join(fixtures, 'dashed'));
    const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const event = JSON.parse(files.event) as Record<string, unknown>;
    const [topic] = await server.sql(
      `INSERT INTO event_topics (id, name, slug) VALUES (gen_random_uuid(), 'Sea', 'sea') RETURNING id`,
    );
    await server.sql(
      `INSERT INTO event_sub_topics (id, topic_id, name, slug) VALUES (gen_random_uuid(), $1, 'Tides', 'tides')`,
      [topic.id],
    );
    await server.sql(
      `INSERT INTO event_types (id, name, slug) VALUES (gen_random_uuid(), 'Conference', 'conference')`,
    );
    Object.assign(event, { 'sub-topic': 'TIDES', type: { name: 'Conference' } });
    event['original-image-url'] = '/images/event.png';
    event['event-copyright'] = { ...(event['event-copyright'] as object), 'logo-url': 'images/rights.png' };
    const zip = await zipOf({
      ...files,
      event,
      'images/event.png': picture,
      'images/rights.png': picture,
      'images/logo.png': picture,
      'images/speakers/ada.jpg': picture,
      'images/unnamed.png': picture,
    });
    const { first, pictures, rows } = await thereAndBack(zip);
    expect(pictures).toBeGreaterThanOrEqual(6);
    expect([rows.links, rows.faqs, rows.copyright].map(({ length }) => length)).toEqual([3, 1, 1]);
    const labels = JSON.parse(rows.event[0] as string) as Record<string, unknown>;
    expect([labels.topic_id, typeof labels.sub_topic_id, typeof labels.type_id]).toEqual([
      topic.id,
      'string',
      'string',
    ]);
    // Eleven of the file, and the name of speakers, which every form has.
    expect(rows.forms).toHaveLength(12);
    const answers = [...rows.sessions, ...rows.speakers].map(
      (row) => (JSON.parse(row as string) as { answers: object }).answers,
    );
    expect(answers).toEqual(
      expect.arrayContaining([
        { boat: 'Dinghy', crew: 4, notes: '<p>Wet</p>' },
        { tshirt: 'M', homePort: 'https://wake.example' },
      ]),
    );
    expect(first.summary.notes.map(({ reason }) => reason)).toContain(
      'pictures in the zip that nothing in it names',
    );
  });

  it('gives the same account at the terminal', async () => {
    const zip = await zipOf(folder(join(fixtures, 'dashed')));
    const [over, at] = [await createPerson(server), await createPerson(server)];
    const { summary } = await bring(zip, over);
    const cwd = mkdtempSync(join(tmpdir(), 'convoke-round-'));
    let out = '';
    try {
      writeFileSync(join(cwd, 'harbour.zip'), zip);
      const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: cwd, NODE_ENV: 'test', LOG_LEVEL: 'fatal' };
      const words = ['import', join(cwd, 'harbour.zip'), '--owner', at.email, '--json'];
      expect(
        await runCli(words, [addImport], { env, cwd, out: (text) => (out += text), err: () => {} }),
      ).toBe(0);
    } finally {
      rmSync(cwd, { recursive: true });
    }
    expect(JSON.parse(out).summary).toEqual(summary);
    expect(summary.notes.length).toBeGreaterThan(20);
  });

  it('is for verified people, and fails with what is wrong with the file', async () => {
    const unverified = await createPerson(server, { isVerified: false });
    expect(
      (await askWithFile(server, importEvent, Buffer.from('x'), unverified)).errors?.[0].extensions.code,
    ).toBe('FORBIDDEN');
    expect((await askWithFile(server, importEvent, Buffer.from('x'), {})).errors?.[0].extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    const { data: started } = await askWithFile(server, importEvent, Buffer.from('no zip'), ben);
    expect(await ended(started!.importEvent.job.id, ben)).toMatchObject({
      status: 'FAILED',
      url: null,
      error: expect.stringContaining('this is not a zip file'),
    });
    expect((await server.ask(readJob, { id: started!.importEvent.job.id }, ada)).data).toEqual({ job: null });
    const before = await rowCounts(server);
    const event = {
      id: 5,
      name: 'E',
      timezone: 'UTC',
      'starts-at': '2031-01-01T09:00Z',
      'ends-at': '2031-01-01T18:00Z',
    };
    for (const [files, error] of [
      [{ event, forms: { session: {} } }, 'forms: expected a list of rows'],
      [
        { event: { ...event, 'social-links': 'https://a.example' } },
        'event.social-links: expected a list of rows',
      ],
      [{ event, faqs: '[{' }, 'faqs: is not JSON'],
    ] as const) {
      const { data } = await askWithFile(server, importEvent, await zipOf(files), ben);
      expect(await ended(data!.importEvent.job.id, ben)).toMatchObject({
        status: 'FAILED',
        error: expect.stringContaining(error),
      });
    }
    const of = ({ events, social_links, custom_forms, faqs, sessions }: Record<string, number>) => ({
      events,
      social_links,
      custom_forms,
      faqs,
      sessions,
    });
    expect(of(await rowCounts(server))).toEqual(of(before));
  });
});

// Without them the suite is left out by name, so that a run shows it.
(realExports ? describe : describe.skip)('a real export', () => {
  it.each([
    ['FOSSASIASummit2017.zip', 0],
    ['OSCAL2017.zip', 0],
    ['FBF817.zip', 100],
  ] as const)('%s comes back as it went in', async (file, leastPictures) => {
    const { pictures } = await thereAndBack(readFileSync(resolve(realExports!, file)));
    expect(pictures).toBeGreaterThanOrEqual(leastPictures);
  });
});
