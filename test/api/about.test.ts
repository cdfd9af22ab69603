/** Social links, FAQs and copyright over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let event: Made, draft: Made;
let organizer: Person, trackOrganizer: Person, moderator: Person, admin: Person, stranger: Person;

beforeAll(async () => {
  server = await startServer();
  [organizer, trackOrganizer, moderator, stranger] = await Promise.all(
    Array.from({ length: 4 }, () => createPerson(server)),
  );
  admin = await createPerson(server, { isAdmin: true });
  event = await makeEvent(server);
  draft = await makeEvent(server, { state: 'DRAFT' });
  for (const made of [event, draft]) {
    await giveRole(server, made, organizer, 'ORGANIZER');
    await giveRole(server, made, trackOrganizer, 'TRACK_ORGANIZER');
    await giveRole(server, made, moderator, 'MODERATOR');
  }
});
afterAll(() => server.close());

const kinds = [
  {
    type: 'SocialLink',
    field: 'socialLink',
    least: { name: 'Blog', link: 'https://blog.example/' },
    change: { name: ' Diary ' },
    changed: { name: 'Diary' },
    required: ['name', 'link'],
  },
  {
    type: 'Faq',
    field: 'faq',
    least: { question: 'Is there food?', answer: '<b>Yes</b>' },
    change: { question: ' Food? ' },
    changed: { question: 'Food?' },
    required: ['question', 'answer'],
  },
  {
    type: 'Copyright',
    field: 'copyright',
    least: { holder: 'Harbour Friends' },
    change: { holder: ' Friends ' },
    changed: { holder: 'Friends' },
    required: ['holder'],
  },
] as const;

describe.each(kinds)('$type', ({ type, field, least, change, changed, required }) => {
  const selection = `${field} { id version ${Object.keys(least).join(' ')} event { id } }`;
  const create = (place: Made, input: Record<string, unknown>, who?: Person) =>
    server.ask(
      `mutation ($input: Create${type}Input!) { create${type}(input: $input) { ${selection} } }`,
      { input: { eventId: place.id, ...least, ...input } },
      who,
    );
  const update = (id: string, input: Record<string, unknown>, who?: Person) =>
    server.ask(
      `mutation ($id: ID!, $input: Update${type}Input!) { update${type}(id: $id, input: $input) { ${selection} } }`,
      { id, input },
      who,
    );
  const remove = (id: string, who?: Person) =>
    server.ask(`mutation ($id: ID!) { delete${type}(id: $id) { deletedId } }`, { id }, who);
  const node = async (id: string, who?: Person) =>
    (await server.ask('query ($id: ID!) { node(id: $id) { __typename } }', { id }, who)).data
      ?.node as unknown;
  const made = async (place: Made): Promise<string> =>
    (await create(place, {}, organizer)).data?.[`create${type}`][field].id as string;

  it('is created, changed and deleted by the team and staff', async () => {
    for (const who of [organizer, admin]) {
      const row = (await create(event, {}, who)).data?.[`create${type}`][field];
      expect(row).toMatchObject({ ...least, version: 1, event: { id: event.id } });
      expect((await update(row.id, change, who)).data?.[`update${type}`][field]).toMatchObject({
        ...changed,
        version: 2,
      });
      expect(codes(await update(row.id, { ...change, version: 1 }, who))).toEqual(['CONFLICT']);
      expect(await remove(row.id, who)).toEqual({ data: { [`delete${type}`]: { deletedId: row.id } } });
      expect(codes(await remove(row.id, who))).toEqual(['NOT_FOUND']);
    }
  });

  it('is refused to others, and that of a draft is not told of', async () => {
    const [shown, hidden] = [await made(event), await made(draft)];
    for (const who of [trackOrganizer, moderator, stranger]) {
      expect([
        codes(await create(event, {}, who)),
        codes(await update(shown, change, who)),
        codes(await remove(shown, who)),
      ]).toEqual([['FORBIDDEN'], ['FORBIDDEN'], ['FORBIDDEN']]);
    }
    expect([
      codes(await create(draft, {}, stranger)),
      codes(await update(hidden, change, stranger)),
      codes(await remove(hidden, stranger)),
    ]).toEqual([['NOT_FOUND'], ['NOT_FOUND'], ['NOT_FOUND']]);
    expect([
      codes(await create(event, {})),
      codes(await update(shown, change)),
      codes(await remove(shown)),
    ]).toEqual([['UNAUTHENTICATED'], ['UNAUTHENTICATED'], ['UNAUTHENTICATED']]);
    expect([
      await node(shown),
      await node(shown, stranger),
      await node(hidden, organizer),
      await node(hidden, admin),
    ]).toEqual(Array(4).fill({ __typename: type }));
    expect([await node(hidden), await node(hidden, stranger), await node(hidden, moderator)]).toEqual([
      null,
      null,
      null,
    ]);
    await Promise.all([remove(shown, organizer), remove(hidden, organizer)]);
  });

  it('keeps what it cannot be without', async () => {
    const id = await made(event);
    const cleared = Object.fromEntries(required.map((key) => [key, null]));
    expect(codes(await update(id, cleared, organizer))).toEqual([
      ['BAD_USER_INPUT', ...required.map((key) => `input.${key}`)].join(' '),
    ]);
    expect(codes(await update(id, { [required[0]]: ' ' }, organizer))).toEqual([
      `BAD_USER_INPUT input.${required[0]}`,
    ]);
    await remove(id, organizer);
  });
});

describe('an event', () => {
  const about = `query ($id: ID!) { event(id: $id) {
    socialLinks { totalCount nodes { name link identifier } } faqs { totalCount nodes { question answer } } copyright { holder licence year }
  } }`;

  it('shows them in their order to whoever sees it', async () => {
    for (const place of [event, draft]) {
      for (const [name, position] of [
        ['Second', 2],
        ['First', 1],
      ]) {
        await server.ask(
          `mutation ($input: CreateSocialLinkInput!) { createSocialLink(input: $input) { socialLink { id } } }`,
          { input: { eventId: place.id, name, link: 'https://x.example/', position } },
          organizer,
        );
      }
      await server.ask(
        'mutation ($input: CreateFaqInput!) { createFaq(input: $input) { faq { id } } }',
        { input: { eventId: place.id, question: 'Why?', answer: '<i>So</i><script>1</script>' } },
        organizer,
      );
      await server.ask(
        'mutation ($input: CreateCopyrightInput!) { createCopyright(input: $input) { copyright { id } } }',
        { input: { eventId: place.id, holder: 'Us', licence: 'CC BY', year: 2030 } },
        organizer,
      );
    }
    const link = (name: string) => ({
      name,
      link: 'https://x.example/',
      identifier: expect.stringMatching(/^[0-9a-f]{8}$/) as unknown,
    });
    const whole = {
      socialLinks: { totalCount: 2, nodes: [link('First'), link('Second')] },
      faqs: { totalCount: 1, nodes: [{ question: 'Why?', answer: '<i>So</i>' }] },
      copyright: { holder: 'Us', licence: 'CC BY', year: 2030 },
    };
    for (const who of [undefined, stranger, organizer])
      expect((await server.ask(about, { id: event.id }, who)).data?.event).toEqual(whole);
    expect((await server.ask(about, { id: draft.id }, organizer)).data?.event).toEqual(whole);
    // Other event roles see a draft, and nothing that its team has not published.
    expect((await server.ask(about, { id: draft.id }, moderator)).data?.event).toEqual({
      socialLinks: { totalCount: 0, nodes: [] },
      faqs: { totalCount: 0, nodes: [] },
      copyright: null,
    });
    expect((await server.ask(about, { id: draft.id }, stranger)).data?.event ?? null).toBeNull();
  });

  it('has one copyright at most, also where two make the first at once', async () => {
    const other = await makeEvent(server);
    await giveRole(server, other, organizer, 'OWNER');
    const create = (holder: string) =>
      server.ask(
        'mutation ($input: CreateCopyrightInput!) { createCopyright(input: $input) { copyright { holder } } }',
        { input: { eventId: other.id, holder } },
        organizer,
      );
    expect((await Promise.all([create('One'), create('Two')])).flatMap(codes)).toEqual(['CONFLICT']);
    expect(codes(await create('Three'))).toEqual(['CONFLICT']);
    expect(
      await server.sql('SELECT count(*)::int AS n FROM copyrights WHERE event_id = $1', [other.uuid]),
    ).toEqual([{ n: 1 }]);
  });

  it('has a copyright of a year that can be', async () => {
    const other = await makeEvent(server);
    const create = (year: number) =>
      server.ask(
        'mutation ($input: CreateCopyrightInput!) { createCopyright(input: $input) { copyright { year } } }',
        { input: { eventId: other.id, holder: 'Us', year } },
        admin,
      );
    for (const year of [1899, 2201]) expect(codes(await create(year))).toEqual(['BAD_USER_INPUT input.year']);
    expect(codes(await create(1900))).toEqual([]);
  });
});

describe('an answer', () => {
  const create = (answer: string) =>
    server.ask(
      'mutation ($input: CreateFaqInput!) { createFaq(input: $input) { faq { id answer } } }',
      { input: { eventId: event.id, question: 'Why?', answer } },
      organizer,
    );

  it.each(['', ' ', '<p>&nbsp;</p>', '<script>alert(1)</script>', '<p><img src=x onerror=alert(1)></p>'])(
    'that says nothing once it is sanitised is refused: %p',
    async (answer) => {
      expect(codes(await create(answer))).toEqual(['BAD_USER_INPUT input.answer']);
      const { id } = (await create('<b>So</b><script>1</script>')).data!.createFaq.faq;
      const changed = await server.ask(
        'mutation ($id: ID!, $input: UpdateFaqInput!) { updateFaq(id: $id, input: $input) { faq { id } } }',
        { id, input: { answer } },
        organizer,
      );
      expect(codes(changed)).toEqual(['BAD_USER_INPUT input.answer']);
      expect(
        (await server.ask('query ($id: ID!) { node(id: $id) { ... on Faq { answer } } }', { id })).data,
      ).toEqual({ node: { answer: '<b>So</b>' } });
    },
  );
});
