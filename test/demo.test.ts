/** The demo on an empty database: loaded once, with both events, every state and every role, and sign-ins that work. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setUpSecret } from '../src/accounts/set-up.ts';
import { formatDemo, loadDemo } from '../src/demo/index.ts';
import type { DemoSignIn } from '../src/demo/index.ts';
import { EventRole } from '../src/events/event.states.ts';
import { SessionState } from '../src/sessions/session.states.ts';
import { rowCounts } from './kit/row-counts.ts';
import type { TestServer } from './kit/server.ts';
import { startServer } from './kit/server.ts';

let server: TestServer;
let signIns: DemoSignIn[];

beforeAll(async () => {
  server = await startServer();
  // Two that start at once: one of them loads it.
  const loaded = await Promise.all([loadDemo(server.app), loadDemo(server.app)]);
  expect(loaded.filter((one) => one === null)).toHaveLength(1);
  signIns = loaded.find((one) => one !== null)!;
});
afterAll(() => server.close());

const passwordOf = (role: string) => signIns.find((person) => person.role === role)!;

describe('the demo', () => {
  it('has a super admin, so that no set-up secret is made beside it', async () => {
    expect(await setUpSecret(server.app)).toBeNull();
  });

  it('is loaded into an empty database only', async () => {
    const before = await rowCounts(server);
    expect(await loadDemo(server.app)).toBeNull();
    expect(await rowCounts(server)).toEqual(before);
  });

  it('has a published event and a draft, which nobody sees who is not on its team', async () => {
    expect(await server.sql('SELECT name, state FROM events ORDER BY starts_at')).toEqual([
      { name: 'Lighthouse Days', state: 'PUBLISHED' },
      { name: 'Winter meeting on offline maps', state: 'DRAFT' },
    ]);
    const { data } =
      await server.ask(`{ events { nodes { name tracks { totalCount } rooms { totalCount } sessionTypes { totalCount }
      sponsors { totalCount } sessions { totalCount } callForSpeakers { startsAt endsAt } } } }`);
    expect(data!.events.nodes).toEqual([
      expect.objectContaining({
        name: 'Lighthouse Days',
        sessions: { totalCount: 10 },
        sponsors: { totalCount: 4 },
      }),
    ]);
    const { startsAt, endsAt } = data!.events.nodes[0].callForSpeakers;
    expect(Date.parse(startsAt)).toBeLessThan(Date.now());
    expect(Date.parse(endsAt)).toBeGreaterThan(Date.now());
  });

  it('has sessions in every state, scheduled ones within their event', async () => {
    const states = await server.sql('SELECT DISTINCT state FROM sessions');
    expect(states.map(({ state }) => state).sort()).toEqual(Object.keys(SessionState).sort());
    const outside = await server.sql(
      'SELECT s.title FROM sessions s JOIN events e ON e.id = s.event_id WHERE s.starts_at < e.starts_at OR s.ends_at > e.ends_at OR s.ends_at <= s.starts_at',
    );
    expect(outside).toEqual([]);
  });

  it('has somebody in every role, and a session that somebody submitted', async () => {
    const roles = await server.sql('SELECT DISTINCT role FROM event_members');
    expect(roles.map(({ role }) => role).sort()).toEqual(Object.keys(EventRole).sort());
    const [flags] = await server.sql(
      `SELECT count(*) FILTER (WHERE is_super_admin)::int AS "superAdmins", count(*) FILTER (WHERE is_admin)::int AS admins,
         count(*) FILTER (WHERE NOT is_verified)::int AS unverified, count(*)::int AS all FROM users`,
    );
    expect(flags).toEqual({ superAdmins: 1, admins: 1, unverified: 1, all: 11 });
    const submitted = await server.sql(
      `SELECT s.state FROM sessions s JOIN users u ON u.id = s.creator_id WHERE NOT s.entered_by_team AND u.email = $1 ORDER BY s.state`,
      [passwordOf('speaker').email],
    );
    expect(submitted.map(({ state }) => state)).toEqual(['ACCEPTED', 'DRAFT', 'PENDING']);
  });

  it('keeps passwords as hashes only, and prints them aligned', async () => {
    const stored = await server.sql('SELECT password_hash FROM users');
    expect(stored.every(({ password_hash }) => password_hash.startsWith('$argon2id$'))).toBe(true);
    expect(new Set(signIns.map(({ password }) => password)).size).toBe(signIns.length);
    const lines = formatDemo(signIns).split('\n');
    expect(new Set(lines.slice(1).map((line) => line.indexOf('@demo.example') > 0))).toEqual(new Set([true]));
    expect(new Set(lines.slice(1).map((line) => line.length)).size).toBe(1);
  });

  it('lets each of its people sign in with the password that was printed', async () => {
    for (const { email, password } of signIns) {
      const answer = await server.ask(
        'mutation ($email: String!, $password: String!) { signIn(input: { login: $email, password: $password }) { viewer { email } } }',
        { email, password },
      );
      expect(answer).toEqual({ data: { signIn: { viewer: { email } } } });
    }
  });
});
