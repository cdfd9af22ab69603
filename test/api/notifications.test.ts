/** Notifications over HTTP and a socket: one's own and nobody else's, with preferences and settings that they obey. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { ensureMessageSettings } from '../../src/mails/message-setting.service.ts';
import type { News } from '../../src/notifications/notify.ts';
import { notify } from '../../src/notifications/notify.ts';
import { anonymous } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { text } from '../../src/platform/mail/layout.ts';
import { mailKind } from '../../src/platform/mail/mail-kind.ts';
import { notificationKind, notificationWithMail } from '../../src/platform/mail/notification-kind.ts';
import { mailKinds, notificationKinds } from '../../src/slices.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { makeEvent } from '../kit/event-rows.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const praise = notificationWithMail(
  mailKind({
    name: 'test.praise',
    description: 'Somebody praised you.',
    payload: z.object({ userId: z.string() }),
    async find({ userId }, mail) {
      const to = await mail.toUser(userId);
      return to && { to, about: null };
    },
    words: {
      en: () => ({ subject: 'You were praised', blocks: [text('Well done.')] }),
      de: () => ({ subject: 'Sie wurden gelobt', blocks: [text('Gut gemacht.')] }),
      fr: () => ({ subject: 'On vous félicite', blocks: [text('Bien joué.')] }),
    },
  }),
);
const poke = notificationKind({ name: 'test.poke', description: 'Somebody poked you.' });

let server: TestServer;
let people: Record<'ada' | 'bob' | 'staff' | 'blocked', Person>;
let event: Made;
let draft: Made;

beforeAll(async () => {
  server = await startServer();
  mailKinds.push(praise.mail!);
  notificationKinds.push(praise as never, poke);
  await ensureMessageSettings(server.app.database, mailKinds, notificationKinds);
  people = {
    ada: await createPerson(server, { publicName: 'Ada' }),
    bob: await createPerson(server, { publicName: 'Bob' }),
    staff: await createPerson(server, { isSuperAdmin: true }),
    blocked: await createPerson(server, { isBlocked: true }),
  };
  [event, draft] = [await makeEvent(server), await makeEvent(server, { state: 'DRAFT' })];
  // Bob is seen by everybody, as the owner of a published event.
  await server.sql(
    `INSERT INTO event_members (id, event_id, user_id, role) VALUES (gen_random_uuid(), $1, $2, 'OWNER')`,
    [event.uuid, people.bob.userId],
  );
});
afterAll(() => server.close());

const tell = <T>(news: News<T>, by: Person = people.bob) =>
  new Writer(server.app.database, server.app.permissions, {
    ...anonymous,
    kind: 'user',
    userId: by.userId,
  }).transaction((changes) => notify(changes, news));
const inbox = `viewer { unreadNotificationCount notifications { totalCount nodes {
  id kind isRead viewerCan subject { id __typename ... on Event { name } } actors { nodes { publicName } }
} } }`;
const inboxOf = async (person: Person) => (await server.ask(`{ ${inbox} }`, {}, person)).data!.viewer;
const clear = () => server.sql('DELETE FROM notifications');
const code = ({ errors }: { errors?: readonly { extensions: Record<string, any> }[] }) =>
  errors?.[0].extensions.code;

describe('a notification', () => {
  it('tells each recipient once who did what to what, and not the one who did it', async () => {
    const { ada, bob, blocked } = people;
    const recipients = [ada.userId, ada.userId, bob.userId, blocked.userId];
    await tell({ kind: poke, recipients, subject: { resource: 'Event', id: event.uuid } });
    expect(await inboxOf(ada)).toEqual({
      unreadNotificationCount: 1,
      notifications: {
        totalCount: 1,
        nodes: [
          {
            id: expect.stringMatching(/^notification_/),
            kind: 'test.poke',
            isRead: false,
            viewerCan: ['VIEW', 'UPDATE', 'DELETE'],
            subject: { id: event.id, __typename: 'Event', name: 'Open day' },
            actors: { nodes: [{ publicName: 'Bob' }] },
          },
        ],
      },
    });
    expect(await server.sql('SELECT user_id FROM notifications')).toEqual([{ user_id: ada.userId }]);
  });

  it('shows neither a subject nor an actor that its reader may not see', async () => {
    await clear();
    await tell({
      kind: poke,
      recipients: [people.bob.userId],
      actors: [people.ada.userId],
      subject: { resource: 'Event', id: draft.uuid },
    });
    const { notifications } = await inboxOf(people.bob);
    expect(notifications.nodes[0]).toMatchObject({ kind: 'test.poke', subject: null, actors: { nodes: [] } });
  });

  it('costs one statement, however many there are', async () => {
    await clear();
    for (let time = 0; time < 3; time += 1)
      await tell({
        kind: poke,
        recipients: [people.ada.userId],
        subject: { resource: 'Event', id: event.uuid },
      });
    const statements = await server.statements(async () =>
      expect((await inboxOf(people.ada)).notifications.totalCount).toBe(3),
    );
    expect(statements.filter((sql) => sql.includes('notifications'))).toHaveLength(1);
  });

  it.each(['bob', 'staff'] as const)("is nobody else's to see, mark or delete: %s", async (who) => {
    await clear();
    await tell({ kind: poke, recipients: [people.ada.userId] });
    const [{ id }] = (await inboxOf(people.ada)).notifications.nodes;
    const asker = people[who];
    expect((await server.ask(`{ node(id: "${id}") { id } }`, {}, people.ada)).data).toEqual({ node: { id } });
    expect((await server.ask(`{ node(id: "${id}") { id } }`, {}, asker)).data).toEqual({ node: null });
    expect(
      code(
        await server.ask(`mutation { markNotificationRead(id: "${id}") { notification { id } } }`, {}, asker),
      ),
    ).toBe('NOT_FOUND');
    expect(
      code(await server.ask(`mutation { deleteNotification(id: "${id}") { deletedId } }`, {}, asker)),
    ).toBe('NOT_FOUND');
    const others = `{ node(id: "${people.ada.id}") { ... on User { unreadNotificationCount notifications { totalCount } } } }`;
    const answer = await server.ask(others, {}, asker);
    if (who === 'bob') expect(answer).toEqual({ data: { node: null } });
    else {
      expect(answer.data!.node).toEqual({ unreadNotificationCount: null, notifications: null });
      expect(answer.errors!.map(({ extensions }) => extensions.field).toSorted()).toEqual([
        'User.notifications',
        'User.unreadNotificationCount',
      ]);
    }
    expect((await inboxOf(people.ada)).unreadNotificationCount).toBe(1);
  });

  it('is marked as read, alone or with all others, and deleted', async () => {
    await clear();
    for (const kind of [poke, poke, poke]) await tell({ kind, recipients: [people.ada.userId] });
    await tell({ kind: poke, recipients: [people.bob.userId] }, people.ada);
    const [{ id }] = (await inboxOf(people.ada)).notifications.nodes;
    const mark = `mutation ($isRead: Boolean) { markNotificationRead(id: "${id}", isRead: $isRead) { notification { isRead } } }`;
    expect((await server.ask(mark, {}, people.ada)).data).toEqual({
      markNotificationRead: { notification: { isRead: true } },
    });
    expect((await inboxOf(people.ada)).unreadNotificationCount).toBe(2);
    const unread = '{ viewer { notifications(filter: { isRead: { equals: false } }) { totalCount } } }';
    expect((await server.ask(unread, {}, people.ada)).data!.viewer.notifications.totalCount).toBe(2);
    await server.ask(mark, { isRead: false }, people.ada);
    const all = 'mutation { markAllNotificationsRead { user { unreadNotificationCount } } }';
    expect((await server.ask(all, {}, people.ada)).data!.markAllNotificationsRead.user).toEqual({
      unreadNotificationCount: 0,
    });
    expect((await inboxOf(people.bob)).unreadNotificationCount).toBe(1);
    expect(
      (await server.ask(`mutation { deleteNotification(id: "${id}") { deletedId } }`, {}, people.ada)).data,
    ).toEqual({ deleteNotification: { deletedId: id } });
    expect((await inboxOf(people.ada)).notifications.totalCount).toBe(2);
    expect(code(await server.ask(all))).toBe('UNAUTHENTICATED');
  });

  it('comes over a socket to its reader alone, once its cause has committed', async () => {
    const heard: Record<string, unknown[]> = { ada: [], bob: [] };
    const clients = await Promise.all(
      (['ada', 'bob'] as const).map(async (who) => {
        const client = createClient({
          url: `${server.url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: { authorization: `Bearer ${people[who].token}` },
        });
        const query =
          'subscription { notificationReceived { kind subject { id } actors { nodes { publicName } } } }';
        client.subscribe(
          { query },
          {
            next: ({ data }) => heard[who].push(data!.notificationReceived),
            error: () => {},
            complete: () => {},
          },
        );
        // The socket answers in order: once this query is answered, the subscription before it stands.
        for await (const _ of client.iterate({ query: '{ __typename }' }));
        return client;
      }),
    );
    const news = {
      kind: poke,
      recipients: [people.ada.userId],
      subject: { resource: 'Event', id: event.uuid },
    };
    await tell(news);
    await tell({ ...news, recipients: [people.bob.userId] }, people.ada);
    const told = { kind: 'test.poke', subject: { id: event.id } };
    const end = Date.now() + 10_000;
    while ((heard.ada.length === 0 || heard.bob.length === 0) && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard).toEqual({
      ada: [{ ...told, actors: { nodes: [{ publicName: 'Bob' }] } }],
      bob: [{ ...told, actors: { nodes: [] } }],
    });
    await Promise.all(clients.map((client) => client.dispose()));
    const refused = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
    });
    const first = await refused
      .iterate({ query: 'subscription { notificationReceived { id } }' })
      .next()
      .catch((errors: unknown) => ({ value: { errors } }));
    expect(first.value.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    await refused.dispose();
  });
});

describe('preferences', () => {
  const list = async (person?: Person) =>
    server.ask(
      '{ notificationPreferences { kind description isEssential isMailWanted isNoticeWanted } }',
      {},
      person,
    );
  const choose = (kind: string, input: Record<string, boolean | null>, person?: Person) =>
    server.ask(
      `mutation ($kind: String!, $input: UpdateNotificationPreferenceInput!) {
        updateNotificationPreference(kind: $kind, input: $input) { notificationPreference { isMailWanted isNoticeWanted } } }`,
      { kind, input },
      person,
    );
  const praiseAda = async () => {
    await clear();
    await tell({ kind: praise, recipients: [people.ada.userId], mail: (userId) => ({ userId }) });
    return {
      mails: (await sentMails(server)).length,
      notices: (await inboxOf(people.ada)).notifications.totalCount,
    };
  };

  it('are told for every kind, with what it has', async () => {
    const { data } = await list(people.ada);
    expect(data!.notificationPreferences).toEqual(
      expect.arrayContaining([
        {
          kind: 'test.praise',
          description: 'Somebody praised you.',
          isEssential: false,
          isMailWanted: true,
          isNoticeWanted: true,
        },
        {
          kind: 'test.poke',
          description: 'Somebody poked you.',
          isEssential: false,
          isMailWanted: null,
          isNoticeWanted: true,
        },
        expect.objectContaining({
          kind: 'account.verification',
          isEssential: true,
          isMailWanted: true,
          isNoticeWanted: null,
        }),
      ]),
    );
    expect(code(await list())).toBe('UNAUTHENTICATED');
  });

  it('are obeyed by mails and notices, one by one, for that person alone', async () => {
    expect(await praiseAda()).toEqual({ mails: 1, notices: 1 });
    expect((await choose('test.praise', { isMailWanted: false }, people.ada)).data).toEqual({
      updateNotificationPreference: { notificationPreference: { isMailWanted: false, isNoticeWanted: true } },
    });
    expect(await praiseAda()).toEqual({ mails: 0, notices: 1 });
    await choose('test.praise', { isMailWanted: true, isNoticeWanted: false }, people.ada);
    expect(await praiseAda()).toEqual({ mails: 1, notices: 0 });
    await tell({ kind: praise, recipients: [people.bob.userId], mail: (userId) => ({ userId }) }, people.ada);
    expect((await inboxOf(people.bob)).notifications.totalCount).toBe(1);
    await sentMails(server);
    await choose('test.praise', { isNoticeWanted: true }, people.ada);
  });

  it('give way to message settings', async () => {
    const { data } = await server.ask(
      '{ messageSettings(filter: { kind: { equals: "test.praise" } }) { nodes { id isMailEnabled isNoticeEnabled } } }',
      {},
      people.staff,
    );
    const [{ id, ...now }] = data!.messageSettings.nodes;
    expect(now).toEqual({ isMailEnabled: true, isNoticeEnabled: true });
    const change = `mutation ($input: UpdateMessageSettingInput!) { updateMessageSetting(id: "${id}", input: $input) { messageSetting { id } } }`;
    await server.ask(change, { input: { isNoticeEnabled: false, isMailEnabled: false } }, people.staff);
    expect(await praiseAda()).toEqual({ mails: 0, notices: 0 });
    await server.ask(change, { input: { isNoticeEnabled: true, isMailEnabled: true } }, people.staff);
    expect(await praiseAda()).toEqual({ mails: 1, notices: 1 });
  });

  it.each([
    ['an unknown kind', 'test.unheard', { isMailWanted: false }, 'NOT_FOUND'],
    ['what is essential', 'account.verification', { isMailWanted: false }, 'BAD_USER_INPUT'],
    ['what the kind does not have', 'test.poke', { isMailWanted: false }, 'BAD_USER_INPUT'],
    ['null', 'test.praise', { isMailWanted: null }, 'BAD_USER_INPUT'],
  ])('refuse %s', async (_, kind, input, expected) => {
    expect(code(await choose(kind, input, people.ada))).toBe(expected);
    expect(code(await choose(kind, input))).toBe('UNAUTHENTICATED');
  });
});
