/** Mails, from the job that sends them to the development mailbox or a mail server. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { anonymous } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import type { JobContext } from '../../src/platform/jobs/context.ts';
import { openQueue } from '../../src/platform/jobs/queue.ts';
import type { JobQueue } from '../../src/platform/jobs/queue.ts';
import { button, layOut, text } from '../../src/platform/mail/layout.ts';
import { sendMail } from '../../src/platform/mail/mail.ts';
import { startWorkers } from '../../src/worker.ts';
import { createPerson } from '../kit/accounts.ts';
import { link, make, makeEvent } from '../kit/event-rows.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const payload = z.object({ to: z.string(), subject: z.string() });
const parts = layOut({
  title: 'Confirm <your> address',
  blocks: [text('Hello & welcome.'), button('Confirm', 'https://example.org/?a=1&b=2')],
});
/** The second sends twice, as two attempts of one job would: a mailbox keeps one. */
const definitions = [
  {
    name: 'test.mail',
    payload,
    attempts: 12,
    async run({ to, subject }: z.output<typeof payload>, context: JobContext) {
      await sendMail(context, { to, subject, ...parts });
    },
  },
  {
    name: 'test.mail-twice',
    payload,
    async run({ to, subject }: z.output<typeof payload>, context: JobContext) {
      await sendMail(context, { to, subject, ...parts });
      await sendMail(context, { to, subject, ...parts });
    },
  },
];

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** A server with workers, and a look at its queue. */
async function startAll(env: Record<string, string> = {}): Promise<{
  server: TestServer;
  queue: JobQueue;
  enqueue: (to: string, subject: string, name?: string) => Promise<string>;
}> {
  const server = await startServer({ SHUTDOWN_SECONDS: '1', ...env });
  open.push(() => server.close());
  const queue = await openQueue({ databaseUrl: server.databaseUrl, log: server.app.log });
  open.push(() => queue.close());
  const workers = await startWorkers(server.app, { definitions, backoffMs: 20 });
  open.push(() => workers.stop());
  const writer = new Writer(server.app.database, server.app.permissions, anonymous);
  const enqueue = (to: string, subject: string, name = 'test.mail') =>
    writer.transaction((changes) => changes.enqueue(name, { to, subject }));
  return { server, queue, enqueue };
}

const failed = async (queue: JobQueue) => (await queue.counts()).failed;

describe('the development mailbox', () => {
  it('keeps each mail once, newest first, for programs and for people', async () => {
    const { server, enqueue } = await startAll();
    const list = async (query = '') =>
      (await fetch(`${server.url}/mailbox/messages.json${query}`)).json() as Promise<any[]>;
    expect(await list()).toEqual([]);
    await enqueue('ada@example.org', 'First <b>', 'test.mail-twice');
    await until(async () => (await list()).length === 1);
    await enqueue('grace@example.org', 'Second');
    await until(async () => (await list()).length === 2);
    expect(await list()).toEqual([
      {
        to: 'grace@example.org',
        subject: 'Second',
        ...parts,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
      { to: 'ada@example.org', subject: 'First <b>', ...parts, at: expect.any(String) },
    ]);
    expect((await list('?to=Ada@example.org')).map(({ subject }) => subject)).toEqual(['First <b>']);
    expect(await list('?to=%00')).toEqual([]);

    const response = await fetch(`${server.url}/mailbox?to=ada@example.org`);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none';/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const page = await response.text();
    expect(page).toContain('First &#60;b&#62;');
    expect(page).not.toContain('Second');
    expect(page).not.toContain('<script');
    expect(page).toMatch(/<iframe sandbox="allow-popups allow-popups-to-escape-sandbox"/);
  });

  it.each([
    ['with a mail server', { SMTP_URL: 'smtp://127.0.0.1:1' }],
    ['in production', { NODE_ENV: 'production', TOKEN_SECRET: 'x'.repeat(32) }],
  ])('does not exist %s', async (_, env) => {
    const server = await startServer(env);
    open.push(() => server.close());
    for (const path of ['/mailbox', '/mailbox/messages.json']) {
      const response = await fetch(server.url + path);
      expect([response.status, await response.json()]).toEqual([
        404,
        { errors: [expect.objectContaining({ extensions: { code: 'NOT_FOUND' } })] },
      ]);
    }
  });
});

describe('sending', () => {
  it('fails at once in production without a mail server', async () => {
    const { queue, enqueue, server } = await startAll({
      NODE_ENV: 'production',
      TOKEN_SECRET: 'x'.repeat(32),
    });
    await enqueue('ada@example.org', 'Hello');
    await until(async () => (await failed(queue)) === 1);
    const [{ reason }] = await server.sql(
      `SELECT failed_reason AS reason FROM bullmq.job WHERE state = 'failed'`,
    );
    expect(reason).toBe('Mails cannot be sent: set SMTP_URL to the address of a mail server');
  });

  it.each([
    ['a second header in the subject', 'ada@example.org', 'Hello\r\nBcc: eve@example.org'],
    ['a second header in the recipient', 'ada@example.org\nBcc: eve@example.org', 'Hello'],
    ['a second recipient', 'ada@example.org, eve@example.org', 'Hello'],
  ])('refuses %s', async (_, to, subject) => {
    const { server, queue, enqueue } = await startAll();
    await enqueue(to, subject);
    await until(async () => (await failed(queue)) === 1);
    expect(await server.sql('SELECT 1 FROM mailbox_messages')).toEqual([]);
    expect(await server.sql('SELECT status, error FROM mails')).toEqual([
      { status: 'FAILED', error: expect.stringMatching(/^The (subject|recipient) of a mail is one/) },
    ]);
  });

  it('speaks SMTP: the same message again after a 4xx, with text and HTML, from the sender in the settings', async () => {
    const smtp = await mailServer({ refuse: [451] });
    const { server, queue, enqueue } = await startAll({
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Convoke <convoke@example.com>',
    });
    await enqueue('ada@example.org', 'Grüße');
    await until(async () => smtp.taken.length === 1);
    expect(smtp.tried).toBe(2);
    const [{ from, to, source }] = smtp.taken;
    expect([from, to]).toEqual(['convoke@example.com', ['ada@example.org']]);
    expect(source).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(source).toMatch(/^Content-Type: text\/plain/m);
    expect(source).toMatch(/^Content-Type: text\/html/m);
    expect(new Set(smtp.messageIds)).toEqual(
      new Set([expect.stringMatching(/^<[\da-f-]{36}@example\.com>$/)]),
    );
    expect(smtp.messageIds).toHaveLength(2);

    await server.sql(
      'INSERT INTO settings (id, mail_from) VALUES (gen_random_uuid(), $1) ON CONFLICT (is_only) DO UPDATE SET mail_from = $1',
      ['desk@example.net'],
    );
    await enqueue('ada@example.org', 'Again');
    await until(async () => smtp.taken.length === 2);
    expect(smtp.taken[1].from).toBe('desk@example.net');
    expect(await failed(queue)).toBe(0);
  });

  it('says it in the words and with the dates of its reader', async () => {
    const smtp = await mailServer();
    const server = await startServer({ SMTP_URL: smtp.url });
    open.push(() => server.close());
    const workers = await startWorkers(server.app, { backoffMs: 20 });
    open.push(() => workers.stop());
    const { userId } = await createPerson(server);
    await server.sql(`UPDATE users SET locale = 'de-AT', timezone = 'Europe/Vienna' WHERE id = $1`, [userId]);
    const event = await makeEvent(server);
    await server.sql('UPDATE events SET schedule_published_at = now() WHERE id = $1', [event.uuid]);
    const session = await make(server, 'Session', {
      event_id: event.uuid,
      state: 'CONFIRMED',
      starts_at: '2027-01-05T09:30:00Z',
      ends_at: '2027-01-05T10:00:00Z',
    });
    await link(server, session, await make(server, 'Speaker', { event_id: event.uuid, user_id: userId }));
    await new Writer(server.app.database, server.app.permissions, anonymous).transaction((changes) =>
      changes.enqueue('event.schedulePublished', { eventId: event.uuid, userId }),
    );
    await until(async () => smtp.taken.length === 1);
    const said = unquoted(smtp.taken[0].source);
    expect(said).toContain('Subject: Der Zeitplan von Open day');
    for (const part of [said.slice(0, said.indexOf('<!doctype')), said.slice(said.indexOf('<!doctype'))]) {
      expect(part).toContain('Der Zeitplan von Open day ist veröffentlicht. Sie sprechen in:');
      expect(part).toContain('Di., 5. Jän. 2027, 10:30 MEZ');
      expect(part).toContain('Sie erhalten diese E-Mail, weil Sie bei Open day sprechen.');
    }
    expect(said).toContain('<html lang="de">');
    expect(said).toMatch(/^Content-Type: text\/calendar; charset=utf-8; method=PUBLISH/m);
  });

  it('gives a mail up at a 5xx', async () => {
    const smtp = await mailServer({ refuse: [554, 554, 554] });
    const { queue, enqueue } = await startAll({ SMTP_URL: smtp.url });
    await enqueue('ada@example.org', 'Hello');
    await until(async () => (await failed(queue)) === 1);
    expect(smtp.tried).toBe(1);
  });

  it('waits for a mail server that is away', async () => {
    const { port } = new URL((await mailServer()).url);
    await open.pop()!();
    const { server, enqueue } = await startAll({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    await enqueue('ada@example.org', 'Hello');
    await until(async () => /ECONNREFUSED/.test((await outcomes(server))[0]?.error));
    const smtp = await mailServer({ port: Number(port) });
    await until(async () => smtp.taken.length === 1);
    await until(async () => (await outcomes(server))[0].status === 'SENT');
    expect(await outcomes(server)).toEqual([{ status: 'SENT', error: null }]);
  });

  it.each([
    ['tries again where a recipient is put off', [451], 'SENT', 2],
    ['gives up where a recipient is refused', [550], 'FAILED', 1],
  ])('%s', async (_, refuseRecipient, status, tries) => {
    const smtp = await mailServer({ refuseRecipient });
    const { server, enqueue } = await startAll({ SMTP_URL: smtp.url });
    await enqueue('ada@example.org', 'Hello');
    await until(async () => (await outcomes(server))[0]?.status === status);
    expect(smtp.recipients).toBe(tries);
    expect(smtp.taken).toHaveLength(status === 'SENT' ? 1 : 0);
  });

  it.each([
    ['once more', 1, 'SENT', 2, 1],
    ['and then no more', 9, 'UNCERTAIN', 2, 0],
  ])(
    'sends a mail %s whose text was taken without an answer, as the same message',
    async (_, drop, status, tried, taken) => {
      const smtp = await mailServer({ drop });
      const { server, queue, enqueue } = await startAll({ SMTP_URL: smtp.url });
      await enqueue('ada@example.org', 'Hello');
      await until(async () => (status === 'SENT' ? smtp.taken.length : await failed(queue)) === 1);
      await until(async () => (await outcomes(server))[0].status === status);
      expect([smtp.tried, smtp.taken.length, new Set(smtp.messageIds).size]).toEqual([tried, taken, 1]);
    },
  );

  it('encrypts where the server offers it, and only with a certificate that it trusts', async () => {
    const smtp = await mailServer({ tls: true });
    const { server, enqueue } = await startAll({ SMTP_URL: smtp.url });
    await enqueue('ada@example.org', 'Hello');
    await until(async () => /certificate/.test((await outcomes(server))[0]?.error));
    expect(smtp.tried).toBe(0);
    const trusting = await startAll({ SMTP_URL: `${smtp.url}?tls.rejectUnauthorized=false` });
    await trusting.enqueue('ada@example.org', 'Hello');
    await until(async () => smtp.taken.length === 1);
    expect(smtp.taken[0].isSecure).toBe(true);
  });

  it('says a password to another machine over TLS only', async () => {
    const smtp = await mailServer();
    const { server, enqueue } = await startAll({
      SMTP_URL: smtp.url.replace('smtp://127.0.0.1', 'smtp://user:secret@127.0.0.2'),
    });
    await enqueue('ada@example.org', 'Hello');
    await until(async () => /STARTTLS/.test((await outcomes(server))[0]?.error));
    expect([smtp.tried, smtp.passwords]).toEqual([0, 0]);
  });
});

/** A message whose parts are quoted-printable, as text. */
const unquoted = (source: string): string =>
  Buffer.from(
    source
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([\dA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  )
    .toString()
    .replaceAll(/[\u00a0\u202f]/g, ' ');

const outcomes = (server: TestServer) => server.sql('SELECT status, error FROM mails');

/** How a mail server misbehaves. */
interface Misbehaviour {
  /** What it answers to the texts of the first messages. */
  readonly refuse?: number[];
  /** What it answers to the first recipients. */
  readonly refuseRecipient?: number[];
  /** How many messages it takes without saying so, and hangs up. */
  readonly drop?: number;
  readonly tls?: boolean;
  readonly port?: number;
}

/** A mail server, well-behaved after the first few times. */
async function mailServer({
  refuse = [],
  refuseRecipient = [],
  drop = 0,
  tls = false,
  port = 0,
}: Misbehaviour = {}) {
  const heard = {
    tried: 0,
    recipients: 0,
    passwords: 0,
    messageIds: [] as string[],
    taken: [] as { from: string; to: string[]; source: string; isSecure: boolean }[],
    url: '',
  };
  let drops = drop;
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    logger: false,
    // Workers keep their connections; nobody waits for those.
    closeTimeout: 1,
    disabledCommands: tls ? [] : ['STARTTLS'],
    onAuth(_auth, _session, callback) {
      heard.passwords += 1;
      callback(null, { user: 'somebody' });
    },
    onRcptTo(_address, _session, callback) {
      heard.recipients += 1;
      const responseCode = refuseRecipient.shift();
      callback(responseCode ? Object.assign(new Error('not them'), { responseCode }) : undefined);
    },
    async onData(stream, { envelope, secure }, callback) {
      const source = await textOf(stream);
      heard.tried += 1;
      heard.messageIds.push(/^Message-ID: (\S+)/im.exec(source)?.[1] ?? 'none');
      if (drops > 0) {
        drops -= 1;
        for (const { _socket: socket } of server.connections as unknown as Set<{ _socket: Socket }>)
          socket.destroy();
        return;
      }
      const responseCode = refuse.shift();
      if (responseCode) return callback(Object.assign(new Error('not now'), { responseCode }));
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      heard.taken.push({ from, to: envelope.rcptTo.map(({ address }) => address), source, isSecure: secure });
      callback();
    },
  });
  // Whoever hangs up on it is no fault of the test.
  server.on('error', () => {});
  const listening = server.listen(port, '0.0.0.0');
  await once(listening, 'listening');
  open.push(() => new Promise((resolve) => server.close(() => resolve())));
  heard.url = `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return heard;
}
