/** K34: what the heaviest legal reads do to everybody else in the process. */
import { setTimeout as rest } from 'node:timers/promises';
import { percentile, spread } from '../case.ts';
import type { FaultCase } from '../case.ts';

const rounds = 10;
/** Nearly all of what MAX_COST_SIGNED_IN and MAX_COST_ANONYMOUS allow for. */
const signedIn =
  '{ events(first: 100) { nodes { id name sessions(first: 40) { nodes { id title longAbstract state speakers(first: 20) { nodes { id name longBiography email } } } } } } }';
const anonymous =
  '{ events(first: 100) { nodes { id name sessions(first: 40) { nodes { id title longAbstract speakers(first: 3) { nodes { id name longBiography } } } } } } }';

export const k34: FaultCase = {
  id: 'K34',
  fault: `the largest reads that the cost limits allow, ${rounds} times one after the other, beside small ones`,
  expected: 'the event loop is late by at most 50 ms',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    const parts: string[] = [];
    let worst = 0;
    for (const [name, query, token] of [
      ['everybody’s', anonymous, undefined],
      ['a signed-in person’s', signedIn, stage.world.token],
    ] as const) {
      for (let warm = 0; warm < 4; warm += 1) {
        const { errors } = await server.ask(query, {}, token ? { token } : {});
        if (errors[0]) throw new Error(errors[0].message);
      }
      server.tell('measure');
      const [took, small]: [number[], number[]] = [[], []];
      let isOver = false;
      const others = (async () => {
        for (; !isOver; await rest(10)) {
          const at = performance.now();
          await server.ask('{ __typename }');
          small.push(performance.now() - at);
        }
      })();
      for (let round = 0; round < rounds; round += 1) {
        const at = performance.now();
        await server.ask(query, {}, token ? { token } : {});
        took.push(performance.now() - at);
      }
      isOver = true;
      await others;
      const { delayMs } = await server.report();
      worst = Math.max(worst, delayMs.most);
      parts.push(
        `${name}: took ${spread(took, 'ms')}; late by p99 ${delayMs.p99.toFixed(0)}, at worst ${delayMs.most.toFixed(0)} ms; small ones meanwhile p99 ${percentile(small, 0.99).toFixed(0)} ms`,
      );
    }
    return { passed: worst <= 50, figure: parts.join('. ') };
  },
};
