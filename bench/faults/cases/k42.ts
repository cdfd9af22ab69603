/** K42: faults that nobody catches. */
import type { FaultCase } from '../case.ts';
import { smallRead } from '../works.ts';

export const k42: FaultCase = {
  id: 'K42',
  fault:
    'a rejection that nobody handles, and an exception that nobody catches, in the server and in a worker',
  expected: 'the log has it with its stack; the process lets what runs finish and ends with 1',
  async run(stage) {
    const database = await stage.database();
    const found: string[] = [];
    let isWell = true;
    for (const words of [['start', '--no-demo'], ['worker']]) {
      for (const order of ['reject', 'throw'] as const) {
        const server = await stage.server(database, { words });
        const held = words[0] === 'start' ? await database.hold('LOCK TABLE events') : null;
        const running = held
          ? server.ask(smallRead).then(
              ({ errors }) => errors[0]?.extensions.code ?? 'ok',
              () => 'cut',
            )
          : null;
        if (held) while ((await database.count('pg_locks WHERE NOT granted')) === 0);
        const began = performance.now();
        const ended = new Promise((resolve) => server.child.once('exit', resolve));
        server.tell(order);
        setTimeout(() => void held?.letGo(), 500);
        await ended;
        const seconds = (performance.now() - began) / 1000;
        const isLogged = server.log.some(
          (line) => line.includes('"level":60') && line.includes('that nobody') && line.includes('probe.ts'),
        );
        const request = await running;
        if (
          !isLogged ||
          server.child.exitCode !== 1 ||
          seconds > 10 ||
          (request !== null && request !== 'ok')
        )
          isWell = false;
        found.push(
          `${words[0]}, ${order}: code ${server.child.exitCode} after ${seconds.toFixed(1)} s, ${isLogged ? 'logged' : 'NOT LOGGED'}${request ? `, the running request ${request}` : ''}`,
        );
      }
    }
    return { passed: isWell, figure: found.join('; ') };
  },
};
