/** K14: many more slow queries than connections. */
import { setTimeout as rest } from 'node:timers/promises';
import { percentile, until } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { tally } from '../load.ts';
import { smallRead } from '../works.ts';

const [pool, times] = [10, 10];

export const k14: FaultCase = {
  id: 'K14',
  fault: `${times} times as many queries that wait for a lock as there are connections (${pool})`,
  expected:
    'one address has half of them; waiting is bounded: 5 s, then RATE_LIMITED or UNAVAILABLE with Retry-After; /health and what needs no database are answered meanwhile',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database, { env: { POOL_SIZE: String(pool) } });
    const held = await database.hold('LOCK TABLE rooms');
    const slow = `{ event(id: "${stage.world.eventId}") { id rooms { nodes { id name } } } }`;
    const began = performance.now();
    const waiters = Array.from({ length: pool * times }, async () => {
      const answer = await server.ask(slow, {}, { token: stage.world.token });
      return {
        ...answer,
        ms: performance.now() - began,
        outcome: String(answer.errors[0]?.extensions.code ?? 'ok'),
      };
    });
    await rest(500);
    const cheap: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      const at = performance.now();
      const [health, { errors }] = await Promise.all([
        server.status('/health'),
        server.ask('{ __typename }'),
      ]);
      if (health !== 200 || errors.length > 0) throw new Error(`/health said ${health}`);
      cheap.push(performance.now() - at);
    }
    const ready = await server.status('/ready');
    await rest(6000 - (performance.now() - began));
    await held.letGo();
    const at = performance.now();
    await until(async () => (await server.ask(smallRead)).errors.length === 0);
    const normal = performance.now() - at;
    const answers = await Promise.all(waiters);
    const refused = answers.filter(({ outcome }) => outcome !== 'ok');
    return {
      passed:
        answers.every(({ outcome }) => ['ok', 'RATE_LIMITED', 'UNAVAILABLE'].includes(outcome)) &&
        refused.every(({ ms, retryAfter }) => ms < 6000 && retryAfter !== undefined) &&
        normal < 500,
      figure: `${tally(answers)}; those refused waited ${percentile(
        refused.map(({ ms }) => ms),
        0.99,
      ).toFixed(
        0,
      )} ms at p99, got ${[...new Set(refused.map(({ status, retryAfter }) => `${status} with Retry-After ${retryAfter}`))]}; /health and { __typename } meanwhile: ${percentile(cheap, 1).toFixed(0)} ms at worst; /ready ${ready}; normal after ${normal.toFixed(0)} ms`,
    };
  },
};
