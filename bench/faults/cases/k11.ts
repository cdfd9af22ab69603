/** K11: PostgreSQL is not there at the start. */
import type { FaultCase } from '../case.ts';

export const k11: FaultCase = {
  id: 'K11',
  fault: 'PostgreSQL away at the start of the server and of a worker, and back afterwards',
  expected: 'both end soon with a code other than 0 and say why; whoever supervises them starts them again',
  async run(stage) {
    const database = await stage.database();
    await stage.postgres.crash();
    const ends: { code: number | null; seconds: number; line: string }[] = [];
    for (const words of [['start', '--no-demo'], ['worker']]) {
      const began = performance.now();
      const server = await stage.server(database, { words, waits: false });
      await new Promise((resolve) => (server.isAlive ? server.child.once('exit', resolve) : resolve(null)));
      ends.push({
        code: server.child.exitCode,
        seconds: (performance.now() - began) / 1000,
        line: server.log.at(-1) ?? '',
      });
    }
    await stage.postgres.start();
    const began = performance.now();
    await stage.server(database);
    return {
      passed: ends.every(({ code, seconds, line }) => code === 1 && seconds < 15 && /database/i.test(line)),
      figure: `${ends.map(({ code, seconds, line }) => `code ${code} after ${seconds.toFixed(1)} s, “${line}”`).join('; ')}; started again, ready after ${((performance.now() - began) / 1000).toFixed(1)} s`,
    };
  },
};
