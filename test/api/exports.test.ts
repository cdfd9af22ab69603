/** Exports: each format, with what its asker may see and nothing else, as a file that only they are given. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromBufferPromise } from 'yauzl';
import { ExportFormat, writeExport } from '../../src/exports/export.formats.ts';
import { pruneExports } from '../../src/exports/export.job.ts';
import { decodeId } from '../../src/platform/graphql/node.ts';
import { startWorkers } from '../../src/worker.ts';
import type { Workers } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import { makeEvent } from '../kit/event-rows.ts';
import type { Made } from '../kit/event-rows.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const exportEvent =
  'mutation ($id: ID!, $format: ExportFormat) { exportEvent(id: $id, format: $format) { job { id status url } } }';
const readJob = 'query ($id: ID!) { job(id: $id) { status progress message error url } }';

let server: TestServer;
let workers: Workers;
let [owner, moderator, stranger]: Person[] = [];
let event: Made;
let draft: Made;

beforeAll(async () => {
  server = await startServer();
  server.app.config.http.publicUrl = server.url;
  workers = await startWorkers(server.app, { backoffMs: 20 });
  [owner, moderator, stranger] = [
    await createPerson(server),
    await createPerson(server),
    await createPerson(server),
  ];
  event = await makeEvent(server);
  draft = await makeEvent(server, { state: 'DRAFT' });
  await server.sql(
    `UPDATE events SET identifier = 'opendays', timezone = 'Europe/Berlin', location_name = 'Harbour <1>', name = 'Open & wide' WHERE id = $1`,
    [event.uuid],
  );
  await server.sql(`UPDATE events SET identifier = 'hidden' WHERE id = $1`, [draft.uuid]);
  for (const [person, role] of [
    [owner, 'OWNER'],
    [moderator, 'MODERATOR'],
  ] as const) {
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, $3)`,
      [event.uuid, person.userId, role],
    );
  }
  const [room] = await server.sql(
    `INSERT INTO rooms (id, event_id, name) VALUES (gen_random_uuid(), $1, 'Hall') RETURNING id`,
    [event.uuid],
  );
  for (const [title, state, starts] of [
    ['Confirmed, in the evening', 'CONFIRMED', '2027-03-01T22:30:00Z'],
    ['=cmd|accepted', 'ACCEPTED', '2027-03-01T09:00:00Z'],
    ['Still pending', 'PENDING', '2027-03-01T10:00:00Z'],
    ['Accepted without a time', 'ACCEPTED', null],
  ] as const) {
    const [session] = await server.sql(
      `INSERT INTO sessions (id, event_id, title, state, starts_at, ends_at, room_id, short_abstract)
       VALUES (gen_random_uuid(), $1, $2, $3, $4::timestamptz, $4::timestamptz + interval '45 minutes', $5, '<p>About &amp; <b>more</b></p>') RETURNING id`,
      [event.uuid, title, state, starts, state === 'CONFIRMED' ? null : room.id],
    );
    const [speaker] = await server.sql(
      `INSERT INTO speakers (id, event_id, name, email, mobile) VALUES (gen_random_uuid(), $1, $2, $3, '+49 123') RETURNING id`,
      [event.uuid, `Speaker of ${title}`, `${state}${starts ? '' : '2'}@example.org`.toLowerCase()],
    );
    await server.sql('INSERT INTO session_speakers (session_id, speaker_id) VALUES ($1, $2)', [
      session.id,
      speaker.id,
    ]);
  }
});
/** Fields of forms that are asked for, answered by the session that is still pending and by all speakers. */
async function answerForms(): Promise<void> {
  const field = (
    form: string,
    identifier: string,
    name: string,
    type: string,
    isPublic: boolean,
    options: string[] = [],
    isRemoved = false,
  ) =>
    server.sql(
      `INSERT INTO custom_forms (id, event_id, form, field_identifier, name, type, is_public, is_included, options, removed_at, position)
       VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $8::timestamptz IS NULL, $7, $8, (SELECT count(*) FROM custom_forms))`,
      [
        event.uuid,
        form,
        identifier,
        name,
        type,
        isPublic,
        JSON.stringify(options),
        isRemoved ? '2027-01-01' : null,
      ],
    );
  await field('SESSION', 'boats', '=Boats', 'CHECKBOX', true, ['-1', 'Barge']);
  await field('SESSION', 'notes', 'Title', 'PARAGRAPH', false);
  await field('SESSION', 'constructor', 'Builder', 'TEXT', true);
  await field('SPEAKER', 'shirt', 'Shirt', 'TEXT', false);
  await field('SPEAKER', 'port', 'Port', 'TEXT', true);
  await field('SPEAKER', 'oldShirt', 'Old shirt', 'TEXT', false, [], true);
  await field('SPEAKER', 'unanswered', 'Removed and unanswered', 'TEXT', false, [], true);
  await server.sql(`UPDATE sessions SET answers = $2, comments = 'secret comment' WHERE event_id = $1`, [
    event.uuid,
    JSON.stringify({ boats: ['-1', 'Barge'], notes: '<p>secret &amp; <b>bold</b></p>' }),
  ]);
  await server.sql(`UPDATE speakers SET answers = $2, mobile = '+49 123' WHERE event_id = $1`, [
    event.uuid,
    JSON.stringify({ shirt: '@secret', port: 'Hull', oldShirt: 'secret too' }),
  ]);
  await server.sql(
    `UPDATE calls_for_speakers SET privacy = 'PRIVATE', announcement = 'secret call' WHERE event_id = $1`,
    [event.uuid],
  );
}

afterAll(async () => {
  await workers?.stop();
  await server?.close();
});

/** Exports and answers the job as its asker reads it when it has ended. */
async function exported(
  format: string,
  asker = owner,
): Promise<{ jobId: string; job: Record<string, any>; bytes: Buffer; answer: Response }> {
  const { data, errors } = await server.ask(exportEvent, { id: event.id, format }, asker);
  expect(errors).toBeUndefined();
  const jobId = data!.exportEvent.job.id as string;
  let job: Record<string, any> = {};
  await until(async () => {
    job = (await server.ask(readJob, { id: jobId }, asker)).data!.job;
    return ['COMPLETED', 'FAILED'].includes(job.status);
  }, 20_000);
  expect(job).toMatchObject({ status: 'COMPLETED', progress: 1, error: null });
  const answer = await fetch(job.url as string);
  return { jobId, job, bytes: Buffer.from(await answer.arrayBuffer()), answer };
}

describe('exportEvent', () => {
  it('is for the team of the event', async () => {
    const refused = async (asker: Person | undefined, id = event.id) =>
      (await server.ask(exportEvent, { id }, asker)).errors?.[0].extensions.code;
    expect(await refused(undefined)).toBe('UNAUTHENTICATED');
    expect(await refused(stranger)).toBe('FORBIDDEN');
    expect(await refused(moderator)).toBe('FORBIDDEN');
    expect(await refused(stranger, draft.id)).toBe('NOT_FOUND');
    expect(await server.sql(`SELECT 1 FROM jobs WHERE kind = 'events.export'`)).toEqual([]);
  });

  it('gives its asker, and nobody else, a link to a file', async () => {
    const { job, jobId, answer } = await exported('SPEAKERS_CSV');
    expect([
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('content-disposition'),
    ]).toEqual([200, 'text/csv; charset=utf-8', 'attachment; filename="opendays-speakers.csv"']);
    expect((await fetch((job.url as string).split('?')[0])).status).toBe(404);
    expect((await server.ask(readJob, { id: jobId }, stranger)).data).toEqual({ job: null });
    expect((await server.ask(readJob, { id: jobId }, moderator)).data).toEqual({ job: null });
  });

  it('does not write for somebody who left the team meanwhile', async () => {
    const leaver = await createPerson(server);
    await server.sql(
      `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'COORGANIZER')`,
      [event.uuid, leaver.userId],
    );
    await workers.stop();
    const id = (await server.ask(exportEvent, { id: event.id }, leaver)).data!.exportEvent.job.id as string;
    await server.sql('DELETE FROM event_members WHERE user_id = $1', [leaver.userId]);
    workers = await startWorkers(server.app, { backoffMs: 20 });
    await until(async () => (await server.ask(readJob, { id }, leaver)).data!.job.status === 'FAILED');
    expect((await server.ask(readJob, { id }, leaver)).data!.job).toMatchObject({
      url: null,
      error: expect.stringContaining('may no longer update'),
    });
  });

  it('writes tables that no spreadsheet takes for formulas', async () => {
    const { bytes } = await exported('SESSIONS_CSV');
    const lines = bytes
      .toString()
      .replace(/^\ufeff/, '')
      .trim()
      .split('\r\n');
    expect(lines[0]).toMatch(/^Title,Subtitle,State,/);
    expect(lines).toHaveLength(5);
    expect(lines.find((line) => line.includes('cmd|accepted'))).toMatch(/^"?'=cmd\|accepted/);
    expect(lines.find((line) => line.includes('Still pending'))).toContain('pending@example.org');
    expect(lines[1]).toContain('About & more');
    const speakers = (await exported('SPEAKERS_CSV')).bytes.toString();
    expect(speakers).toContain("'+49 123");
    expect(speakers).toContain('pending@example.org');
  });

  it('writes schedules of what takes place', async () => {
    const ical = (await exported('ICAL')).bytes.toString();
    expect(ical).toMatch(/^BEGIN:VCALENDAR/);
    expect(ical.match(/BEGIN:VEVENT/g)).toHaveLength(3);
    expect(ical).toContain('DTSTART:20270301T223000Z');
    expect(ical).not.toMatch(/pending|without a time|@example.org/i);
    const pentabarf = (await exported('PENTABARF')).bytes.toString();
    // 22:30 in UTC is half an hour before midnight in Berlin.
    expect(pentabarf).toMatch(
      /<day index="1" date="2027-03-01" start="2027-03-01T00:00:00.000\+01:00" end="2027-03-02T00:15:00.000\+01:00">/,
    );
    expect(pentabarf).toContain('<start>23:30</start>');
    expect(pentabarf).toContain('<duration>00:45</duration>');
    expect(pentabarf).toContain('<room name="To be announced">');
    expect(pentabarf).toContain('<title>Open &amp; wide</title>');
    const xcal = (await exported('XCAL')).bytes.toString();
    expect(xcal).toContain('<icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0">');
    expect(xcal.match(/<vevent>/g)).toHaveLength(3);
    expect(xcal).toContain('<date-time>2027-03-01T22:30:00Z</date-time>');
    expect(xcal).toContain('Harbour &lt;1&gt;');
  });

  it('writes a zip with everything', async () => {
    const { bytes } = await exported('OPEN_EVENT_ZIP');
    const zip = await fromBufferPromise(bytes);
    const names: string[] = [];
    for await (const entry of zip.eachEntry()) names.push(entry.fileName);
    expect(names.toSorted()).toEqual([
      'event',
      'faqs',
      'forms',
      'microlocations',
      'session_types',
      'sessions',
      'social_links',
      'speakers',
      'sponsors',
      'tracks',
    ]);
  });

  it('removes exports after some days', async () => {
    const { jobId } = await exported('ICAL');
    const [{ url }] = await server.sql(
      `UPDATE jobs SET finished_at = now() - interval '4 days' WHERE id = $1 RETURNING url`,
      [decodeId(jobId)!.uuid],
    );
    const { database, storage } = server.app;
    await pruneExports(database, { storage } as never);
    expect(await storage.open((url as string).slice('/files/'.length))).toBeNull();
    expect((await server.ask(readJob, { id: jobId }, owner)).data!.job).toMatchObject({
      status: 'COMPLETED',
      url: null,
    });
  });
});

describe('forms and answers', () => {
  const cells = (bytes: Buffer) => {
    const lines = bytes
      .toString()
      .replace(/^\ufeff/, '')
      .trim()
      .split('\r\n');
    return lines.map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare,
      ),
    );
  };
  const column = (rows: string[][], title: string) => rows.slice(1).map((row) => row[rows[0].indexOf(title)]);

  it('are columns of the tables, which no spreadsheet takes for formulas', async () => {
    await answerForms();
    const sessions = cells((await exported('SESSIONS_CSV')).bytes);
    expect(sessions[0].slice(-4)).toEqual(['Created', "'=Boats", 'Title (notes)', 'Builder']);
    expect(new Set(column(sessions, "'=Boats"))).toEqual(new Set(["'-1, Barge"]));
    expect(new Set(column(sessions, 'Title (notes)'))).toEqual(new Set(['secret & bold']));
    expect(new Set(column(sessions, 'Builder'))).toEqual(new Set(['']));
    const speakers = cells((await exported('SPEAKERS_CSV')).bytes);
    expect(speakers[0].slice(-4)).toEqual(['LinkedIn', 'Shirt', 'Port', 'Old shirt']);
    expect(speakers[1].slice(-3)).toEqual(["'@secret", 'Hull', 'secret too']);
  });

  it.each([
    ['a moderator', (): Person => moderator],
    ['a stranger', (): Person => stranger],
    ['nobody', (): undefined => undefined],
  ] as const)('are in an export as %s as far as they may be seen', async (who, asker) => {
    const ask = async (document: string, variables: Readonly<Record<string, unknown>>): Promise<never> =>
      (await server.ask(document, variables, asker())) as never;
    const folder = await mkdtemp(join(tmpdir(), 'export-'));
    const seen: Record<string, string> = {};
    try {
      for (const format of [
        ExportFormat.OPEN_EVENT_ZIP,
        ExportFormat.SESSIONS_CSV,
        ExportFormat.SPEAKERS_CSV,
      ]) {
        const path = join(folder, format);
        await writeExport({ ...server.app, ask }, event.id, format, path);
        const bytes: Buffer = await readFile(path);
        seen[format] = format === ExportFormat.OPEN_EVENT_ZIP ? await unpacked(bytes) : bytes.toString();
      }
      // The draft is as good as absent.
      if (asker() !== moderator)
        await expect(
          writeExport({ ...server.app, ask }, draft.id, ExportFormat.OPEN_EVENT_ZIP, join(folder, 'none')),
        ).rejects.toThrow('not there');
    } finally {
      await rm(folder, { recursive: true });
    }
    const all = Object.values(seen).join('\n');
    expect(all).not.toMatch(/secret|@example\.org|49 123/);
    expect(seen.OPEN_EVENT_ZIP).toContain('Confirmed, in the evening');
    expect(seen.OPEN_EVENT_ZIP).toContain('Barge');
    expect(seen.SESSIONS_CSV).toContain('Confirmed, in the evening');
    expect(seen.OPEN_EVENT_ZIP.includes('Still pending')).toBe(who === 'a moderator');
    // Whoever is signed in sees the fields of a published event, and a column for each.
    expect(seen.SESSIONS_CSV.includes("'=Boats")).toBe(who !== 'nobody');
  });
});

/** All entries of a zip, as one text. */
async function unpacked(bytes: Buffer): Promise<string> {
  const zip = await fromBufferPromise(bytes);
  const texts: string[] = [];
  for await (const entry of zip.eachEntry())
    texts.push(`${entry.fileName}: ${await text(await zip.openReadStreamPromise(entry))}`);
  return texts.join('\n');
}

describe('published schedules', () => {
  it('are at the address of the event, as everybody may see them', async () => {
    for (const [ending, type] of [
      ['ics', 'text/calendar'],
      ['xcal', 'application/calendar+xml'],
      ['xml', 'application/xml'],
    ] as const) {
      const answer = await fetch(`${server.url}/events/opendays.${ending}`, {
        headers: { authorization: `Bearer ${owner.token}` },
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
      const text = await answer.text();
      expect(text).toContain('in the evening');
      expect(text).not.toMatch(/pending|without a time/i);
    }
    for (const path of [
      'hidden.ics',
      'opendays.csv',
      'opendays.constructor',
      'nothing.ics',
      'opendays',
      '.ics',
      'a%2fb.ics',
    ]) {
      expect([
        path,
        (await fetch(`${server.url}/events/${path}`, { headers: { authorization: `Bearer ${owner.token}` } }))
          .status,
      ]).toEqual([path, 404]);
    }
  });

  it('say nothing that a name puts into lines of its own', async () => {
    const name = 'Open\r\nATTENDEE:mailto:eve@example.org\nBEGIN:VEVENT\rSUMMARY:Free beer';
    await server.sql(`UPDATE events SET name = $1 WHERE identifier = 'opendays'`, [name]);
    await server.sql(`UPDATE sessions SET title = $1 WHERE title LIKE '%in the evening%'`, [name]);
    const text = await (await fetch(`${server.url}/events/opendays.ics`)).text();
    expect(text).toContain('X-WR-CALNAME:Open ATTENDEE');
    expect(text.split(/[\r\n]+/).filter((line) => /^(ATTENDEE|SUMMARY:Free)/.test(line))).toEqual([]);
    expect(text.match(/^BEGIN:VEVENT/gm)).toHaveLength(text.match(/^UID:/gm)!.length);
  });
});
