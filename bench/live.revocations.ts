/**
 * How long a subscription outlives the right to it: `npm run bench:live-revocations -- [rounds]`. Each right is taken away by a
 * mutation at one of two instances, from a subscriber at each; the time is taken from before the mutation is sent (it
 * begins before the commit, so the figures are no less than what is asked for) to the end of the subscription. A token's
 * end is timed from the moment that it says itself.
 */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { encodeId } from '../dist/src/platform/graphql/node.js';
import type { Federation, Installation, Instance, Person } from './live.instances.ts';
import { makeFederation, runBench, startInstallation } from './live.instances.ts';

const rounds = Number(process.argv[2] ?? 10);
/** Milliseconds. */
const bar = 1000;
const now = () => performance.timeOrigin + performance.now();

/** A subscription that stands; resolves with the time of its end, whatever ended it. */
async function listen(
  { socket }: Instance,
  token: string,
  query: string,
): Promise<{ ended: Promise<number>; how: () => string }> {
  let how = '';
  let end: (at: number) => void = () => {};
  const ended = new Promise<number>((resolve) => (end = resolve));
  const over = (what: string) => {
    how ||= what;
    end(now());
  };
  const client = createClient({
    url: socket,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { closed: (event) => over(String((event as { code: number }).code)) },
  });
  client.subscribe(
    { query },
    {
      next: ({ errors }) => errors && over(String(errors[0]!.extensions?.code)),
      error: (error) => over(JSON.stringify(error)),
      complete: () => over('complete'),
    },
  );
  await new Promise<void>((resolve, reject) =>
    client.subscribe({ query: '{ __typename }' }, { next: () => {}, error: reject, complete: resolve }),
  );
  if (how) throw new Error(`a subscription did not stand: ${how}`);
  return { ended: ended.finally(() => setImmediate(() => void client.dispose())), how: () => how };
}

/** One round of a case: who listens to what, and what takes the right away. */
interface Round {
  readonly person: Person;
  readonly query: string;
  /** Resolves with the time at which it began. */
  take(): Promise<number>;
}

/** All cases by name. */
async function casesOf(
  installation: Installation,
  federation: Federation,
): Promise<Record<string, () => Promise<Round>>> {
  const { client, instances, ask, person } = installation;
  const boss = await person({ is_super_admin: true });
  const statuses = `subscription { taskStatusChanged(collaborationId: "${federation.collaboration}") { status } }`;
  const by = (token: string, mutation: string, variables: Record<string, unknown>) => async () => {
    const at = now();
    await ask(instances[0]!, mutation, variables, token);
    return at;
  };
  const member = async () => {
    const somebody = await person();
    return { somebody, membership: await federation.join(somebody), user: encodeId('User', somebody.userId) };
  };
  const role = (
    await client.query<{ id: string }>(
      "SELECT id FROM roles WHERE name = 'Researcher' AND organization_id IS NULL",
    )
  ).rows[0]!.id;
  const rule = (
    await client.query<{ id: string }>(
      "SELECT id FROM rules WHERE resource = 'live' AND operation = 'RECEIVE' AND scope = 'ORGANIZATION'",
    )
  ).rows[0]!.id;
  const o = federation.organization;
  return {
    'role taken away': async () => {
      const { somebody, user } = await member();
      const revoke =
        'mutation ($u: ID!, $r: ID!, $o: ID!) { revokeRole(userId: $u, roleId: $r, organizationId: $o) { user { id } } }';
      return {
        person: somebody,
        query: statuses,
        take: by(boss.token, revoke, { u: user, r: encodeId('Role', role), o }),
      };
    },
    'rule taken away': async () => {
      const { somebody, membership, user } = await member();
      await client.query('DELETE FROM role_assignments WHERE user_id = $1', [somebody.userId]);
      await client.query(
        `INSERT INTO rule_grants (id, user_id, rule_id, membership_id) SELECT gen_random_uuid(), $1, id, $2 FROM rules
         WHERE scope = 'ORGANIZATION' AND (resource, operation) IN (('live', 'RECEIVE'), ('task', 'VIEW'), ('collaboration', 'VIEW'))`,
        [somebody.userId, membership],
      );
      const take =
        'mutation ($u: ID!, $r: ID!, $o: ID!) { takeRule(userId: $u, ruleId: $r, organizationId: $o) { user { id } } }';
      return {
        person: somebody,
        query: statuses,
        take: by(boss.token, take, { u: user, r: encodeId('Rule', rule), o }),
      };
    },
    block: async () => {
      const { somebody, user } = await member();
      return {
        person: somebody,
        query: statuses,
        take: by(
          boss.token,
          'mutation ($u: ID!) { updateUser(id: $u, input: { isBlocked: true }) { user { id } } }',
          { u: user },
        ),
      };
    },
    'sign-out': async () => {
      const { somebody } = await member();
      return { person: somebody, query: statuses, take: by(somebody.token, 'mutation { signOut }', {}) };
    },
    'deleted object': async () => {
      const id = randomUUID();
      await client.query(
        `INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES ($1, $2, 'Day', '2030-03-01', '2030-03-02', 'PUBLISHED')`,
        [id, id.slice(0, 8)],
      );
      const somebody = await person();
      const event = encodeId('Event', id);
      return {
        person: somebody,
        query: `subscription { eventChanged(eventId: "${event}") { kind } }`,
        take: by(boss.token, 'mutation ($id: ID!) { deleteEvent(id: $id) { deletedId } }', { id: event }),
      };
    },
    'expired token': async () => {
      // Ends are whole seconds.
      const until = (Math.floor(now() / 1000) + 2) * 1000;
      const somebody = await person({}, until);
      await federation.join(somebody);
      return { person: somebody, query: statuses, take: async () => until };
    },
  };
}

async function bench(cleanup: AsyncDisposableStack): Promise<number> {
  const installation = await startInstallation(2, cleanup);
  const { instances } = installation;
  const federation = await makeFederation(installation);
  const lines: string[] = [];
  let slowest = 0;
  for (const [name, prepare] of Object.entries(await casesOf(installation, federation))) {
    const times: [number[], number[]] = [[], []];
    const ways = new Set<string>();
    for (let round = 0; round <= rounds; round += 1) {
      const { person, query, take } = await prepare();
      const listening = await Promise.all(instances.map((instance) => listen(instance, person.token, query)));
      const at = await take();
      const ends = await Promise.race([Promise.all(listening.map(({ ended }) => ended)), rest(10_000)]);
      if (!ends) throw new Error(`${name}: a subscription did not end`);
      for (const { how } of listening) ways.add(how());
      // The first round warms both instances up.
      if (round > 0) ends.forEach((end, index) => times[index]!.push(end - at));
    }
    const [same, other] = times.map((all) => all.sort((a, b) => a - b));
    slowest = Math.max(slowest, same!.at(-1)!, other!.at(-1)!);
    const figures = [same!, other!]
      .flatMap((all) => [all[all.length >> 1]!, all.at(-1)!])
      .map((ms) => ms.toFixed(0).padStart(8));
    lines.push(`${name.padEnd(18)}${figures.join('')}   ${[...ways].join(', ')}`);
  }
  console.log(
    `Milliseconds from the mutation to the end of the subscription, ${rounds} rounds; bar ${bar}:\n`,
  );
  console.log(
    `${''.padEnd(18)}${['same', 'worst', 'other', 'worst'].map((word) => word.padStart(8)).join('')}   ended with`,
  );
  for (const line of lines) console.log(line);
  return slowest <= bar ? 0 : 1;
}

await runBench(bench);
