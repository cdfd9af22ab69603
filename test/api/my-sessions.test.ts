/** A person's own sessions: those that they created and those at which they speak. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { link, make, makeEvent } from '../kit/event-rows.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let ada: Person;
let event: Made;
const mine = '{ viewer { sessions(orderBy: TITLE_ASC) { totalCount nodes { title } } } }';
const titles = async (person: Person) => {
  const { data, errors } = await server.ask(mine, {}, person);
  expect(errors).toBeUndefined();
  const { totalCount, nodes } = data!.viewer.sessions;
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ title }: { title: string }) => title);
};
const session = (title: string, row: Record<string, unknown> = {}, where = event) =>
  make(server, 'Session', { title, event_id: where.uuid, state: 'PENDING', ...row });
const profile = (person: Person, row: Record<string, unknown> = {}, where = event) =>
  make(server, 'Speaker', { event_id: where.uuid, user_id: person.userId, ...row });

beforeAll(async () => {
  server = await startServer();
  ada = await createPerson(server);
  event = await makeEvent(server);
});
afterAll(() => server.close());

it('are those that one created and those at which a profile of theirs speaks, each once, and nobody else’s', async () => {
  const bob = await createPerson(server);
  const speaker = await profile(ada);
  await session('1 created', { creator_id: ada.userId });
  await link(server, await session('2 spoken'), speaker);
  await link(server, await session('3 both', { creator_id: ada.userId }), speaker);
  await link(server, await session('4 of Bob', { creator_id: bob.userId }), await profile(bob));
  await session('5 of nobody');
  expect(await titles(ada)).toEqual(['1 created', '2 spoken', '3 both']);
  expect(await titles(bob)).toEqual(['4 of Bob']);
});

it('are those that one sees: not deleted ones, nor of a deleted profile, nor what the team entered in their name of a draft', async () => {
  const eve = await createPerson(server);
  const draft = await makeEvent(server, { state: 'DRAFT' });
  await link(server, await session('deleted', { deleted_at: '2026-01-01' }), await profile(eve));
  const other = await makeEvent(server);
  await link(
    server,
    await session('of a deleted profile', {}, other),
    await profile(eve, { deleted_at: '2026-01-01' }, other),
  );
  await session('entered', { creator_id: eve.userId, entered_by_team: true }, draft);
  expect(await titles(eve)).toEqual([]);
  // A profile stays whose session it is, whatever the state of the event.
  await link(server, await session('spoken in a draft', {}, draft), await profile(eve, {}, draft));
  expect(await titles(eve)).toEqual(['spoken in a draft']);
});

it('are paged and filtered like any list, in one statement', async () => {
  const asked =
    '{ viewer { sessions(first: 1, orderBy: TITLE_ASC, filter: { title: { startsWith: "2" } }) { nodes { title } pageInfo { hasNextPage } } } }';
  const statements = await server.statements(async () => {
    expect((await server.ask(asked, {}, ada)).data!.viewer.sessions).toEqual({
      nodes: [{ title: '2 spoken' }],
      pageInfo: { hasNextPage: false },
    });
  });
  expect(statements.filter((text) => text.includes('session_people'))).toHaveLength(1);
});
