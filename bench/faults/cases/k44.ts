/** K44: rights that are taken away on one instance, as the other sees it. */
import { randomUUID } from 'node:crypto';
import { encodeId } from '../../../dist/src/platform/graphql/node.js';
import { spread } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { subscribe } from '../sockets.ts';

const rounds = 20;

export const k44: FaultCase = {
  id: 'K44',
  fault: `a person is taken off the team of a draft on one instance, ${rounds} times; they read and listen on another`,
  expected: 'the next request is refused the draft, and nothing more is told over the socket',
  async run(stage) {
    const database = await stage.database();
    const [one, two] = [await stage.server(database), await stage.server(database)];
    const { token } = stage.world;
    const { member, draft } = stage.world;
    const id = encodeId('Event', draft);
    const read = async () =>
      (await two.ask('query Read($id: ID!) { event(id: $id) { id } }', { id }, { token: member.token })).data
        ?.event ?? null;
    const times: number[] = [];
    let [seen, told] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const membership = randomUUID();
      await database.sql(
        `INSERT INTO event_members (id, event_id, user_id, role) VALUES ($1, $2, $3, 'ORGANIZER')`,
        [membership, draft, member.userId],
      );
      if ((await read()) === null) throw new Error('the member does not see the draft');
      const socket = await subscribe(
        two.url,
        `subscription { eventChanged(eventId: "${id}") { kind } }`,
        member.token,
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { errors } = await one.ask(
        'mutation Remove($id: ID!) { removeEventMember(id: $id) { deletedId } }',
        { id: encodeId('EventMember', membership) },
        { token },
      );
      if (errors[0]) throw new Error(errors[0].message);
      const at = performance.now();
      const before = socket.messages.length;
      if ((await read()) !== null) seen += 1;
      times.push(performance.now() - at);
      await one.ask(
        'mutation Rename($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { event { id } } }',
        { id, input: { ownerName: `Name ${round}` } },
        { token },
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      // That it ends, or that the draft is gone for them, may be told; what it has become may not.
      told += socket.messages
        .slice(before)
        .filter(({ data }) => data?.eventChanged?.kind === 'UPDATED').length;
      socket.close();
    }
    return {
      passed: seen === 0 && told === 0,
      figure: `the draft seen afterwards: ${seen} of ${rounds}; changes told afterwards: ${told}; the refusing answer took ${spread(times, 'ms')}`,
    };
  },
};
