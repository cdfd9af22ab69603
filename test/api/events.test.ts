/** Events over HTTP: what anybody sees of them, and how they are made, changed, published and deleted. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let owner: Person;
let admin: Person;
let stranger: Person;

beforeAll(async () => {
  server = await startServer();
  [owner, admin, stranger] = [
    await createPerson(server),
    await createPerson(server, { isAdmin: true }),
    await createPerson(server),
  ];
  await server.sql(`
    INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES
      (gen_random_uuid(), 'open', 'Open day', '2027-03-01', '2027-03-02', 'PUBLISHED'),
      (gen_random_uuid(), 'secret', 'Secret day', '2027-03-01', '2027-03-02', 'DRAFT')`);
});
afterAll(() => server.close());

const valid = {
  name: 'Ours',
  startsAt: '2030-01-01T09:00:00Z',
  endsAt: '2030-01-03T18:00:00Z',
  timezone: 'Europe/Berlin',
};
const fields = 'event { id name identifier state version description isFeatured owner { id } viewerCan }';
const create = (input: Record<string, unknown>, who?: Person) =>
  server.ask(
    `mutation ($input: CreateEventInput!) { createEvent(input: $input) { ${fields} } }`,
    { input },
    who,
  );
const update = (id: string, input: Record<string, unknown>, who?: Person) =>
  server.ask(
    `mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { ${fields} } }`,
    { id, input },
    who,
  );
const act = (name: string, id: string, who?: Person) =>
  server.ask(
    `mutation ($id: ID!) { ${name}(id: $id) { ${name === 'deleteEvent' ? 'deletedId' : fields} } }`,
    { id },
    who,
  );
const made = async (input: Record<string, unknown> = {}, who = owner) =>
  (await create({ ...valid, ...input }, who)).data!.createEvent.event;
const codeOf = ({ errors }: { errors?: readonly { extensions: Record<string, unknown> }[] }) =>
  errors?.map(({ extensions }) => extensions.code);

describe('anybody', () => {
  it('lists published events only, and counts no more', async () => {
    const answer = await server.ask('{ events { totalCount nodes { name state } } }');
    expect(answer).toEqual({
      data: { events: { totalCount: 1, nodes: [{ name: 'Open day', state: 'PUBLISHED' }] } },
    });
  });

  it('gets null for a draft as for an identifier that was never given', async () => {
    const answer = await server.ask(
      '{ draft: event(identifier: "secret") { name } none: event(identifier: "none") { name } }',
    );
    expect(answer).toEqual({ data: { draft: null, none: null } });
  });

  it('has to say exactly one of id and identifier', async () => {
    expect(codeOf(await server.ask('{ event { name } }'))).toEqual(['BAD_USER_INPUT']);
    expect(
      codeOf(
        await server.ask('{ event(id: "event_01h455vb4pex5vsknk084sn02q", identifier: "open") { name } }'),
      ),
    ).toEqual(['BAD_USER_INPUT']);
  });
});

describe('creating', () => {
  it('makes a draft whose creator owns it, with its HTML sanitised', async () => {
    const event = await made({
      description: '<p onclick="x()">Hello <script>alert(1)</script><b>you</b></p>',
    });
    expect(event).toMatchObject({
      name: 'Ours',
      state: 'DRAFT',
      version: 1,
      isFeatured: false,
      owner: { id: owner.id },
    });
    expect(event.description).toBe('<p>Hello <b>you</b></p>');
    expect(event.viewerCan).toEqual(['VIEW', 'UPDATE', 'DELETE', 'PUBLISH']);
    expect(
      (await server.ask('query ($id: ID!) { event(id: $id) { name } }', { id: event.id }, stranger)).data,
    ).toEqual({ event: null });
  });

  it('needs a sign-in and a verified address', async () => {
    expect(codeOf(await create(valid))).toEqual(['UNAUTHENTICATED']);
    const unverified = await createPerson(server, { isVerified: false });
    expect(codeOf(await create(valid, unverified))).toEqual(['FORBIDDEN']);
  });

  it.each([
    [{ name: '  ' }, 'name'],
    [{ endsAt: valid.startsAt }, 'endsAt'],
    [{ endsAt: '2030-02-01T00:00:00Z' }, 'endsAt'],
    [{ timezone: 'Mars/Olympus' }, 'timezone'],
  ])('refuses %p with the path of what is wrong', async (input, field) => {
    const { errors } = await create({ ...valid, ...input }, owner);
    expect(errors![0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: ['input', field] }],
    });
  });
});

describe('changing', () => {
  it('touches what is named, counts the version, and refuses an old one', async () => {
    const { id } = await made();
    const first = await update(id, { description: 'Two days', version: 1 }, owner);
    expect(first.data!.updateEvent.event).toMatchObject({
      name: 'Ours',
      description: 'Two days',
      version: 2,
    });
    expect(codeOf(await update(id, { name: 'Late', version: 1 }, owner))).toEqual(['CONFLICT']);
    expect((await update(id, { description: null }, owner)).data!.updateEvent.event).toMatchObject({
      name: 'Ours',
      description: null,
    });
    expect(codeOf(await update(id, { name: null }, owner))).toEqual(['BAD_USER_INPUT']);
  });

  it('leaves featuring to staff', async () => {
    const { id } = await made();
    const refused = await update(id, { isFeatured: true }, owner);
    expect(refused.errors![0].extensions).toMatchObject({ code: 'FORBIDDEN', field: 'Event.isFeatured' });
    expect((await update(id, { isFeatured: true }, admin)).data!.updateEvent.event.isFeatured).toBe(true);
  });

  it('of two who name the same version lets one win', async () => {
    const { id } = await made();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((number) => update(id, { name: `Name ${number}`, version: 1 }, owner)),
    );
    expect(answers.map((answer) => codeOf(answer)?.[0] ?? 'OK').sort()).toEqual([
      'CONFLICT',
      'CONFLICT',
      'CONFLICT',
      'OK',
    ]);
  });
});

describe('moving', () => {
  const hour = (time: string) => `2030-01-0${time}`;
  const read =
    'query ($id: ID!) { event(id: $id) { startsAt endsAt timezone callForSpeakers { startsAt endsAt } sessions(orderBy: TITLE_ASC) { nodes { title startsAt endsAt version } } } }';
  const timesOf = async (id: string) => (await server.ask(read, { id }, owner)).data!.event;
  const within = async () => {
    const { id } = await made();
    const session = async (
      title: string,
      startsAt: string,
      endsAt: string,
      more: Record<string, unknown> = {},
    ) =>
      (
        await server.ask(
          'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }',
          { input: { eventId: id, title, startsAt, endsAt, ...more } },
          owner,
        )
      ).data!.createSession.session.id;
    const sessions = [
      await session('Opening', hour('1T09:30:00Z'), hour('1T10:00:00Z'), { state: 'ACCEPTED' }),
      await session('Closing', hour('3T16:00:00Z'), hour('3T17:00:00Z')),
      await session('Refused', hour('3T16:00:00Z'), hour('3T17:00:00Z'), { state: 'REJECTED' }),
    ];
    return { id, sessions };
  };

  it('is refused where sessions would be left outside, and names them; nothing is changed', async () => {
    const { id, sessions } = await within();
    const before = await timesOf(id);
    for (const [input, path, named] of [
      [{ endsAt: hour('2T18:00:00Z') }, ['input', 'endsAt'], [sessions[1]]],
      [{ startsAt: hour('2T09:00:00Z') }, ['input', 'startsAt'], [sessions[0]]],
      [
        { startsAt: '2030-02-01T09:00:00Z', endsAt: '2030-02-03T18:00:00Z' },
        ['input', 'startsAt'],
        [sessions[0], sessions[1]],
      ],
      // Already the 4th in Auckland, and the event is over on the 4th at 7.
      [{ endsAt: hour('3T10:00:00Z'), timezone: 'Pacific/Auckland' }, ['input', 'endsAt'], [sessions[1]]],
      [{ shiftSessions: true, endsAt: hour('2T18:00:00Z') }, ['input', 'endsAt'], [sessions[1]]],
    ] as const) {
      const { errors } = await update(id, { description: 'changed', ...input }, owner);
      expect(errors).toHaveLength(1);
      expect(errors![0].extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: [{ path }],
        sessions: named,
      });
      expect(errors![0].message).toContain(named.includes(sessions[1]) ? '“Closing”' : '“Opening”');
    }
    expect(await timesOf(id)).toEqual(before);
    // On the same days there is room for all.
    expect(
      (await update(id, { endsAt: hour('3T12:00:00Z'), startsAt: hour('1T12:00:00Z') }, owner)).errors,
    ).toBeUndefined();
  });

  it('takes the sessions with it where that is asked for, by the clocks and with their lengths', async () => {
    const { id } = await within();
    // Into summer time: the same hours in Berlin.
    expect(
      (
        await update(
          id,
          { startsAt: '2030-06-01T08:00:00Z', endsAt: '2030-06-03T17:00:00Z', shiftSessions: true },
          owner,
        )
      ).errors,
    ).toBeUndefined();
    expect((await timesOf(id)).sessions.nodes).toEqual([
      { title: 'Closing', startsAt: '2030-06-03T15:00:00Z', endsAt: '2030-06-03T16:00:00Z', version: 2 },
      { title: 'Opening', startsAt: '2030-06-01T08:30:00Z', endsAt: '2030-06-01T09:00:00Z', version: 2 },
      { title: 'Refused', startsAt: '2030-06-03T15:00:00Z', endsAt: '2030-06-03T16:00:00Z', version: 2 },
    ]);
  });

  it('to another zone keeps the moments, or the hours where that is asked for, of sessions and call too', async () => {
    const { id } = await within();
    const call = { startsAt: '2029-10-01T10:00:00Z', endsAt: '2029-12-01T11:00:00Z' };
    await server.ask(
      'mutation ($id: ID!, $input: CallForSpeakersInput!) { setCallForSpeakers(eventId: $id, input: $input) { callForSpeakers { id } } }',
      { id, input: call },
      owner,
    );
    const before = await timesOf(id);
    expect((await update(id, { timezone: 'Europe/London' }, owner)).errors).toBeUndefined();
    expect(await timesOf(id)).toEqual({ ...before, timezone: 'Europe/London' });
    expect(
      (await update(id, { timezone: 'America/New_York', keepLocalTimes: true }, owner)).errors,
    ).toBeUndefined();
    // Five hours later, as the clocks of New York show what those of London showed; in October both have summer time.
    expect(await timesOf(id)).toEqual({
      startsAt: '2030-01-01T14:00:00Z',
      endsAt: '2030-01-03T23:00:00Z',
      timezone: 'America/New_York',
      callForSpeakers: { startsAt: '2029-10-01T15:00:00Z', endsAt: '2029-12-01T16:00:00Z' },
      sessions: {
        nodes: [
          { title: 'Closing', startsAt: '2030-01-03T21:00:00Z', endsAt: '2030-01-03T22:00:00Z', version: 2 },
          { title: 'Opening', startsAt: '2030-01-01T14:30:00Z', endsAt: '2030-01-01T15:00:00Z', version: 2 },
          { title: 'Refused', startsAt: '2030-01-03T21:00:00Z', endsAt: '2030-01-03T22:00:00Z', version: 2 },
        ],
      },
    });
  });
});

describe('publishing', () => {
  it('shows an event to everybody, twice without a change, and unpublishing hides it again', async () => {
    const { id } = await made();
    const seen = async () =>
      (await server.ask('query ($id: ID!) { event(id: $id) { name } }', { id })).data!.event;
    expect(await seen()).toBeNull();
    expect((await act('publishEvent', id, owner)).data!.publishEvent.event).toMatchObject({
      state: 'PUBLISHED',
      version: 2,
    });
    expect((await act('publishEvent', id, owner)).data!.publishEvent.event.version).toBe(2);
    expect(await seen()).toEqual({ name: 'Ours' });
    expect((await act('unpublishEvent', id, owner)).data!.unpublishEvent.event.state).toBe('DRAFT');
    expect(await seen()).toBeNull();
  });

  it('needs a verified owner', async () => {
    const { id } = await made();
    await server.sql('UPDATE users SET is_verified = false WHERE id = $1', [owner.userId]);
    try {
      expect(codeOf(await act('publishEvent', id, admin))).toEqual(['BAD_USER_INPUT']);
    } finally {
      await server.sql('UPDATE users SET is_verified = true WHERE id = $1', [owner.userId]);
    }
  });
});

describe('deleting', () => {
  it('hides an event from its owner and from staff, and is NOT_FOUND the second time', async () => {
    const { id } = await made();
    expect(codeOf(await act('deleteEvent', id, stranger))).toEqual(['NOT_FOUND']);
    expect((await act('deleteEvent', id, owner)).data).toEqual({ deleteEvent: { deletedId: id } });
    for (const who of [owner, admin]) {
      expect(
        (await server.ask('query ($id: ID!) { event(id: $id) { name } node(id: $id) { id } }', { id }, who))
          .data,
      ).toEqual({ event: null, node: null });
    }
    expect(codeOf(await act('deleteEvent', id, owner))).toEqual(['NOT_FOUND']);
  });
});
