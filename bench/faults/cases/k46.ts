/** K46: a flood of the costliest reads that the limits allow to strangers, and whether people can sign in meanwhile. */
import { setTimeout as rest } from 'node:timers/promises';
import { hashPassword } from '../../../dist/src/platform/auth/passwords.js';
import { percentile } from '../case.ts';
import type { FaultCase } from '../case.ts';
import { tally } from '../load.ts';

const [atOnce, signIns, password] = [200, 20, 'a passphrase of this bench'];

/** As many conditions as an operation may have, each as long as it may be, and none of them with an index to help. */
const conditions = Array.from({ length: 50 }, (_, at) =>
  at % 2
    ? `{ name: { contains: "${`${at} e o `.repeat(40).slice(0, 200)}" } }`
    : `{ search: "${`conf${at} day peop nam `.repeat(20).slice(0, 200)}" }`,
);
const costly = `{ events(first: 100, filter: { or: [${conditions.join(' ')}] }) { totalCount nodes { id sessions(first: 20) { totalCount nodes { id title speakers(first: 5) { nodes { id name } } } } } } }`;
const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { expiresAt } }';

export const k46: FaultCase = {
  id: 'K46',
  fault: `${atOnce} strangers at once from one network address ask for the costliest filter that the limits allow, for 10 s`,
  expected:
    'signing in works meanwhile, from another address and from the same one; refusals say when to come again',
  async run(stage) {
    const database = await stage.database();
    const server = await stage.server(database);
    await database.sql(
      `UPDATE users SET password_hash = $1, is_verified = true WHERE email = 'person1@example.org'`,
      [await hashPassword(password)],
    );
    const timed = async (): Promise<{ ms: number; outcome: string }> => {
      const began = performance.now();
      const { errors } = await server.ask(signIn, { input: { login: 'person1@example.org', password } });
      return { ms: performance.now() - began, outcome: String(errors[0]?.extensions.code ?? 'ok') };
    };
    const before = [await timed(), await timed(), await timed()];
    const reads: { outcome: string; ms: number; retryAfter: string | undefined }[] = [];
    let isOver = false;
    const flood = Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (!isOver) {
          const began = performance.now();
          const { errors, retryAfter } = await server.ask(costly, {}, { isMany: true });
          reads.push({
            outcome: String(errors[0]?.extensions.code ?? 'ok'),
            ms: performance.now() - began,
            retryAfter,
          });
          // Whoever is refused comes again at once, which is worse than what well-behaved clients do.
          if (errors.length > 0) await rest(50);
        }
      }),
    );
    const during: { ms: number; outcome: string }[] = [];
    await rest(500);
    for (let time = 0; time < signIns; time += 1) {
      during.push(await timed());
      await rest(400);
    }
    isOver = true;
    await flood;
    const refused = reads.filter(({ outcome }) => outcome !== 'ok');
    const ms = (of: readonly { ms: number }[], share: number) =>
      `${percentile(
        of.map((one) => one.ms),
        share,
      ).toFixed(0)} ms`;
    return {
      passed:
        during.every(({ outcome }) => outcome === 'ok') &&
        refused.every(
          ({ outcome, retryAfter }) =>
            ['RATE_LIMITED', 'UNAVAILABLE'].includes(outcome) && retryAfter !== undefined,
        ),
      figure: `signing in: ${ms(before, 0.5)} before; meanwhile median ${ms(during, 0.5)}, worst ${ms(during, 1)} (n = ${signIns}, ${tally(during)}); the flood: ${tally(reads)}, median of those answered ${ms(
        reads.filter(({ outcome }) => outcome === 'ok'),
        0.5,
      )}`,
    };
  },
};
