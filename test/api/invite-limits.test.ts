/** Invites reach people who did not ask for them: so many in a day, and none of the inviter's words in a subject. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person, PersonOptions } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createOrganization, holdRole } from '../kit/collaborations.ts';
import type { Made } from '../kit/event-rows.ts';
import { giveRole, link, make, makeEvent } from '../kit/event-rows.ts';
import { sentMails } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const byKind = {
  role: 'mutation ($input: CreateRoleInviteInput!) { createRoleInvite(input: $input) { roleInvite { id } } }',
  speaker:
    'mutation ($input: CreateSpeakerInviteInput!) { createSpeakerInvite(input: $input) { speakerInvite { id } } }',
  member: 'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { membershipInvite { id } } }',
} as const;

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startServer({
    INVITES_PER_PERSON: '4',
    INVITES_OF_NEW_PERSON: '3',
    INVITES_OF_UNVERIFIED: '1',
    INVITES_PER_PLACE: '6',
  });
});
afterAll(() => server.close());

/** What a person invites to: an event of theirs with a session, and an organization. */
async function place(of: TestServer, name = 'Open day') {
  const event = await makeEvent(of);
  await of.sql('UPDATE events SET name = $2 WHERE id = $1', [event.uuid, name]);
  const session = await make(of, 'Session', { event_id: event.uuid, title: name, state: 'ACCEPTED' });
  const organization = await createOrganization(of, `${name} ${(count += 1)}`);
  return { event, session, organization };
}
type Place = Awaited<ReturnType<typeof place>>;

async function organizerOf(
  of: TestServer,
  { event, organization }: Place,
  options: PersonOptions & { readonly isNew?: boolean } = {},
): Promise<Person> {
  const { isNew = false, ...given } = options;
  const person = await createPerson(of, given);
  if (!isNew)
    await of.sql(`UPDATE users SET created_at = now() - interval '30 days' WHERE id = $1`, [person.userId]);
  await giveRole(of, event, person, 'ORGANIZER');
  await holdRole(of, person, 'Organization Admin', organization);
  return person;
}

/** Invites a stranger; `ok`, or the code that refused it. */
async function invite(
  of: TestServer,
  kind: keyof typeof byKind,
  by: Person,
  { event, session, organization }: Place,
): Promise<string> {
  const email = `stranger${(count += 1)}@example.org`;
  const at = {
    role: { eventId: event.id, role: 'MODERATOR' },
    speaker: { sessionId: session.id },
    member: { organizationId: encodeId('Organization', organization) },
  }[kind];
  const { errors } = await of.ask(byKind[kind], { input: { ...at, email } }, by);
  const { code, retryAfter } = errors?.[0].extensions ?? { code: 'ok' };
  if (code === 'RATE_LIMITED') expect(retryAfter).toBeGreaterThan(3600);
  return code as string;
}
const kinds = Object.keys(byKind) as (keyof typeof byKind)[];
const refused = 'RATE_LIMITED';

describe('a person', () => {
  it('invites so many people in a day, whatever to: fewer from a new account, hardly any from an unverified one', async () => {
    for (const [options, most] of [
      [{}, 4],
      [{ isNew: true }, 3],
      [{ isVerified: false }, 1],
    ] as const) {
      const at = await place(server);
      const person = await organizerOf(server, at, options);
      const found: string[] = [];
      for (let time = 0; time < 6; time += 1) found.push(await invite(server, kinds[time % 3], person, at));
      expect([options, found]).toEqual([
        options,
        [...Array(most).fill('ok'), ...Array(6 - most).fill(refused)],
      ]);
    }
  });

  it('counts what they send again or elsewhere, and nothing that was refused', async () => {
    const at = await place(server);
    const person = await organizerOf(server, at);
    const made = await server.ask(
      byKind.role,
      { input: { eventId: at.event.id, email: 'again@example.org', role: 'MODERATOR' } },
      person,
    );
    const { id } = made.data!.createRoleInvite.roleInvite;
    const twice = { input: { eventId: at.event.id, email: 'again@example.org', role: 'MODERATOR' } };
    for (let time = 0; time < 5; time += 1)
      expect((await server.ask(byKind.role, twice, person)).errors![0].extensions.code).toBe('CONFLICT');
    const verbs = [
      'mutation ($id: ID!) { resendRoleInvite(id: $id) { roleInvite { id } } }',
      'mutation ($id: ID!) { updateRoleInvite(id: $id, input: { email: "other@example.org" }) { roleInvite { id } } }',
    ];
    for (const verb of verbs) expect((await server.ask(verb, { id }, person)).errors).toBeUndefined();
    expect(
      (
        await server.ask(
          'mutation ($id: ID!) { updateRoleInvite(id: $id, input: { role: REGISTRAR }) { roleInvite { role } } }',
          { id },
          person,
        )
      ).errors,
    ).toBeUndefined();
    expect(await invite(server, 'speaker', person, at)).toBe('ok');
    expect((await server.ask(verbs[0], { id }, person)).errors![0].extensions.code).toBe(refused);
  });

  it('leaves nothing behind where they are refused', async () => {
    const at = await place(server);
    const person = await organizerOf(server, at, { isVerified: false });
    expect(await invite(server, 'role', person, at)).toBe('ok');
    const rows = async () =>
      (
        await server.sql(
          'SELECT (SELECT count(*) FROM role_invites) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM activities) AS count',
        )
      )[0].count as string;
    const before = await rows();
    expect(await invite(server, 'role', person, at)).toBe(refused);
    expect(await rows()).toBe(before);
  });

  it('who may not invite there takes nothing from those who may', async () => {
    const at = await place(server);
    const [organizer, stranger] = [await organizerOf(server, at), await createPerson(server)];
    for (let time = 0; time < 8; time += 1)
      expect(await invite(server, 'role', stranger, at)).toBe('FORBIDDEN');
    expect(await invite(server, 'role', organizer, at)).toBe('ok');
  });
});

it('an event or organization is invited to so often in a day, however many people invite', async () => {
  const at = await place(server);
  const people = [
    await organizerOf(server, at),
    await organizerOf(server, at),
    await organizerOf(server, at),
  ];
  for (const kind of ['role', 'member'] as const) {
    const found: string[] = [];
    for (let time = 0; time < 8; time += 1) {
      if (time > 0 && time % 2 === 0) await server.sql(`DELETE FROM rate_limits WHERE key LIKE 'invites:%'`);
      found.push(await invite(server, time % 2 && kind === 'role' ? 'speaker' : kind, people[time % 3], at));
    }
    expect([kind, found]).toEqual([kind, [...Array(6).fill('ok'), refused, refused]]);
  }
  expect(
    await invite(
      server,
      'role',
      people[0],
      await place(server).then(
        async (other) => (await giveRole(server, other.event, people[0], 'ORGANIZER'), other),
      ),
    ),
  ).toBe('ok');
});

it('the speakers of a real event are invited in one afternoon by somebody new; 130 strangers in a row are not', async () => {
  await using usual = await startServer();
  const at = await place(usual);
  const person = await organizerOf(usual, at, { isNew: true });
  const found: string[] = [];
  for (let time = 0; time < 130; time += 1)
    found.push(await invite(usual, time < 80 ? 'speaker' : 'role', person, at));
  expect(found.indexOf(refused)).toBe(100);
  expect(new Set(found.slice(100))).toEqual(new Set([refused]));
});

it('a mail to somebody who did not ask for it has none of the words of whoever caused it in its subject, in any language', async () => {
  const words = 'BUY NOW';
  await using usual = await startServer();
  const at = await place(usual, words);
  const person = await organizerOf(usual, at, { publicName: words, firstName: words, lastName: words });
  const subjects: string[] = [];
  for (const locale of ['en', 'de', 'fr']) {
    await usual.sql('UPDATE users SET locale = $1', [locale]);
    for (const kind of kinds) expect(await invite(usual, kind, person, at)).toBe('ok');
    subjects.push(...(await sentMails(usual)).map(({ subject }) => subject));
    const stranger = await make(usual, 'Speaker', {
      event_id: at.event.uuid,
      name: words,
      email: `entered.${locale}@example.org`,
    });
    await link(usual, at.session, stranger);
    const told: Made = at.session;
    const to = locale === 'de' ? 'CONFIRMED' : 'ACCEPTED';
    if (locale !== 'en')
      expect(
        (
          await usual.ask(
            `mutation ($id: ID!) { transitionSession(id: $id, to: ${to}) { session { state } } }`,
            { id: told.id },
            person,
          )
        ).errors,
      ).toBeUndefined();
    subjects.push(...(await sentMails(usual)).map(({ subject }) => subject));
  }
  expect(subjects.length).toBeGreaterThan(10);
  expect(subjects.filter((subject) => subject.includes(words))).toEqual([]);
});
