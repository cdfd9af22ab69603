/** Custom forms over HTTP: the fields of an event, and sessions and speakers judged by them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, makeEvent, setCall } from '../kit/event-rows.ts';
import type { Answer, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let owner: Person, admin: Person, ada: Person;
let event: Made;

beforeAll(async () => {
  server = await startServer();
  [owner, ada] = await Promise.all([createPerson(server), createPerson(server)]);
  admin = await createPerson(server, { isAdmin: true });
});
afterAll(() => server.close());

beforeEach(async () => {
  event = await makeEvent(server);
  await giveRole(server, event, owner, 'OWNER');
});

const create = (input: Record<string, unknown>, who: Person = owner) =>
  server.ask(
    `mutation ($input: CreateCustomFormInput!) { createCustomForm(input: $input) { customForm {
       id form type fieldIdentifier name isRequired isIncluded isFixed isPublic isCustom position options removedAt translations { language name description } } } }`,
    {
      input: {
        eventId: event.id,
        form: 'SESSION',
        type: 'TEXT',
        name: 'A question',
        fieldIdentifier: 'question',
        ...input,
      },
    },
    who,
  );
const made = async (input: Record<string, unknown> = {}) => {
  const answer = await create(input);
  expect(answer.errors).toBeUndefined();
  return answer.data!.createCustomForm.customForm;
};
const update = (id: string, input: Record<string, unknown>, who: Person = owner) =>
  server.ask(
    'mutation ($id: ID!, $input: UpdateCustomFormInput!) { updateCustomForm(id: $id, input: $input) { customForm { name type isFixed options removedAt } } }',
    { id, input },
    who,
  );
const remove = (id: string, who: Person = owner) =>
  server.ask('mutation ($id: ID!) { deleteCustomForm(id: $id) { deletedId } }', { id }, who);
const fieldsOf = async (id: string, filter: object = { form: { equals: 'SESSION' } }, who: Person = owner) =>
  (
    await server.ask(
      'query ($id: ID!, $filter: CustomFormFilter) { event(id: $id) { customForms(first: 100, filter: $filter) { nodes { id name form type fieldIdentifier isRequired isIncluded isFixed isPublic isCustom position removedAt } } } }',
      { id, filter },
      who,
    )
  ).data!.event.customForms.nodes;
const session = (input: Record<string, unknown>, who: Person = ada) =>
  server.ask(
    'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id state answers } } }',
    { input: { eventId: event.id, title: 'A talk', ...input } },
    who,
  );
const updateSession = (id: string, input: Record<string, unknown>, who: Person = ada) =>
  server.ask(
    'mutation ($id: ID!, $input: UpdateSessionInput!) { updateSession(id: $id, input: $input) { session { answers subtitle } } }',
    { id, input },
    who,
  );
const speaker = (input: Record<string, unknown>, who: Person = ada) =>
  server.ask(
    'mutation ($input: CreateSpeakerInput!) { createSpeaker(input: $input) { speaker { id answers } } }',
    { input: { eventId: event.id, name: 'Ada', ...input } },
    who,
  );
const idOf = (answer: Answer): string => {
  expect(answer.errors).toBeUndefined();
  return Object.values(Object.values(answer.data!)[0] as Record<string, { id: string }>)[0].id;
};

describe('an event', () => {
  it('begins with the fields of sessions and speakers', async () => {
    const answer = await server.ask(
      'mutation { createEvent(input: { name: "Days", startsAt: "2030-03-01T09:00:00Z", endsAt: "2030-03-02T18:00:00Z", timezone: "UTC" }) { event { id customForms { totalCount } } } }',
      {},
      owner,
    );
    expect(answer.data!.createEvent.event.customForms.totalCount).toBe(42);
    const { id } = answer.data!.createEvent.event;
    const fields = await fieldsOf(id);
    expect(fields).toHaveLength(20);
    expect(fields[0]).toMatchObject({
      fieldIdentifier: 'title',
      isRequired: true,
      isIncluded: true,
      isFixed: true,
      isPublic: true,
      isCustom: false,
      position: 0,
    });
    expect(fields.map(({ position }: any) => position)).toEqual([...fields.keys()]);
    const speakers = await fieldsOf(id, { form: { equals: 'SPEAKER' } });
    expect(speakers).toHaveLength(22);
    expect(
      speakers.filter(({ isFixed }: any) => isFixed).map(({ fieldIdentifier }: any) => fieldIdentifier),
    ).toEqual(['name', 'email']);
    expect(speakers.find(({ fieldIdentifier }: any) => fieldIdentifier === 'mobile')).toMatchObject({
      isPublic: false,
      isIncluded: false,
    });
  });
});

describe('fields', () => {
  it('are added, changed and put in order', async () => {
    const first = await made({
      name: ' First ',
      fieldIdentifier: 'first',
      translations: [{ language: 'de-de', name: 'Erstens', description: '<b>x</b><script>y</script>' }],
    });
    expect(first).toMatchObject({
      name: 'First',
      position: 0,
      isCustom: true,
      isIncluded: true,
      isRequired: false,
      isPublic: false,
      translations: [{ language: 'de-DE', name: 'Erstens', description: '<b>x</b>' }],
    });
    const second = await made({ fieldIdentifier: 'second', type: 'SELECT', options: [' One', 'Two'] });
    expect(second).toMatchObject({ position: 1, options: ['One', 'Two'] });
    const third = await made({ fieldIdentifier: 'third' });
    expect((await update(first.id, { name: 'Foremost' })).data!.updateCustomForm.customForm.name).toBe(
      'Foremost',
    );
    const order = (ids: string[]) =>
      server.ask(
        'mutation ($event: ID!, $ids: [ID!]!) { reorderCustomForms(eventId: $event, form: SESSION, ids: $ids) { event { customForms { nodes { fieldIdentifier } } } } }',
        { event: event.id, ids },
        owner,
      );
    const answer = await order([third.id, first.id]);
    expect(
      answer.data!.reorderCustomForms.event.customForms.nodes.map(
        ({ fieldIdentifier }: any) => fieldIdentifier,
      ),
    ).toEqual(['third', 'first', 'second']);
    const foreign = await makeEvent(server);
    await giveRole(server, foreign, owner, 'OWNER');
    const elsewhere = await made({ eventId: foreign.id });
    const ofSpeakers = await made({ form: 'SPEAKER' });
    expect(codes(await order([first.id, elsewhere.id]))).toEqual(['BAD_USER_INPUT ids.1']);
    expect(codes(await order([ofSpeakers.id]))).toEqual(['BAD_USER_INPUT ids.0']);
    expect(codes(await order([first.id, first.id]))).toEqual(['BAD_USER_INPUT ids']);
  });

  it('have a place after one that stands at the very end', async () => {
    await made({ position: 2147483647 });
    expect((await made({ fieldIdentifier: 'after' })).position).toBe(2147483647);
  });

  it('that are put in order are written down: those that moved, and that it was asked for where none did', async () => {
    const [first, second, third] = [
      await made({ fieldIdentifier: 'first' }),
      await made({ fieldIdentifier: 'second' }),
      await made({ fieldIdentifier: 'third' }),
    ];
    const order = async (ids: string[], who = owner) =>
      codes(
        await server.ask(
          'mutation ($event: ID!, $ids: [ID!]!) { reorderCustomForms(eventId: $event, form: SESSION, ids: $ids) { event { id } } }',
          { event: event.id, ids },
          who,
        ),
      );
    const written = async () => {
      const read =
        '{ activities(filter: { mutation: { equals: "reorderCustomForms" } }, first: 100) { nodes { action objectId actor { id } changes { field from to } } } }';
      const { nodes } = (await server.ask(read, {}, admin)).data!.activities;
      return nodes.filter(
        ({ objectId, action }: any) =>
          action !== 'UPDATE' || [first.id, second.id, third.id].includes(objectId),
      );
    };
    const before = await written();
    expect(await order([second.id, first.id])).toEqual([]);
    const moved = (await written()).slice(0, -before.length || undefined);
    const line = {
      action: 'UPDATE',
      actor: { id: owner.id },
      changes: [{ field: 'position', from: null, to: null }],
    };
    expect(moved).toHaveLength(2);
    expect(moved).toEqual(
      expect.arrayContaining([
        { ...line, objectId: first.id },
        { ...line, objectId: second.id },
      ]),
    );
    expect(await order([second.id])).toEqual([]);
    expect((await written())[0]).toMatchObject({ action: 'REORDER_CUSTOM_FORMS', changes: [] });
    const count = (await written()).length;
    expect(await order([third.id], ada)).toEqual(['FORBIDDEN']);
    expect(await written()).toHaveLength(count);
  });

  it('have one identifier each in their form, also when two add it at once', async () => {
    const answers = await Promise.all([create({}), create({})]);
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
    expect(codes(await create({ form: 'SPEAKER' }))).toEqual([]);
  });

  it.each([
    [{ fieldIdentifier: 'No Case' }, 'fieldIdentifier'],
    [{ fieldIdentifier: '__proto__' }, 'fieldIdentifier'],
    [{ name: ' ' }, 'name'],
    [{ type: 'SELECT' }, 'options'],
    [{ type: 'SELECT', options: ['a', 'a '] }, 'options'],
    [{ type: 'SELECT', options: [''] }, 'options'],
    [{ type: 'TEXT', options: ['a'] }, 'options'],
    [{ fieldIdentifier: 'title', type: 'NUMBER' }, 'type'],
    [{ fieldIdentifier: 'track', type: 'SELECT', options: ['a'] }, 'options'],
    [{ fieldIdentifier: 'comments', type: 'PARAGRAPH', isPublic: true }, 'isPublic'],
    [{ isFixed: true, isRequired: false }, 'isRequired'],
    [{ translations: [{ language: 'no language', name: 'x' }] }, 'translations.0.language'],
  ])('are refused as %j', async (input, path) => {
    expect(codes(await create(input))).toEqual([`BAD_USER_INPUT input.${path}`]);
  });

  it('that are fixed stay included and required, and only staff unfix them', async () => {
    const fixed = await made({ isFixed: true });
    expect(fixed).toMatchObject({ isFixed: true, isRequired: true, isIncluded: true });
    expect(codes(await remove(fixed.id))).toEqual(['FORBIDDEN']);
    expect(codes(await update(fixed.id, { isIncluded: false }))).toEqual(['BAD_USER_INPUT input.isIncluded']);
    expect(codes(await update(fixed.id, { isIncluded: false }, admin))).toEqual([
      'BAD_USER_INPUT input.isIncluded',
    ]);
    expect(codes(await update(fixed.id, { isFixed: false }))).toEqual(['FORBIDDEN']);
    expect(codes(await update(fixed.id, { isFixed: false }, admin))).toEqual([]);
    expect(codes(await remove(fixed.id))).toEqual([]);
  });

  it('are kept and marked when they are removed while there are answers', async () => {
    const field = await made({ isPublic: true });
    const id = idOf(await session({ answers: { question: 'kept' } }));
    expect(codes(await update(field.id, { type: 'NUMBER' }))).toEqual(['CONFLICT']);
    expect(codes(await remove(field.id))).toEqual([]);
    expect(await fieldsOf(event.id)).toMatchObject([
      { fieldIdentifier: 'question', removedAt: expect.any(String), isIncluded: false },
    ]);
    expect(await fieldsOf(event.id, { removedAt: { isNull: true } })).toEqual([]);
    expect(codes(await update(field.id, { name: 'x' }))).toEqual(['CONFLICT']);
    const read = async () =>
      (await server.ask('query ($id: ID!) { session(id: $id) { answers } }', { id }, ada)).data!.session
        .answers;
    expect(await read()).toEqual({ question: 'kept' });
    await server.sql(
      `UPDATE sessions SET state = 'ACCEPTED' WHERE id = (SELECT max(id::text)::uuid FROM sessions WHERE event_id = $1)`,
      [event.uuid],
    );
    expect(
      (await server.ask('query ($id: ID!) { session(id: $id) { answers } }', { id })).data!.session.answers,
    ).toEqual({ question: 'kept' });
    expect(codes(await session({ answers: { question: 'new' } }))).toEqual([
      'BAD_USER_INPUT input.answers.question',
    ]);
    expect(codes(await create({ type: 'NUMBER' }))).toEqual(['CONFLICT']);
    expect(await made({})).toMatchObject({
      id: field.id,
      removedAt: null,
      isIncluded: true,
      isPublic: false,
    });
    expect(codes(await updateSession(id, { answers: { question: null } }))).toEqual([]);
    expect(await read()).toEqual({});
    expect(codes(await remove(field.id))).toEqual([]);
    expect(await fieldsOf(event.id)).toEqual([]);
  });
});

describe('answers', () => {
  const values: [type: string, options: string[], good: [given: unknown, kept: unknown][], bad: unknown[]][] =
    [
      ['TEXT', [], [[' a ', 'a']], [1, true, ['a'], {}, 'x'.repeat(1001)]],
      [
        'PARAGRAPH',
        [],
        [['<p onclick="x">a</p><script>alert(1)</script>', '<p>a</p>']],
        [7, 'x'.repeat(100_001)],
      ],
      [
        'CHECKBOX',
        ['a', 'b'],
        [
          [
            ['b', 'a'],
            ['b', 'a'],
          ],
          [[], []],
        ],
        ['a', ['c'], true],
      ],
      [
        'CHECKBOX',
        [],
        [
          [true, true],
          [false, false],
        ],
        ['yes', ['a']],
      ],
      ['SELECT', ['a', 'b'], [['a', 'a']], ['c', ['a'], 'A']],
      [
        'NUMBER',
        [],
        [
          [1.5, 1.5],
          [0, 0],
        ],
        ['1', true],
      ],
      ['EMAIL', [], [['Ada@Example.org', 'ada@example.org']], ['ada', 'a@b@c']],
      [
        'URL',
        [],
        [['https://example.org/x', 'https://example.org/x']],
        ['javascript:alert(1)', 'example.org'],
      ],
      ['BOOLEAN', [], [[false, false]], ['true', 1]],
      ['YEAR', [], [[2027, 2027]], ['2027', 27, 2027.5]],
      ['FILE', [], [['https://example.org/a.pdf', 'https://example.org/a.pdf']], ['file:///etc/passwd']],
      [
        'IMAGE',
        [],
        [['https://example.org/a.png', 'https://example.org/a.png']],
        ['data:image/png;base64,AAAA'],
      ],
    ];

  it.each(values)('of type %s with options %j are kept or refused', async (type, options, good, bad) => {
    await made({ type, options });
    const id = idOf(await session({}));
    for (const [given, kept] of good) {
      expect(
        (await updateSession(id, { answers: { question: given } })).data!.updateSession.session.answers,
      ).toEqual({ question: kept });
    }
    for (const value of bad)
      expect([value, codes(await updateSession(id, { answers: { question: value } }))]).toEqual([
        value,
        ['BAD_USER_INPUT input.answers.question'],
      ]);
    expect(
      (await updateSession(id, { answers: { question: null } })).data!.updateSession.session.answers,
    ).toEqual({});
  });

  it('are of the fields of this form alone, whoever gives them, and are changed key by key', async () => {
    await made({ fieldIdentifier: 'first' });
    await made({ fieldIdentifier: 'second' });
    await made({ fieldIdentifier: 'unasked', isIncluded: false });
    await made({ fieldIdentifier: 'ofSpeakers', form: 'SPEAKER' });
    const foreign = await makeEvent(server);
    await giveRole(server, foreign, owner, 'OWNER');
    await made({ fieldIdentifier: 'elsewhere', eventId: foreign.id });
    for (const who of [ada, owner, admin]) {
      const answer = await session(
        {
          answers: {
            unknown: 1,
            unasked: 'x',
            ofSpeakers: 'x',
            elsewhere: 'x',
            title: 'x',
            constructor: 'x',
          },
        },
        who,
      );
      expect(codes(answer)).toEqual([
        [
          'BAD_USER_INPUT',
          ...['unknown', 'unasked', 'ofSpeakers', 'elsewhere', 'title', 'constructor'].map(
            (key) => `input.answers.${key}`,
          ),
        ].join(' '),
      ]);
      for (const answers of ['text', [1], 7])
        expect(codes(await session({ answers }, who))).toEqual(['BAD_USER_INPUT input.answers']);
    }
    const id = idOf(await session({ answers: { first: 'a', second: 'b' } }));
    expect(
      (await updateSession(id, { answers: { second: 'c' } })).data!.updateSession.session.answers,
    ).toEqual({ first: 'a', second: 'c' });
    expect(
      (await updateSession(id, { answers: { first: null } })).data!.updateSession.session.answers,
    ).toEqual({ second: 'c' });
    expect((await updateSession(id, { subtitle: 'x' })).data!.updateSession.session.answers).toEqual({
      second: 'c',
    });
    expect((await updateSession(id, { answers: null })).data!.updateSession.session.answers).toEqual({});
  });

  it('that are required are asked of those who submit, when they hand in, and not of the team', async () => {
    await made({ isRequired: true });
    await made({ fieldIdentifier: 'track', type: 'SELECT', isRequired: true });
    const both = ['BAD_USER_INPUT input.answers.question input.trackId'];
    expect(codes(await session({}))).toEqual(both);
    expect(codes(await session({ answers: { question: '  ' } }))).toEqual(both);
    expect(codes(await session({}, owner))).toEqual([]);
    const draft = idOf(await session({ state: 'DRAFT' }));
    const submit = () =>
      server.ask(
        'mutation ($id: ID!) { transitionSession(id: $id, to: PENDING) { session { state } } }',
        { id: draft },
        ada,
      );
    expect(codes(await submit())).toEqual(both);
    const track = (
      await server.ask(
        'mutation ($id: ID!) { createTrack(input: { eventId: $id, name: "Main", color: "#123" }) { track { id } } }',
        { id: event.id },
        owner,
      )
    ).data!.createTrack.track;
    expect(codes(await updateSession(draft, { trackId: track.id, answers: { question: 'yes' } }))).toEqual(
      [],
    );
    expect((await submit()).data!.transitionSession.session.state).toBe('PENDING');
    expect(codes(await updateSession(draft, { trackId: null }))).toEqual(['BAD_USER_INPUT input.trackId']);
    expect(codes(await updateSession(draft, { answers: { question: null } }))).toEqual([
      'BAD_USER_INPUT input.answers.question',
    ]);
    expect(codes(await updateSession(draft, { answers: { question: null } }, owner))).toEqual([]);
    // What was handed in before is not held up by what it does not name.
    expect(codes(await updateSession(draft, { subtitle: 'x' }))).toEqual([]);
  });

  it('that show nothing satisfy no required paragraph, in an answer or in a field of the session itself', async () => {
    await made({ type: 'PARAGRAPH', isRequired: true });
    await made({ fieldIdentifier: 'shortAbstract', type: 'PARAGRAPH', isRequired: true });
    const both = ['BAD_USER_INPUT input.answers.question input.shortAbstract'];
    for (const nothing of ['<p></p>', '&nbsp;', '<br>', '<p>\u200b<br></p>', '<script>a</script>']) {
      const answer = await session({ shortAbstract: nothing, answers: { question: nothing } });
      expect([nothing, codes(answer).map((code) => code.split(' ').toSorted().join(' '))]).toEqual([
        nothing,
        both,
      ]);
    }
    expect(
      codes(await session({ shortAbstract: '<h2>One</h2>', answers: { question: '<p>&amp;</p>' } })),
    ).toEqual([]);
  });

  it('of speakers are judged alike; the address of another person is not asked for', async () => {
    await made({ form: 'SPEAKER', fieldIdentifier: 'email', type: 'EMAIL', isFixed: true });
    await made({
      form: 'SPEAKER',
      fieldIdentifier: 'diet',
      type: 'SELECT',
      options: ['all', 'vegan'],
      isRequired: true,
    });
    await made({ form: 'SPEAKER', fieldIdentifier: 'country', type: 'SELECT', options: ['Spain'] });
    expect(codes(await speaker({}))).toEqual(['BAD_USER_INPUT input.answers.diet']);
    expect(codes(await speaker({ answers: { diet: 'none' } }))).toEqual([
      'BAD_USER_INPUT input.answers.diet',
    ]);
    expect(codes(await speaker({ country: 'Atlantis', answers: { diet: 'all' } }))).toEqual([
      'BAD_USER_INPUT input.country',
    ]);
    expect(codes(await speaker({ forOther: true, answers: { diet: 'all' } }))).toEqual([]);
    expect(codes(await speaker({ country: 'Spain', answers: { diet: 'vegan' } }))).toEqual([]);
    expect(codes(await speaker({}, owner))).toEqual([]);
    const mine = await createPerson(server);
    const id = idOf(await speaker({ answers: { diet: 'all' } }, mine));
    const change = (input: object, who = mine) =>
      server.ask(
        'mutation ($id: ID!, $input: UpdateSpeakerInput!) { updateSpeaker(id: $id, input: $input) { speaker { answers } } }',
        { id, input },
        who,
      );
    expect((await change({ answers: { diet: 'vegan' } })).data!.updateSpeaker.speaker.answers).toEqual({
      diet: 'vegan',
    });
    expect(codes(await change({ answers: { diet: null } }))).toEqual(['BAD_USER_INPUT input.answers.diet']);
    expect(codes(await change({ answers: { diet: null } }, owner))).toEqual([]);
  });

  it('that are required are asked of each of many sessions that are handed in at once', async () => {
    await made({ isRequired: true });
    const drafts = [
      idOf(await session({ state: 'DRAFT' })),
      idOf(await session({ state: 'DRAFT', answers: { question: 'yes' } })),
      idOf(await session({ state: 'DRAFT' })),
    ];
    const submit = (who: Person) =>
      server.ask(
        'mutation ($ids: [ID!]!) { bulkTransitionSessions(ids: $ids, to: PENDING) { results { id session { state } error { code message } } } }',
        { ids: drafts },
        who,
      );
    const message = expect.stringContaining('answers.question');
    const [first, second, third] = drafts;
    const answer = await submit(ada);
    expect(answer.errors).toBeUndefined();
    expect(answer.data!.bulkTransitionSessions.results).toEqual([
      { id: first, session: null, error: { code: 'BAD_USER_INPUT', message } },
      { id: second, session: { state: 'PENDING' }, error: null },
      { id: third, session: null, error: { code: 'BAD_USER_INPUT', message } },
    ]);
    const states = async () =>
      (await server.sql('SELECT state FROM sessions WHERE event_id = $1 ORDER BY id', [event.uuid])).map(
        ({ state }) => state,
      );
    expect(await states()).toEqual(['DRAFT', 'PENDING', 'DRAFT']);
  });

  it('to a required photo are judged as the picture is set', async () => {
    await made({ form: 'SPEAKER', fieldIdentifier: 'photoUrl', type: 'IMAGE', isRequired: true });
    const missing = ['BAD_USER_INPUT input.photoUrl'];
    const mine = await createPerson(server);
    expect(codes(await speaker({}, mine))).toEqual(missing);
    expect(codes(await speaker({ photoUrl: null }, mine))).toEqual(missing);
    const foreign = `${server.url}/files/uploads/0199aaaa-0000-7000-8000-000000000000.png`;
    expect(codes(await speaker({ photoUrl: foreign }, mine))).toEqual(missing);
    expect(await server.sql('SELECT FROM speakers WHERE event_id = $1', [event.uuid])).toEqual([]);
    expect(await server.sql(`SELECT FROM outbox WHERE name = 'images.process'`)).toEqual([]);
    const id = idOf(await speaker({ photoUrl: 'https://pictures.example/me.png' }, mine));
    expect(
      await server.sql(`SELECT payload->>'source' AS source FROM outbox WHERE name = 'images.process'`),
    ).toEqual([{ source: 'https://pictures.example/me.png' }]);
    const change = async (input: object, who = mine) =>
      codes(
        await server.ask(
          'mutation ($id: ID!, $input: UpdateSpeakerInput!) { updateSpeaker(id: $id, input: $input) { speaker { id } } }',
          { id, input },
          who,
        ),
      );
    expect(await change({ photoUrl: null })).toEqual(missing);
    expect(await change({ city: 'Turin' })).toEqual([]);
    expect(await change({ photoUrl: 'https://pictures.example/other.png' })).toEqual([]);
    expect(await change({ photoUrl: null }, owner)).toEqual([]);
  });

  it('are refused before anything is told of the form, where the call is closed', async () => {
    await made({ isRequired: true });
    await setCall(server, event.uuid, 'closed');
    expect(codes(await session({ answers: { unknown: 1 } }))).toEqual(['FORBIDDEN']);
  });
});
