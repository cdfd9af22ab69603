/** K43: two instances, one of which is killed. */
import { spread, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { startRedis } from '../redis.ts';
import { subscribe } from '../sockets.ts';

const [rounds, sockets] = [20, 20];
const rename =
  'mutation Rename($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { event { id } } }';

export const k43: FaultCase = {
  id: 'K43',
  fault: `${sockets} sockets on one instance, ${rounds} changes on another, with Redis between; then kill -9 of the one with the sockets`,
  expected:
    'every change reaches every socket; the sockets end at once, and clients hear on from the other instance',
  async run(stage) {
    const redis = await startRedis(stage);
    const database = await stage.database();
    const env = { REDIS_URL: redis.url };
    const [one, two] = [await stage.server(database, { env }), await stage.server(database, { env })];
    const query = `subscription { eventChanged(eventId: "${stage.world.eventId}") { kind } }`;
    const open = await Promise.all(Array.from({ length: sockets }, () => subscribe(one.url, query)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const change = async (name: string) => {
      const { errors } = await two.ask(
        rename,
        { id: stage.world.eventId, input: { ownerName: name } },
        { token: stage.world.token },
      );
      if (errors[0]) throw new Error(errors[0].message);
    };
    const times: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await change(`Name ${round}`);
      times.push(await until(async () => open.every(({ messages }) => messages.length >= round), 10_000, 1));
    }
    const at = performance.now();
    await one.end('SIGKILL');
    await Promise.all(open.map(({ closed }) => closed));
    const ended = performance.now() - at;
    const moved = await Promise.all(Array.from({ length: sockets }, () => subscribe(two.url, query)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await change('Afterwards');
    const heard = await until(async () => moved.every(({ messages }) => messages.length === 1), 10_000, 1);
    for (const socket of moved) socket.close();
    const lost = open.reduce((sum, { messages }) => sum + (rounds - messages.length), 0);
    return {
      passed: lost === 0,
      figure: `lost: ${lost} of ${rounds * sockets}; after the answer to the mutation: ${spread(times, 'ms')}; sockets of the killed one ended after ${ended.toFixed(0)} ms; on the other the next change arrived after ${heard.toFixed(0)} ms`,
    };
  },
};
