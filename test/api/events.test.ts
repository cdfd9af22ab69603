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
  [owner, admin, stranger] = [await createPerson(server), await createPerson(server, { isAdmin: true }), await createPerson(server)];
  await server.sql(`
    INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES
      (gen_random_uuid(), 'open', 'Open day', '2027-03-01', '2027-03-02', 'PUBLISHED'),
      (gen_random_uuid(), 'secret', 'Secret day', '2027-03-01', '2027-03-02', 'DRAFT')`);
});
afterAll(() => server.close());

const valid = { name: 'Ours', startsAt: '2030-01-01T09:00:00Z', endsAt: '2030-01-03T18:00:00Z', timezone: 'Europe/Berlin' };
const fields = 'event { id name identifier state version description isFeatured owner { id } viewerCan }';
const create = (input: Record<string, unknown>, who?: Person) => server.ask(`mutation ($input: CreateEventInput!) { createEvent(input: $input) { ${fields} } }`, { input }, who);
const update = (id: string, input: Record<string, unknown>, who?: Person) =>
  server.ask(`mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { ${fields} } }`, { id, input }, who);
const act = (name: string, id: string, who?: Person) =>
  server.ask(`mutation ($id: ID!) { ${name}(id: $id) { ${name === 'deleteEvent' ? 'deletedId' : fields} } }`, { id }, who);
const made = async (input: Record<string, unknown> = {}, who = owner) => (await create({ ...valid, ...input }, who)).data!.createEvent.event;
const codeOf = ({ errors }: { errors?: readonly { extensions: Record<string, unknown> }[] }) => errors?.map(({ extensions }) => extensions.code);

describe('anybody', () => {
  it('lists published events only, and counts no more', async () => {
    const answer = await server.ask('{ events { totalCount nodes { name state } } }');
    expect(answer).toEqual({ data: { events: { totalCount: 1, nodes: [{ name: 'Open day', state: 'PUBLISHED' }] } } });
  });

  it('gets null for a draft as for an identifier that was never given', async () => {
    const answer = await server.ask('{ draft: event(identifier: "secret") { name } none: event(identifier: "none") { name } }');
    expect(answer).toEqual({ data: { draft: null, none: null } });
  });

  it('has to say exactly one of id and identifier', async () => {
    expect(codeOf(await server.ask('{ event { name } }'))).toEqual(['BAD_USER_INPUT']);
    expect(codeOf(await server.ask('{ event(id: "event_01h455vb4pex5vsknk084sn02q", identifier: "open") { name } }'))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('creating', () => {
  it('makes a draft whose creator owns it, with its HTML sanitised', async () => {
    const event = await made({ description: '<p onclick="x()">Hello <script>alert(1)</script><b>you</b></p>' });
    expect(event).toMatchObject({ name: 'Ours', state: 'DRAFT', version: 1, isFeatured: false, owner: { id: owner.id } });
    expect(event.description).toBe('<p>Hello <b>you</b></p>');
    expect(event.viewerCan).toEqual(['VIEW', 'UPDATE', 'DELETE', 'PUBLISH']);
    expect((await server.ask('query ($id: ID!) { event(id: $id) { name } }', { id: event.id }, stranger)).data).toEqual({ event: null });
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
    expect(errors![0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: ['input', field] }] });
  });
});

describe('changing', () => {
  it('touches what is named, counts the version, and refuses an old one', async () => {
    const { id } = await made();
    const first = await update(id, { description: 'Two days', version: 1 }, owner);
    expect(first.data!.updateEvent.event).toMatchObject({ name: 'Ours', description: 'Two days', version: 2 });
    expect(codeOf(await update(id, { name: 'Late', version: 1 }, owner))).toEqual(['CONFLICT']);
    expect((await update(id, { description: null }, owner)).data!.updateEvent.event).toMatchObject({ name: 'Ours', description: null });
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
    const answers = await Promise.all([1, 2, 3, 4].map((number) => update(id, { name: `Name ${number}`, version: 1 }, owner)));
    expect(answers.map((answer) => codeOf(answer)?.[0] ?? 'OK').sort()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'OK']);
  });
});

describe('publishing', () => {
  it('shows an event to everybody, twice without a change, and unpublishing hides it again', async () => {
    const { id } = await made();
    const seen = async () => (await server.ask('query ($id: ID!) { event(id: $id) { name } }', { id })).data!.event;
    expect(await seen()).toBeNull();
    expect((await act('publishEvent', id, owner)).data!.publishEvent.event).toMatchObject({ state: 'PUBLISHED', version: 2 });
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
      expect((await server.ask('query ($id: ID!) { event(id: $id) { name } node(id: $id) { id } }', { id }, who)).data).toEqual({ event: null, node: null });
    }
    expect(codeOf(await act('deleteEvent', id, owner))).toEqual(['NOT_FOUND']);
  });
});
