/** The matrix of what staff keeps and of what is one's own: settings, image sizes, lists of topics and types, mails, jobs, notifications. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { encodeId, uuidOf } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { giveRole, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tryAll } from './tries.ts';
import type { Verdict } from './oracle.ts';

const viewers = ['nobody', 'registered', 'unverified', 'owner', 'starter', 'admin', 'superAdmin'] as const;
type Viewer = (typeof viewers)[number];

const isStaff = (viewer: Viewer) => viewer === 'admin' || viewer === 'superAdmin';
const ofStaff = (viewer: Viewer): Verdict =>
  viewer === 'nobody' ? 'UNAUTHENTICATED' : isStaff(viewer) ? 'OK' : 'FORBIDDEN';
/** As `ofStaff`, where the row is hidden from everybody else. */
const hidden = (viewer: Viewer): Verdict => (ofStaff(viewer) === 'FORBIDDEN' ? 'NOT_FOUND' : ofStaff(viewer));

/** Lists that somebody sees whole, and others empty: the root field, the type, and the rows that a viewer sees. */
const everybodys = (): readonly string[] => viewers;
const ofStaffAlone = (): readonly string[] => viewers.filter(isStaff);
const lists = [
  { root: 'eventTopics', type: 'EventTopic', table: 'event_topics', seenBy: everybodys },
  { root: 'eventSubTopics', type: 'EventSubTopic', table: 'event_sub_topics', seenBy: everybodys },
  { root: 'eventTypes', type: 'EventType', table: 'event_types', seenBy: everybodys },
  { root: 'mails', type: 'Mail', table: 'mails', seenBy: ofStaffAlone },
  { root: 'messageSettings', type: 'MessageSetting', table: 'message_settings', seenBy: ofStaffAlone },
  { root: 'activities', type: 'Activity', table: 'activities', seenBy: ofStaffAlone },
] as const;
const publicSettings = [
  'appName',
  'tagline',
  'analyticsKey',
  'stripePublishableKey',
  'googleUrl',
  'githubUrl',
  'twitterUrl',
  'supportUrl',
  'facebookUrl',
  'youtubeUrl',
  'androidAppUrl',
  'webAppUrl',
];
const groups = ['mail', 'files', 'tasks', 'accounts', 'activities'];

let server: TestServer;
const people = new Map<Viewer, Person>();
/** Ids of the schema, by what they are of. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  server = await startServer();
  const options = {
    unverified: { isVerified: false },
    admin: { isAdmin: true },
    superAdmin: { isSuperAdmin: true },
  } as const;
  for (const name of viewers)
    if (name !== 'nobody')
      people.set(
        name,
        await createPerson(server, name in options ? options[name as keyof typeof options] : {}),
      );
  await giveRole(server, await makeEvent(server), people.get('owner')!, 'OWNER');
  const add = async (type: string, name: string, statement: string, ...values: unknown[]) => {
    const uuid = uuidv7();
    ids[name] = encodeId(type, uuid);
    await server.sql(statement, [uuid, ...values]);
    return uuid;
  };
  await add(
    'Mail',
    'Mail',
    `INSERT INTO mails (id, kind, recipient, subject, status) VALUES ($1, 'a.mail', 'somebody@example.org', 'For nobody else', 'SENT')`,
  );
  await add(
    'Activity',
    'Activity',
    `INSERT INTO activities (id, action, actor_kind) VALUES ($1, 'MARK', 'server')`,
  );
  const job = `INSERT INTO jobs (id, kind, status, actor_id, actor_kind, is_followed, message) VALUES ($1, 'events.export', 'FAILED', $2, 'user', $3, 'A secret of the job')`;
  await add('Job', 'Job', job, people.get('starter')!.userId, true);
  await add('Job', 'inner Job', job, people.get('starter')!.userId, false);
  await add(
    'Notification',
    'Notification',
    `INSERT INTO notifications (id, user_id, kind) VALUES ($1, $2, 'a.notice')`,
    people.get('starter')!.userId,
  );
  const [sizes] = await server.sql('SELECT id FROM image_sizes ORDER BY id LIMIT 1');
  ids.ImageSizes = encodeId('ImageSizes', sizes.id);
  const [setting] = await server.sql('SELECT id FROM message_settings ORDER BY id LIMIT 1');
  ids.MessageSetting = encodeId('MessageSetting', setting.id);
  const topic = await add(
    'EventTopic',
    'EventTopic',
    `INSERT INTO event_topics (id, name, slug) VALUES ($1, 'Tides', 'tides')`,
  );
  await add(
    'EventSubTopic',
    'EventSubTopic',
    `INSERT INTO event_sub_topics (id, name, slug, topic_id) VALUES ($1, 'Ebb', 'ebb', $2)`,
    topic,
  );
  await add(
    'EventType',
    'EventType',
    `INSERT INTO event_types (id, name, slug) VALUES ($1, 'Regatta', 'regatta')`,
  );
});
afterAll(() => server.close());

const ask = (viewer: Viewer, document: string, variables: Record<string, unknown> = {}) =>
  server.ask(document, variables, people.get(viewer));

describe.each(viewers)('%s', (viewer) => {
  it.each(lists)('sees $root as its table says, on every path', async ({ root, type, table, seenBy }) => {
    const sees = seenBy().includes(viewer);
    const [{ count }] = await server.sql(`SELECT count(*)::int FROM ${table}`);
    const { data, errors } = await ask(
      viewer,
      `query ($id: ID!) { ${root}(first: 100) { totalCount nodes { id } edges { node { id } } } node(id: $id) { id } }`,
      { id: ids[type] },
    );
    expect(errors).toBeUndefined();
    const found = data![root].nodes.map(({ id }: { id: string }) => id);
    expect([data![root].totalCount, data![root].edges.length, found.includes(ids[type])]).toEqual(
      sees ? [count, Math.min(count, 100), true] : [0, 0, false],
    );
    expect(data!.node).toEqual(sees ? { id: ids[type] } : null);
  });

  it('reads the settings that are for everybody, and the groups as staff alone', async () => {
    const open = await ask(viewer, `{ settings { id ${publicSettings.join(' ')} viewerCan } }`);
    expect([open.errors, open.data!.settings.viewerCan]).toEqual([
      undefined,
      isStaff(viewer) ? ['VIEW', 'UPDATE'] : ['VIEW'],
    ]);
    const { data, errors = [] } = await ask(
      viewer,
      `{ settings { ${groups.map((group) => `${group} { __typename }`).join(' ')} } }`,
    );
    expect(groups.filter((group) => data!.settings[group] !== null)).toEqual(isStaff(viewer) ? groups : []);
    expect(errors.map(({ extensions }) => extensions.field).sort()).toEqual(
      isStaff(viewer) ? [] : groups.map((group) => `Settings.${group}`).sort(),
    );
  });

  it('sees image sizes as staff alone', async () => {
    const { data, errors } = await ask(
      viewer,
      'query ($id: ID!) { imageSizes { id } node(id: $id) { id } }',
      { id: ids.ImageSizes },
    );
    expect(errors).toBeUndefined();
    expect([data!.imageSizes.length > 0, data!.node !== null]).toEqual([isStaff(viewer), isStaff(viewer)]);
  });

  it('sees its own jobs that people start, and all of them as staff', async () => {
    const seen = isStaff(viewer) ? ['Job', 'inner Job'] : viewer === 'starter' ? ['Job'] : [];
    const { data } = await ask(viewer, '{ jobs(first: 100) { totalCount nodes { id message } } }');
    expect(data!.jobs.totalCount).toBe(seen.length);
    expect(data!.jobs.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(
      seen.map((name) => ids[name]).sort(),
    );
    for (const name of ['Job', 'inner Job']) {
      const one = await ask(viewer, 'query ($id: ID!) { job(id: $id) { message } node(id: $id) { id } }', {
        id: ids[name],
      });
      expect([one.data!.job !== null, one.data!.node !== null]).toEqual([
        seen.includes(name),
        seen.includes(name),
      ]);
    }
  });

  it('sees and changes its own notifications alone: those of others are as if they were not', async () => {
    const isOwn = viewer === 'starter';
    const { data } = await ask(
      viewer,
      'query ($id: ID!) { viewer { notifications { totalCount nodes { id } } unreadNotificationCount } node(id: $id) { id } }',
      { id: ids.Notification },
    );
    expect(data!.node !== null).toBe(isOwn);
    if (viewer !== 'nobody')
      expect([data!.viewer.notifications.totalCount, data!.viewer.unreadNotificationCount]).toEqual(
        isOwn ? [1, 1] : [0, 0],
      );
    const expected: Verdict = viewer === 'nobody' ? 'UNAUTHENTICATED' : isOwn ? 'OK' : 'NOT_FOUND';
    const tries = [{ label: 'theirs', variables: { id: ids.Notification }, expected }];
    await tryAll(
      server,
      people.get(viewer)?.token,
      'mutation ($id: ID!) { markNotificationRead(id: $id) { notification { id } } }',
      tries,
    );
    const [{ is_read: isRead }] = await server.sql('SELECT is_read FROM notifications');
    expect(isRead).toBe(isOwn);
    await server.sql('UPDATE notifications SET is_read = false');
    if (!isOwn)
      await tryAll(
        server,
        people.get(viewer)?.token,
        'mutation ($id: ID!) { deleteNotification(id: $id) { deletedId } }',
        tries,
      );
  });

  it.each<[string, string, () => Record<string, unknown>, (viewer: Viewer) => Verdict]>([
    [
      'updateSettings',
      'mutation { updateSettings(input: { tagline: "Changed" }) { settings { tagline } } }',
      () => ({}),
      ofStaff,
    ],
    [
      'updateImageSizes',
      'mutation ($id: ID!) { updateImageSizes(id: $id, input: { iconQuality: 70 }) { imageSizes { id } } }',
      () => ({ id: ids.ImageSizes }),
      hidden,
    ],
    [
      'updateMessageSetting',
      'mutation ($id: ID!) { updateMessageSetting(id: $id, input: { isMailEnabled: true }) { messageSetting { id } } }',
      () => ({ id: ids.MessageSetting }),
      hidden,
    ],
    [
      'createEventTopic',
      'mutation ($name: String!) { createEventTopic(input: { name: $name }) { eventTopic { id } } }',
      () => ({ name: uuidv7() }),
      ofStaff,
    ],
    [
      'updateEventTopic',
      'mutation ($id: ID!) { updateEventTopic(id: $id, input: { name: "Tides" }) { eventTopic { id } } }',
      () => ({ id: ids.EventTopic }),
      ofStaff,
    ],
    [
      'createEventSubTopic',
      'mutation ($id: ID!, $name: String!) { createEventSubTopic(input: { topicId: $id, name: $name }) { eventSubTopic { id } } }',
      () => ({ id: ids.EventTopic, name: uuidv7() }),
      ofStaff,
    ],
    [
      'updateEventSubTopic',
      'mutation ($id: ID!) { updateEventSubTopic(id: $id, input: { name: "Ebb" }) { eventSubTopic { id } } }',
      () => ({ id: ids.EventSubTopic }),
      ofStaff,
    ],
    [
      'createEventType',
      'mutation ($name: String!) { createEventType(input: { name: $name }) { eventType { id } } }',
      () => ({ name: uuidv7() }),
      ofStaff,
    ],
    [
      'updateEventType',
      'mutation ($id: ID!) { updateEventType(id: $id, input: { name: "Regatta" }) { eventType { id } } }',
      () => ({ id: ids.EventType }),
      ofStaff,
    ],
  ])('%s is for staff', async (_, document, variables, expected) => {
    await tryAll(server, people.get(viewer)?.token, document, [
      { label: 'it', variables: variables(), expected: expected(viewer) },
    ]);
  });

  it('deletes topics, sub-topics and types as staff alone', async () => {
    const topic = uuidOf('EventTopic', ids.EventTopic);
    for (const [type, statement, ...values] of [
      ['EventTopic', 'INSERT INTO event_topics (id, name, slug) VALUES ($1, $2, $2)'],
      [
        'EventSubTopic',
        'INSERT INTO event_sub_topics (id, name, slug, topic_id) VALUES ($1, $2, $2, $3)',
        topic,
      ],
      ['EventType', 'INSERT INTO event_types (id, name, slug) VALUES ($1, $2, $2)'],
    ] as const) {
      const uuid = uuidv7();
      await server.sql(statement, [uuid, `short-lived-${uuid}`, ...values]);
      const tries = [{ label: type, variables: { id: encodeId(type, uuid) }, expected: ofStaff(viewer) }];
      await tryAll(
        server,
        people.get(viewer)?.token,
        `mutation ($id: ID!) { delete${type}(id: $id) { deletedId } }`,
        tries,
      );
      const { data } = await ask('registered', 'query ($id: ID!) { node(id: $id) { id } }', {
        id: encodeId(type, uuid),
      });
      expect(data!.node === null).toBe(isStaff(viewer));
    }
  });

  it('tries jobs again and discards them as staff alone, what it started itself included', async () => {
    const expected: Verdict = viewer === 'starter' ? 'FORBIDDEN' : hidden(viewer);
    await server.sql(`UPDATE jobs SET status = 'FAILED'`);
    for (const verb of ['retryJob', 'discardJob']) {
      if (isStaff(viewer)) continue;
      await tryAll(
        server,
        people.get(viewer)?.token,
        `mutation ($id: ID!) { ${verb}(id: $id) { job { id } } }`,
        [{ label: verb, variables: { id: ids.Job }, expected }],
      );
    }
    expect(await server.sql(`SELECT DISTINCT status FROM jobs`)).toEqual([{ status: 'FAILED' }]);
  });
});
