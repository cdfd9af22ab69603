/** The log of mails and the message settings: staff's alone, and what they do to mails. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureMessageSettings } from '../../src/mails/message-setting.service.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { text } from '../../src/platform/mail/layout.ts';
import { mailKind } from '../../src/platform/mail/mail-kind.ts';
import { mailKinds, notificationKinds } from '../../src/slices.ts';
import { z } from 'zod';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { queueEveryMail } from '../kit/every-mail.ts';
import { giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

/** A kind that may be switched off. */
const greeting = mailKind({
  name: 'test.greeting',
  description: 'A test greets somebody.',
  payload: z.object({ userId: z.string(), words: z.string() }),
  async find({ userId, words }, mail) {
    const to = await mail.toUser(userId);
    return to && { to, about: words };
  },
  words: {
    en: (words, { to, appName }) => ({
      subject: `Hello from ${appName}`,
      blocks: [text(words), text(`Since ${to.time(new Date(0))}.`)],
      reason: 'You asked for it.',
    }),
    de: (words, { to, appName }) => ({
      subject: `Gruß von ${appName}`,
      blocks: [text(words), text(`Seit ${to.time(new Date(0))}.`)],
      reason: 'Sie wollten es so.',
    }),
    fr: (words, { to, appName }) => ({
      subject: `Salut de ${appName}`,
      blocks: [text(words), text(`Depuis ${to.time(new Date(0))}.`)],
    }),
  },
});

let server: TestServer;
let people: Record<'staff' | 'registered' | 'german' | 'blocked', Person>;

beforeAll(async () => {
  server = await startServer();
  mailKinds.push(greeting);
  await ensureMessageSettings(server.app.database, mailKinds, notificationKinds);
  people = {
    staff: await createPerson(server, { isAdmin: true }),
    registered: await createPerson(server),
    german: await createPerson(server),
    blocked: await createPerson(server, { isBlocked: true }),
  };
});
afterAll(() => server.close());

const greet = (person: Person, words = 'Good day.') =>
  new Writer(server.app.database, server.app.permissions, anonymous).transaction((changes) =>
    changes.enqueue(greeting, { userId: person.userId, words }),
  );
const log = (asker?: Person, args = '') =>
  server.ask(
    `{ mails${args} { totalCount nodes { kind recipient subject status error at viewerCan } } }`,
    {},
    asker,
  );
const settings = (asker?: Person) =>
  server.ask(
    '{ messageSettings(first: 100) { totalCount nodes { id kind description isEssential isMailEnabled viewerCan } } }',
    {},
    asker,
  );
const switchMail = (id: string, isMailEnabled: boolean | null, asker?: Person) =>
  server.ask(
    'mutation ($id: ID!, $input: UpdateMessageSettingInput!) { updateMessageSetting(id: $id, input: $input) { messageSetting { isMailEnabled } } }',
    { id, input: { isMailEnabled } },
    asker,
  );
const idOf = async (kind: string) =>
  (await settings(people.staff)).data!.messageSettings.nodes.find(
    (node: { kind: string }) => node.kind === kind,
  ).id as string;
const code = ({ errors }: { errors?: readonly { extensions: Record<string, unknown> }[] }) =>
  errors?.[0]?.extensions.code;

it('goes out with a subject of one line, whatever the rows hold that its words come from', async () => {
  await sentMails(server);
  await server.sql('UPDATE settings SET app_name = $1', ['Con\u0007voke\r\nBcc: eve@example.org\u202e']);
  await greet(people.registered);
  expect((await sentMails(server)).map(({ subject }) => subject)).toEqual([
    'Hello from Con voke Bcc: eve@example.org',
  ]);
  await server.sql(`UPDATE settings SET app_name = 'Convoke'`);
  await server.sql('DELETE FROM mails');
});

describe('the log of mails', () => {
  it('tells staff what was sent to whom, without its text', async () => {
    await greet(people.registered, 'the secret words');
    expect((await sentMails(server)).map(({ to }) => to)).toEqual([people.registered.email]);
    const { data } = await log(people.staff);
    expect(data!.mails).toEqual({
      totalCount: 1,
      nodes: [
        {
          kind: 'test.greeting',
          recipient: people.registered.email,
          subject: 'Hello from Convoke',
          status: 'SENT',
          error: null,
          at: expect.any(String),
          viewerCan: ['VIEW'],
        },
      ],
    });
    expect(JSON.stringify(await server.sql('SELECT to_jsonb(m) FROM mails m'))).not.toContain('secret');
    expect((await log(people.staff, '(filter: { status: { equals: FAILED } })')).data!.mails.totalCount).toBe(
      0,
    );
  });

  it.each([
    ['nobody', undefined],
    ['the recipient', 'registered'],
  ] as const)('is empty for %s, also by id', async (_, who) => {
    const asker = who && people[who];
    expect(await log(asker)).toEqual({ data: { mails: { totalCount: 0, nodes: [] } } });
    const { data } = await server.ask('{ mails { nodes { id } } }', {}, people.staff);
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    const variables = { id: data!.mails.nodes[0].id };
    expect((await server.ask(node, variables, people.staff)).data!.node).toEqual(variables);
    expect(await server.ask(node, variables, asker)).toEqual({ data: { node: null } });
  });

  it('has one row for a mail whose job runs again, which is not sent again', async () => {
    const id = await greet(people.registered);
    await sentMails(server);
    await server.sql(`INSERT INTO outbox (id, name, payload) VALUES ($1, $2, $3)`, [
      id,
      greeting.name,
      { userId: people.registered.userId, words: '' },
    ]);
    expect(await sentMails(server)).toEqual([]);
    expect(await server.sql('SELECT status FROM mails WHERE id = $1', [id])).toEqual([{ status: 'SENT' }]);
  });
});

describe('message settings', () => {
  it('are one for each kind in the code, for staff', async () => {
    const { data } = await settings(people.staff);
    const names = new Set([...mailKinds, ...notificationKinds].map(({ name }) => name));
    expect(data!.messageSettings.nodes.map(({ kind }: { kind: string }) => kind)).toEqual(
      [...names].toSorted(),
    );
    expect(data!.messageSettings.nodes).toContainEqual({
      id: expect.stringMatching(/^message_setting_/),
      kind: 'test.greeting',
      description: 'A test greets somebody.',
      isEssential: false,
      isMailEnabled: true,
      viewerCan: ['VIEW', 'UPDATE'],
    });
    for (const asker of [undefined, people.registered]) {
      expect(await settings(asker)).toEqual({ data: { messageSettings: { totalCount: 0, nodes: [] } } });
    }
  });

  it('keep a kind from being sent while it is switched off', async () => {
    const id = await idOf('test.greeting');
    expect((await switchMail(id, false, people.staff)).data).toEqual({
      updateMessageSetting: { messageSetting: { isMailEnabled: false } },
    });
    await greet(people.registered);
    expect(await sentMails(server)).toEqual([]);
    expect((await log(people.staff, '(first: 1)')).data!.mails.nodes[0].status).toBe('SUPPRESSED');
    // A start does not switch it on again.
    await ensureMessageSettings(server.app.database, mailKinds, notificationKinds);
    await switchMail(id, true, people.staff);
    await greet(people.registered);
    expect(await sentMails(server)).toHaveLength(1);
  });

  it('are changed by staff alone, and not for what is essential', async () => {
    const id = await idOf('test.greeting');
    expect(code(await switchMail(id, false))).toBe('UNAUTHENTICATED');
    expect(code(await switchMail(id, false, people.registered))).toBe('NOT_FOUND');
    expect(code(await switchMail(id, null, people.staff))).toBe('BAD_USER_INPUT');
    const refused = await switchMail(await idOf('account.verification'), false, people.staff);
    expect(refused.errors![0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', 'isMailEnabled'] }],
    });
    expect(await server.sql('SELECT kind FROM message_settings WHERE NOT is_mail_enabled')).toEqual([]);
  });
});

describe('a mail', () => {
  it('writes times as its reader does', async () => {
    const update =
      'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { user { locale timezone } } }';
    const input = { locale: 'de', timezone: 'Europe/Berlin' };
    const answer = await server.ask(update, { id: people.german.id, input }, people.german);
    expect(answer.data).toEqual({ updateUser: { user: input } });
    await greet(people.german);
    const [{ text: words, html }] = await sentMails(server);
    expect(words.replace(/[\u00a0\u202f]/g, ' ')).toContain('Do., 1. Jan. 1970, 01:00 MEZ');
    expect(html).toContain('<html lang="de">');
    expect(words).toContain('Convoke\nSie wollten es so.');
    const refused = await server.ask(
      update,
      { id: people.german.id, input: { locale: 'x y', timezone: 'Mars/Base' } },
      people.german,
    );
    expect(refused.errors![0].extensions.fields.map(({ path }: { path: string[] }) => path[1])).toEqual([
      'locale',
      'timezone',
    ]);
    expect(
      (
        await server.ask(
          `{ node(id: "${people.german.id}") { ... on User { locale } } }`,
          {},
          people.registered,
        )
      ).data!.node,
    ).toBeNull();
  });

  it("goes to nobody who is blocked, and is refused with a payload that is not its kind's", async () => {
    await greet(people.blocked);
    expect(await sentMails(server)).toEqual([]);
    await expect(greet({ ...people.registered, userId: 7 as never })).rejects.toThrow('expected string');
  });
});

describe('every kind of mail', () => {
  const locales = { en: 'en-GB', de: 'de-AT', fr: 'fr' } as const;
  /** Words that one of the languages has, and the others have not. */
  const telltale = {
    en: /\b(the|you|your|and|of|has|have|with|this|something)\b/i,
    de: /\b(und|der|die|das|ist|Sie|Ihre?n?s?|wurden?|nicht)\b/i,
    fr: /\b(vous|votre|vos|le|la|les|une?|est|été|pour)\b/i,
  };

  it('is written in the language of its reader, and leads to pages that are there', async () => {
    server.app.config.http.publicUrl = server.url;
    const written: Record<string, string[][]> = {};
    for (const [language, locale] of Object.entries(locales) as [keyof typeof locales, string][]) {
      const awaited = await queueEveryMail(server, locale);
      expect(new Set(awaited.map(({ kind }) => kind))).toEqual(
        new Set(mailKinds.filter((kind) => kind !== greeting).map(({ name }) => name)),
      );
      const sent = await sentMails(server);
      expect(sent.map(({ jobId }) => jobId).toSorted()).toEqual(awaited.map(({ id }) => id).toSorted());
      written[language] = [];
      for (const { id, kind, hasLink } of awaited) {
        const { subject, text: said, html } = sent.find(({ jobId }) => jobId === id)!;
        const links = [...said.matchAll(/http:\S+/g)].map(([address]) => address);
        const words = `${subject}\n${said}`.replaceAll(/\S+@\S+|\S+:\/\/\S+/g, '');
        expect([kind, language, html]).toEqual([
          kind,
          language,
          expect.stringContaining(`<html lang="${language}">`),
        ]);
        expect([kind, words]).toEqual([
          kind,
          expect.not.stringMatching(/undefined|null|NaN|\[object|[#{}$]/),
        ]);
        for (const [other, pattern] of Object.entries(telltale))
          expect([kind, words, pattern.test(words)]).toEqual([kind, words, other === language]);
        expect([kind, links.length]).toEqual([kind, hasLink ? 1 : 0]);
        for (const address of links) {
          const page = await fetch(address);
          expect([kind, page.status, await page.text()]).toEqual([
            kind,
            200,
            expect.not.stringMatching(/role="alert"|unknown, expired/),
          ]);
        }
        // One after another the same is said: as many blocks, whatever the language.
        written[language].push([
          kind,
          String(said.split('\n\n').length),
          links.map((address) => new URL(address).pathname.replace(/[\da-f-]{36}/, '')).join(),
        ]);
      }
    }
    expect(written.de).toEqual(written.en);
    expect(written.fr).toEqual(written.en);
  });

  it('about a draft leads nowhere: its page is for nobody yet, but on a front end, where people are signed in', async () => {
    const draft = await makeEvent(server, { state: 'DRAFT' });
    await server.sql('UPDATE events SET schedule_published_at = now() WHERE id = $1', [draft.uuid]);
    await giveRole(server, draft, people.registered, 'OWNER');
    const session = await make(server, 'Session', {
      event_id: draft.uuid,
      title: 'Qubits',
      state: 'ACCEPTED',
    });
    await link(
      server,
      session,
      await make(server, 'Speaker', { event_id: draft.uuid, name: 'Ben', user_id: people.registered.userId }),
    );
    const { userId } = people.registered;
    const queue = () =>
      new Writer(server.app.database, server.app.permissions, anonymous).transaction(async (changes) => {
        await changes.enqueue('session.stateChanged', {
          sessionId: session.uuid,
          state: 'ACCEPTED',
          userId,
          speakerId: null,
        });
        await changes.enqueue('session.submitted', { sessionId: session.uuid, userId });
        await changes.enqueue('event.schedulePublished', { eventId: draft.uuid, userId });
      });
    await queue();
    const sent = await sentMails(server);
    expect(sent.map(({ subject, text: said }) => [subject, said.includes('http')])).toEqual([
      ['Qubits: accepted', false],
      ['New session at Open day: Qubits', false],
      ['The schedule of Open day', false],
    ]);
    await server.sql(
      `INSERT INTO settings (id, mail_frontend_url) VALUES (gen_random_uuid(), 'https://front.example') ON CONFLICT (is_only) DO UPDATE SET mail_frontend_url = excluded.mail_frontend_url`,
    );
    await queue();
    const linked = await sentMails(server);
    await server.sql('UPDATE settings SET mail_frontend_url = NULL');
    const page = `https://front.example/e/${draft.uuid}`;
    expect(linked.map(({ text: said }) => /http\S+/.exec(said)?.[0])).toEqual([
      page,
      page,
      `${page}/schedule`,
    ]);
  });
});
