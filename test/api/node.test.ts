/** Single reads over HTTP: node(id), session(id), speaker(id); a hidden row and one that never was look the same. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const node = `query ($id: ID!) { node(id: $id) { __typename id ...Shown ... on Node { again: id } } }
  fragment Shown on Node {
    ... on Event { name sessions { nodes { __typename title } } }
    ... on Session { title comments event { __typename } }
    ... on Speaker { name email }
    ... on Track { name } ... on Room { name } ... on SessionType { lengthMinutes } ... on Sponsor { name }
    ... on User { publicName }
  }`;

describe.each(['jit', 'graphql-js'])('with %s', (executor) => {
  let server: TestServer;
  let event: Made, draft: Made;
  let owner: Person, ada: Person;
  const rows: Record<string, [shown: Made, hidden: Made]> = {};

  beforeAll(async () => {
    server = await startServer({ EXECUTOR: executor });
    [owner, ada] = await Promise.all([
      createPerson(server, { publicName: 'The owner' }),
      createPerson(server),
    ]);
    event = await makeEvent(server);
    draft = await makeEvent(server, { state: 'DRAFT' });
    for (const made of [event, draft]) await giveRole(server, made, owner, 'OWNER');
    for (const type of ['Session', 'Speaker', 'Track', 'Room', 'SessionType', 'Sponsor']) {
      const row =
        type === 'Session'
          ? { state: 'ACCEPTED', comments: 'secret' }
          : type === 'Speaker'
            ? { email: `${uuidv7()}@example.org` }
            : {};
      rows[type] = [
        await make(server, type, { event_id: event.uuid, ...row }),
        await make(server, type, { event_id: draft.uuid, ...row }),
      ];
    }
    await link(server, rows.Session[0], rows.Speaker[0]);
    await make(server, 'Session', { event_id: event.uuid, state: 'PENDING', title: 'Hidden' });
    rows.Event = [event, draft];
  });
  afterAll(() => server.close());

  it('reads any type by its id, and nothing that the viewer may not see', async () => {
    for (const [type, [shown, hidden]] of Object.entries(rows)) {
      expect((await server.ask(node, { id: shown.id })).data?.node).toMatchObject({
        __typename: type,
        id: shown.id,
        again: shown.id,
      });
      expect(await server.ask(node, { id: hidden.id })).toEqual({ data: { node: null } });
      expect(await server.ask(node, { id: hidden.id }, ada)).toEqual({ data: { node: null } });
      expect((await server.ask(node, { id: hidden.id }, owner)).data?.node).toMatchObject({
        __typename: type,
        id: hidden.id,
      });
    }
    expect((await server.ask(node, { id: owner.id })).data?.node).toMatchObject({
      __typename: 'User',
      publicName: 'The owner',
    });
    expect(await server.ask(node, { id: ada.id }, owner)).toEqual({ data: { node: null } });
  });

  it('reads relations and guards fields behind it', async () => {
    const { data } = await server.ask(node, { id: event.id });
    expect(data?.node.sessions.nodes).toEqual([{ __typename: 'Session', title: 'A talk' }]);
    const refused = await server.ask(node, { id: rows.Session[0].id }, ada);
    expect(refused.data?.node).toMatchObject({
      title: 'A talk',
      comments: null,
      event: { __typename: 'Event' },
    });
    expect(refused.errors?.map(({ path, extensions }) => [path, extensions])).toEqual([
      [['node', 'comments'], { code: 'FORBIDDEN', field: 'Session.comments' }],
    ]);
    expect((await server.ask(node, { id: rows.Session[0].id }, owner)).data?.node.comments).toBe('secret');
  });

  it('is null for ids that were never issued or are of no type, BAD_USER_INPUT for text that is no id', async () => {
    for (const id of [
      encodeId('Event', uuidv7()),
      encodeId('Nothing', uuidv7()),
      encodeId('OutboxJob', uuidv7()),
    ]) {
      expect(await server.ask(node, { id })).toEqual({ data: { node: null } });
    }
    for (const id of [
      '',
      'event',
      'event_',
      '1',
      'event_zzzzzzzzzzzzzzzzzzzzzzzzzz',
      '00000000000000000000000000',
    ]) {
      expect(codes(await server.ask(node, { id }))).toEqual(['BAD_USER_INPUT id']);
    }
  });

  it('reads one session and one speaker by their own queries, under the same rules', async () => {
    const queries = {
      Session: 'query ($id: ID!) { row: session(id: $id) { id } }',
      Speaker: 'query ($id: ID!) { row: speaker(id: $id) { id } }',
    };
    for (const [type, query] of Object.entries(queries)) {
      const [shown, hidden] = rows[type];
      expect(await server.ask(query, { id: shown.id })).toEqual({ data: { row: { id: shown.id } } });
      expect(await server.ask(query, { id: hidden.id }, ada)).toEqual({ data: { row: null } });
      expect(await server.ask(query, { id: hidden.id }, owner)).toEqual({ data: { row: { id: hidden.id } } });
      expect(await server.ask(query, { id: event.id }, owner)).toEqual({ data: { row: null } });
      expect(codes(await server.ask(query, { id: 'nonsense' }))).toEqual(['BAD_USER_INPUT id']);
    }
  });

  it('sends one statement, however much is asked', async () => {
    expect(await server.statements(() => server.ask(node, { id: event.id }))).toHaveLength(1);
  });
});
