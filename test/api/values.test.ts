/** Kinds of text: one normal form, one rule and one limit, on every path; and all that is wrong with an input told at once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLInputObjectType } from 'graphql';
import { getNamedType, isInputObjectType } from 'graphql';
import { textsOf } from '../../src/platform/data/model.ts';
import { insertRows } from '../../src/platform/data/insert.ts';
import { Track } from '../../src/programme/track.entity.ts';
import { longest } from '../../src/platform/values.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let admin: Person;
let eventId: string;

const times = { startsAt: '2027-03-01T09:00:00Z', endsAt: '2027-03-02T18:00:00Z' };

beforeAll(async () => {
  server = await startServer();
  admin = await createPerson(server, { isSuperAdmin: true, isVerified: true });
  eventId = (await create('Event', { name: 'Open day', ...times, timezone: 'UTC' })).id;
});
afterAll(() => server.close());

const lower = (type: string) => type[0].toLowerCase() + type.slice(1);

async function create(
  type: string,
  input: Record<string, unknown>,
  asker: Person = admin,
): Promise<{ id: string }> {
  const answer = await server.ask(
    `mutation ($input: Create${type}Input!) { create${type}(input: $input) { ${lower(type)} { id } } }`,
    { input },
    asker,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data?.[`create${type}`][lower(type)] as { id: string };
}

const classes = () =>
  [...server.app.database.orm.getMetadata().getAll().values()].flatMap((meta) =>
    meta.class ? [{ meta, entity: meta.class as object }] : [],
  );
const entityOf = (name: string) => classes().find(({ meta }) => meta.className === name)?.entity;

/** Tables that hold nothing that anybody typed, or copies that are shown as they were sent. */
const internal = new Set([
  'RateLimit',
  'MailboxMessage',
  'StoredNotice',
  'OutboxJob',
  'Upload',
  'MovedSession',
  'PictureFailure',
  'Payload',
  'LabInstrument',
  'MessagePreference',
  'HeldRole',
  'HeldRule',
  'RefreshToken',
  'EmailToken',
  'TwoFactor',
  'RecoveryCode',
  'SetUpSecret',
]);

describe('columns of text', () => {
  it('all say which kind of text they hold', () => {
    const without = classes().flatMap(({ meta, entity }) =>
      meta.abstract || internal.has(meta.className)
        ? []
        : meta.props
            .filter(
              ({ columnTypes, enum: isEnum, persist }) =>
                columnTypes?.[0] === 'text' && !isEnum && persist !== false,
            )
            .filter(({ name }) => !textsOf(entity).has(name))
            .map(({ name }) => `${meta.className}.${name}`),
    );
    expect(without).toEqual([]);
  });

  it('refuse what breaks their kind, whoever writes', async () => {
    const [{ id }] = await server.sql('SELECT id FROM events LIMIT 1');
    const write = (row: Record<string, unknown>) =>
      server.app.database.transaction(async ({ em }) => {
        await em
          .persist(
            em.create(Track, { event: id, position: 0, color: '#ffcc00', ...row } as never, {
              partial: true,
            }),
          )
          .flush();
      });
    const insert = (row: Record<string, unknown>) =>
      server.app.database.transaction((transaction) =>
        insertRows(transaction, Track, [{ event: id, position: 0, color: '#ffcc00', ...row } as never]),
      );
    for (const way of [write, insert]) {
      for (const row of [
        { name: 'a\nb' },
        { name: ' a' },
        { name: '' },
        { name: 'x'.repeat(longest.line + 1) },
        { name: 'a', color: '#FC0' },
        { name: 'a', description: '<b onclick="x()">a</b>' },
      ]) {
        await expect(way(row)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
      }
    }
    expect(await server.sql('SELECT name FROM tracks')).toEqual([]);
  });
});

/** Inputs whose entity is not in their name, and those of one field that describe no row. */
const described: Readonly<Record<string, string>> = {
  RegisterComputeNodeInput: 'ComputeNode',
  InviteMemberInput: 'MembershipInvite',
  CopyEventInput: 'Event',
  CallForSpeakersInput: 'CallForSpeakers',
  SignUpInput: 'User',
  UpdateSettingsInput: 'Settings',
};
/** Keys of text that reach no column of their own name, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  callHash: 'compared with a secret, and never stored',
  password: 'hashed',
  databases: 'labels of a list, judged as names by the service',
  options: 'a list, judged as names by the soundness of the field',
  host: 'one half of an address, judged as a host by the service',
};
/** Inputs that describe no row, with what judges their texts. */
const judgedElsewhere: Readonly<Record<string, string>> = {
  ComputeNodeConfigurationInput: 'lists, judged as names by the service',
  ComputeNodeDatabaseInput: 'entries of a list, judged as names by the service',
  CustomFormTranslationInput: 'entries of a list, judged by the soundness of the field',
  FileSettingsInput: 'settings, judged by the kinds of their columns',
  MailSettingsInput: 'settings, judged by the kinds of their columns',
  TaskInputFor: 'what an algorithm reads, kept to the letter',
  ReportResultInput: 'what an algorithm wrote, kept to the letter',
  SignInInput: 'compared, and never stored',
};

function inputs(): { input: GraphQLInputObjectType; mutation: string; entity: object; name: string }[] {
  return Object.entries(server.app.schema().getMutationType()!.getFields()).flatMap(
    ([mutation, { args }]) => {
      const type = args.find(({ name }) => name === 'input')?.type;
      const input = type && getNamedType(type);
      if (!isInputObjectType(input)) return [];
      const name = described[input.name] ?? /^(?:Create|Update)(\w+)Input$/.exec(input.name)?.[1] ?? '';
      const entity = entityOf(name);
      return entity ? [{ input, mutation, entity, name }] : [];
    },
  );
}

const textTypes = ['String', 'URL', 'EmailAddress'];
const textKeys = (input: GraphQLInputObjectType) =>
  Object.values(input.getFields())
    .filter(({ type }) => textTypes.includes(getNamedType(type).name))
    .map(({ name }) => name);

describe('inputs', () => {
  it('have keys of text that each reach a column of a kind', () => {
    expect(inputs().length).toBeGreaterThan(30);
    const lost = inputs().flatMap(({ input, entity }) =>
      textKeys(input)
        .filter((key) => !textsOf(entity).has(key) && !(key in elsewhere))
        .map((key) => `${input.name}.${key}`),
    );
    expect(lost).toEqual([]);
    const known = new Set(inputs().map(({ input }) => input.name));
    const others = Object.values(server.app.schema().getTypeMap()).filter(
      (type): type is GraphQLInputObjectType =>
        isInputObjectType(type) &&
        !/(Filter|Condition)$/.test(type.name) &&
        !known.has(type.name) &&
        textKeys(type).length > 0,
    );
    const unexplained = others.flatMap(({ name }) => (name in judgedElsewhere ? [] : [name]));
    expect(unexplained).toEqual([]);
  });

  it('are told all that is wrong with their texts at once, each with its path', async () => {
    const inEvent = { eventId };
    await server.sql(`UPDATE events SET state = 'PUBLISHED'`);
    const made: Record<string, { least: Record<string, unknown>; asker?: Person }> = {
      Event: { least: { name: 'Day', ...times, timezone: 'UTC' } },
      Track: { least: { ...inEvent, name: 'Main', color: '#fc0' } },
      Room: { least: { ...inEvent, name: 'Main' } },
      SessionType: { least: { ...inEvent, name: 'Talk', lengthMinutes: 30 } },
      Sponsor: { least: { ...inEvent, name: 'Bakery' } },
      SocialLink: { least: { ...inEvent, name: 'Site', link: 'https://example.org' } },
      Faq: { least: { ...inEvent, question: 'Where?', answer: 'Here' } },
      Copyright: { least: { ...inEvent, holder: 'We' } },
      Session: { least: { ...inEvent, title: 'Talk' } },
      Speaker: { least: { ...inEvent, name: 'Ada', email: 'somebody@example.org', forOther: true } },
      CustomForm: {
        least: { ...inEvent, form: 'SPEAKER', fieldIdentifier: 'dietaryNeeds', name: 'Needs', type: 'TEXT' },
      },
      Feedback: { least: { ...inEvent, rating: 3 }, asker: await createPerson(server) },
      Organization: { least: { name: 'Institute' } },
      Collaboration: { least: { name: 'Study', encrypted: false, organizationIds: [] } },
      Role: { least: { name: 'Steward', ruleIds: [] } },
      EventTopic: { least: { name: 'Arts' } },
      EventType: { least: { name: 'Fair' } },
    };
    const swept: string[] = [];
    for (const [type, { least, asker = admin }] of [
      ...Object.entries(made),
      ['User', { least: {} }] as [string, { least: Record<string, unknown>; asker?: Person }],
    ]) {
      const { id } = type === 'User' ? admin : await create(type, least, asker);
      for (const verb of ['create', 'update']) {
        const found = inputs().find(({ mutation }) => mutation === `${verb}${type}`);
        if (!found) continue;
        const { input, entity } = found;
        // Scalars with rules of their own are judged before, in one step for all of them.
        const keys = Object.values(input.getFields())
          .filter(({ name, type: of }) => getNamedType(of).name === 'String' && textsOf(entity).has(name))
          .map(({ name }) => name)
          .filter((key) => textsOf(entity).get(key)!.kind !== 'opaque');
        if (keys.length === 0) continue;
        const wrong = Object.fromEntries(
          keys.map((key) => [
            key,
            textsOf(entity).get(key)!.kind === 'html'
              ? 'x'.repeat(longest.text + 1)
              : '\u0007 \u202e\u0001 b',
          ]),
        );
        const base = verb === 'create' ? least : {};
        const variables = { input: { ...base, ...wrong }, ...(verb === 'update' ? { id } : {}) };
        const answer = await server.ask(
          `mutation ($input: ${input.name}!${verb === 'update' ? ', $id: ID!' : ''}) { ${verb}${type}(input: $input${verb === 'update' ? ', id: $id' : ''}) { __typename } }`,
          variables,
          asker,
        );
        const { code, fields = [] } = answer.errors?.[0].extensions ?? {};
        const paths = (fields as { path: string[] }[]).map(({ path }) => path.join('.'));
        expect({ verb, type, code, paths: new Set(paths) }).toEqual({
          verb,
          type,
          code: 'BAD_USER_INPUT',
          paths: new Set(keys.map((key) => `input.${key}`)),
        });
        swept.push(`${verb}${type}`);
      }
    }
    expect(swept.length).toBeGreaterThan(30);
  });

  it('are told an empty name, an end before the start and an unknown zone together', async () => {
    const answer = await server.ask(
      'mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }',
      {
        input: {
          name: ' ',
          startsAt: times.endsAt,
          endsAt: times.startsAt,
          timezone: 'Mars/Olympus',
          ownerName: 'a\u0007b',
        },
      },
      admin,
    );
    expect(
      answer.errors?.[0].extensions.fields.map(({ path }: { path: string[] }) => path.join('.')).toSorted(),
    ).toEqual(['input.endsAt', 'input.name', 'input.ownerName', 'input.timezone']);
  });

  it('are told of every scalar that is wrong in one step', async () => {
    const answer = await server.ask(
      'mutation ($input: CreateSpeakerInput!) { createSpeaker(input: $input) { speaker { id } } }',
      {
        input: {
          eventId,
          name: 'Ada',
          email: 'none',
          website: 'none',
          twitter: 'https://exa\nmple.org',
          github: 'ftp://a.example',
        },
      },
      admin,
    );
    expect(
      answer.errors?.[0].extensions.fields.map(({ path }: { path: string[] }) => path.join('.')),
    ).toEqual(['input.email', 'input.website', 'input.twitter', 'input.github']);
  });

  it('refuse names with line breaks and controls of direction', async () => {
    for (const name of ['Open\nday', 'Open\u0000day', 'Open\u2028day', 'Open \u202eyad']) {
      const answer = await server.ask(
        'mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { event { id } } }',
        { id: eventId, input: { name } },
        admin,
      );
      expect(answer.errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('get the normal form of what they name', async () => {
    const answer = await server.ask(
      `mutation ($track: CreateTrackInput!, $speaker: CreateSpeakerInput!, $user: ID!, $me: UpdateUserInput!) {
      createTrack(input: $track) { track { name color description } }
      createSpeaker(input: $speaker) { speaker { email website shortBiography city } }
      updateUser(id: $user, input: $me) { user { locale timezone } }
    }`,
      {
        track: { eventId, name: ' A\u0308rger ', color: '#FC0', description: '<p>&nbsp;</p>' },
        speaker: {
          eventId,
          name: 'Bo',
          email: 'Bo@Example.ORG',
          forOther: true,
          website: 'HTTPS://Example.ORG/Path',
          shortBiography: '<br>',
          city: '  ',
        },
        user: admin.id,
        me: { locale: 'de-at', timezone: 'europe/berlin' },
      },
      admin,
    );
    expect(answer).toEqual({
      data: {
        createTrack: { track: { name: '\u00c4rger', color: '#ffcc00', description: null } },
        createSpeaker: {
          speaker: {
            email: 'bo@example.org',
            website: 'https://example.org/Path',
            shortBiography: null,
            city: null,
          },
        },
        updateUser: { user: { locale: 'de-AT', timezone: 'Europe/Berlin' } },
      },
    });
  });

  it('do not keep an event from being copied that was written before its texts had a rule', async () => {
    const { id } = await create('Event', { name: 'Old', ...times, timezone: 'UTC' });
    await server.sql(
      `UPDATE events SET name = E'Old\nday', description = '<p></p>', timezone = 'europe/berlin', owner_name = '', external_event_url = 'HTTPS://Example.ORG/A' WHERE name = 'Old'`,
    );
    const answer = await server.ask(
      'mutation ($id: ID!) { copyEvent(id: $id) { event { name description timezone ownerName externalEventUrl } } }',
      { id },
      admin,
    );
    expect(answer).toEqual({
      data: {
        copyEvent: {
          event: {
            name: 'Old day',
            description: null,
            timezone: 'Europe/Berlin',
            ownerName: null,
            externalEventUrl: 'https://example.org/A',
          },
        },
      },
    });
  });

  it('judge a required answer and a required paragraph by what they show', async () => {
    for (const answer of ['<p></p>', '&nbsp;', '<br>', '<p>\u200b</p>']) {
      const refused = await server.ask(
        'mutation ($input: CreateFaqInput!) { createFaq(input: $input) { faq { id } } }',
        { input: { eventId, question: 'Why?', answer } },
        admin,
      );
      expect(refused.errors?.[0].extensions.fields).toEqual([
        { path: ['input', 'answer'], message: 'cannot be empty' },
      ]);
    }
  });
});

describe('filters', () => {
  const names = async (list: string, filter: Record<string, unknown>) => {
    const type = { tracks: 'TrackFilter', speakers: 'SpeakerFilter' }[list];
    const answer = await server.ask(
      `query ($id: ID!, $filter: ${type}) { event(id: $id) { ${list}(filter: $filter) { nodes { name } } } }`,
      { id: eventId, filter },
      admin,
    );
    expect(answer.errors).toBeUndefined();
    return (answer.data!.event[list].nodes as { name: string }[]).map(({ name }) => name);
  };

  it('find what is kept, however somebody typed it', async () => {
    await create('Speaker', { eventId, name: 'Capitals', email: 'Capitals@Example.ORG', forOther: true });
    await create('Track', { eventId, name: 'Z\u00fcrich', color: '#0277BD' });
    for (const condition of [
      { equals: ' CAPITALS@example.org ' },
      { in: ['x', 'Capitals@EXAMPLE.org'] },
      { contains: 'ALS@EXAMPLE' },
      { startsWith: 'CAPI' },
    ]) {
      expect(await names('speakers', { email: condition })).toEqual(['Capitals']);
    }
    for (const condition of [
      { equals: 'Zu\u0308rich' },
      { in: [' Z\u00fcrich'] },
      { contains: 'u\u0308r' },
      { startsWith: 'Zu\u0308' },
    ]) {
      expect(await names('tracks', { name: condition })).toEqual(['Z\u00fcrich']);
    }
    expect(await names('speakers', { email: { equals: 'nobody@example.org' } })).toEqual([]);
  });

  it('find people by address and username in any case', async () => {
    const ada = await createPerson(server, { email: 'ada.l@example.org' });
    await server.sql('UPDATE users SET username = $2 WHERE id = $1', [ada.userId, 'AdaL']);
    for (const filter of [
      { email: { equals: 'Ada.L@Example.ORG' } },
      { username: { equals: 'adal' } },
      { username: { in: ['ADAL'] } },
    ]) {
      const answer = await server.ask(
        'query ($filter: UserFilter) { users(filter: $filter) { nodes { id } } }',
        { filter },
        admin,
      );
      expect(answer.data?.users.nodes).toEqual([{ id: ada.id }]);
    }
  });
});
