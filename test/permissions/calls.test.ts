/** The matrix of calls for speakers: everybody reads and sets every call, and the table is written once more here. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { tokensFor } from './askers.ts';
import { Oracle } from './oracle.ts';
import { tryAll } from './tries.ts';
import type { WorldEvent } from './world.ts';
import { createWorld, describeWorld, nobody } from './world.ts';

const world = describeWorld();
const oracle = new Oracle(world);
const viewers = [
  nobody,
  'superAdmin',
  'admin',
  'registered',
  'unverified',
  'submitter',
  'ownerofOpen',
  'coorganizerofOpen',
  'moderatorofOpen',
  'ownerofDraft',
  'ownerofHidden',
];
const events = [...world.events.values()];
/** The calls of these events are private. */
const isPrivate = ({ name }: WorldEvent) => ['Hidden', 'Closed'].includes(name);

const sets = (viewer: string, event: WorldEvent) =>
  !event.isDeleted && (oracle.staff(viewer) || oracle.team(viewer, event.name));
/** The hash is written by the team alone: staff read it, and may set the call. */
const renewal = (viewer: string, event: WorldEvent) =>
  oracle.verdict(
    viewer,
    oracle.seesEvent(viewer, event),
    !event.isDeleted && oracle.team(viewer, event.name),
  );
const seesCall = (viewer: string, event: WorldEvent) =>
  sets(viewer, event) || (!event.isDeleted && event.state === 'PUBLISHED' && !isPrivate(event));

let server: TestServer;
let tokens: ReadonlyMap<string, string>;

beforeAll(async () => {
  server = await startServer();
  await createWorld(server, world);
  await server.sql(
    `UPDATE calls_for_speakers SET privacy = 'PRIVATE' WHERE hash IN ('hash-of-Hidden', 'hash-of-Closed')`,
  );
  tokens = await tokensFor(server, world);
});
afterAll(() => server.close());

describe.each(viewers)('%s', (viewer) => {
  const ask = (document: string, variables: object) =>
    server.ask(document, { ...variables }, { token: tokens.get(viewer) ?? null });

  it('sees the calls that the table grants, their hash on the team only, and any of a published event by its hash', async () => {
    for (const event of events) {
      const { data } = await ask('query ($id: ID!) { event(id: $id) { callForSpeakers { privacy hash } } }', {
        id: encodeId('Event', event.id),
      });
      const call = {
        privacy: isPrivate(event) ? 'PRIVATE' : 'PUBLIC',
        hash: sets(viewer, event) ? `hash-of-${event.name}` : null,
      };
      if (!oracle.seesEvent(viewer, event)) expect(data!.event).toBeNull();
      else expect(data!.event.callForSpeakers).toEqual(seesCall(viewer, event) ? call : null);
      const byHash = await ask('query ($hash: String!) { callForSpeakers(hash: $hash) { privacy } }', {
        hash: `hash-of-${event.name}`,
      });
      const isShown = !event.isDeleted && (event.state === 'PUBLISHED' || sets(viewer, event));
      expect(byHash.data!.callForSpeakers).toEqual(isShown ? { privacy: call.privacy } : null);
    }
  });

  it('sets, renews and deletes the calls that the table grants', async () => {
    const tries = events.map((event) => ({
      label: event.name,
      variables: { id: encodeId('Event', event.id) },
      expected: oracle.verdict(viewer, oracle.seesEvent(viewer, event), sets(viewer, event)),
    }));
    const stored = await server.sql('SELECT * FROM calls_for_speakers ORDER BY id');
    const token = tokens.get(viewer);
    const times = '{ startsAt: "2020-01-01T00:00:00Z", endsAt: "2029-01-01T00:00:00Z" }';
    await tryAll(
      server,
      token,
      `mutation ($id: ID!) { setCallForSpeakers(eventId: $id, input: ${times}) { callForSpeakers { id } } }`,
      tries,
    );
    await tryAll(
      server,
      token,
      'mutation ($id: ID!) { resetCallForSpeakersHash(eventId: $id) { callForSpeakers { id } } }',
      events.map((event, index) => ({ ...tries[index], expected: renewal(viewer, event) })),
    );
    await tryAll(
      server,
      token,
      'mutation ($id: ID!) { deleteCallForSpeakers(eventId: $id) { deletedId } }',
      tries,
    );
    await server.sql('DELETE FROM calls_for_speakers');
    await server.sql(
      'INSERT INTO calls_for_speakers SELECT * FROM jsonb_populate_recordset(NULL::calls_for_speakers, $1::jsonb)',
      [JSON.stringify(stored)],
    );
  });
});
