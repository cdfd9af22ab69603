/** Role invites and roles over HTTP: from the mail to the role, and everything that must not lead to one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleInviteMail } from '../../src/invites/role-invite.mail.ts';
import { createPerson } from '../kit/accounts.ts';
import type { Person } from '../kit/accounts.ts';
import type { Made } from '../kit/event-rows.ts';
import { codes, giveRole, makeEvent } from '../kit/event-rows.ts';
import { sentMails, tokenIn } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const invite = `mutation ($input: CreateRoleInviteInput!) { createRoleInvite(input: $input) {
  roleInvite { id eventName role status expiresAt email event { id } invitedBy { id } } } }`;
const update = `mutation ($id: ID!, $input: UpdateRoleInviteInput!) { updateRoleInvite(id: $id, input: $input) { roleInvite { role email status } } }`;
const onId = (verb: string) => `mutation ($id: ID!) { ${verb}(id: $id) { roleInvite { status } } }`;
const erase = 'mutation ($id: ID!) { deleteRoleInvite(id: $id) { deletedId } }';
const accept =
  'mutation ($token: String, $id: ID) { acceptRoleInvite(token: $token, id: $id) { roleInvite { status role event { id name } } } }';
const decline =
  'mutation ($token: String, $id: ID) { declineRoleInvite(token: $token, id: $id) { roleInvite { status } } }';
const byToken =
  'query ($token: String!) { roleInvite(token: $token) { eventName role status expiresAt email event { id } invitedBy { id } } }';

let server: TestServer;
let owner: Person,
  organizer: Person,
  coorganizer: Person,
  moderator: Person,
  admin: Person,
  ada: Person,
  bob: Person;

beforeAll(async () => {
  server = await startServer({ PUBLIC_URL: 'https://convoke.example' });
  [owner, organizer, coorganizer, moderator, ada, bob] = await Promise.all(
    Array.from({ length: 6 }, () => createPerson(server)),
  );
  admin = await createPerson(server, { isAdmin: true });
});
afterAll(() => server.close());

async function eventOf(state: 'DRAFT' | 'PUBLISHED' = 'DRAFT'): Promise<Made> {
  const event = await makeEvent(server, { state, call: 'none' });
  await giveRole(server, event, owner, 'OWNER');
  await giveRole(server, event, organizer, 'ORGANIZER');
  await giveRole(server, event, coorganizer, 'COORGANIZER');
  await giveRole(server, event, moderator, 'MODERATOR');
  return event;
}

/** Invites somebody, and returns the id of the invite and the token of its mail. */
async function invited(
  event: Made,
  { email }: { email: string },
  role = 'MODERATOR',
  by = owner,
): Promise<{ id: string; token: string }> {
  const answer = await server.ask(invite, { input: { eventId: event.id, email, role } }, by);
  expect(answer.errors).toBeUndefined();
  const [mail] = (await sentMails(server)).filter(({ to }) => to === email);
  return { id: answer.data!.createRoleInvite.roleInvite.id, token: tokenIn(mail) };
}
const rolesOf = async (event: Made, who: Person) =>
  (
    await server.sql('SELECT role FROM event_members WHERE event_id = $1 AND user_id = $2 ORDER BY role', [
      event.uuid,
      who.userId,
    ])
  ).map(({ role }) => role);

describe('the bearer of a token', () => {
  it('is shown the invite, and told that they may view none', async () => {
    const { id, token } = await invited(await eventOf(), { email: 'bearer@example.org' });
    const read = 'query ($token: String!) { roleInvite(token: $token) { status viewerCan } }';
    expect((await server.ask(read, { token }, bob)).data).toEqual({
      roleInvite: { status: 'PENDING', viewerCan: [] },
    });
    expect((await server.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, bob)).data).toEqual({
      node: null,
    });
    expect((await server.ask(read, { token }, owner)).data!.roleInvite.viewerCan).toContain('VIEW');
  });
});

describe('createRoleInvite', () => {
  it('sends a mail with a token that is in no row and in no read, good for seven days', async () => {
    const event = await eventOf();
    const before = Date.now();
    const answer = await server.ask(
      invite,
      { input: { eventId: event.id, email: ' Ada.New@Example.org ', role: 'COORGANIZER' } },
      organizer,
    );
    const made = answer.data!.createRoleInvite.roleInvite;
    expect(made).toEqual({
      id: expect.stringMatching(/^role_invite_/),
      eventName: 'Open day',
      role: 'COORGANIZER',
      status: 'PENDING',
      expiresAt: expect.any(String),
      email: 'ada.new@example.org',
      event: { id: event.id },
      invitedBy: { id: organizer.id },
    });
    expect(Math.abs(Date.parse(made.expiresAt) - before - 7 * 86_400_000)).toBeLessThan(60_000);
    const queued = await server.sql(`SELECT payload FROM outbox WHERE name = $1`, [roleInviteMail.name]);
    const [mail] = await sentMails(server);
    expect(mail).toMatchObject({
      to: 'ada.new@example.org',
      subject: 'You are invited to an event, as coorganizer',
    });
    const token = tokenIn(mail);
    expect(mail.text).toContain(`https://convoke.example/role-invites?token=${token}\n`);
    expect(
      JSON.stringify([
        queued,
        await server.sql('SELECT * FROM role_invites'),
        await server.sql('SELECT * FROM outbox'),
      ]),
    ).not.toContain(token);
    expect(
      (await server.ask('{ __type(name: "RoleInvite") { fields { name } } }')).data?.__type.fields.map(
        ({ name }: any) => name,
      ),
    ).not.toContain('token');
  });

  it('is refused by rights first, then by what is there already', async () => {
    const event = await eventOf();
    const ask = (input: object, who?: Person) =>
      server.ask(
        invite,
        { input: { eventId: event.id, email: 'x@example.org', role: 'MODERATOR', ...input } },
        who,
      );
    expect(codes(await ask({}))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await ask({}, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await ask({}, coorganizer))).toEqual(['FORBIDDEN']);
    expect(codes(await ask({ role: 'OWNER' }, organizer))).toEqual(['FORBIDDEN']);
    expect(codes(await ask({ role: 'ORGANIZER', email: organizer.email }, owner))).toEqual(['CONFLICT']);
    expect(codes(await ask({}, owner))).toEqual([]);
    expect(codes(await ask({ email: 'X@example.org' }, owner))).toEqual(['CONFLICT']);
    expect(codes(await ask({ role: 'REGISTRAR' }, admin))).toEqual([]);
    expect(codes(await ask({ email: 'nobody' }, owner))).toEqual(['BAD_USER_INPUT input.email']);
    await sentMails(server);
  });

  it('made by two at once is one invite', async () => {
    const event = await eventOf();
    const input = { eventId: event.id, email: 'twice@example.org', role: 'MODERATOR' };
    const answers = await Promise.all([
      server.ask(invite, { input }, owner),
      server.ask(invite, { input }, organizer),
    ]);
    expect(answers.flatMap(codes)).toEqual(['CONFLICT']);
    expect(await sentMails(server)).toHaveLength(1);
  });

  it('gives way once it has expired', async () => {
    const event = await eventOf();
    const { id } = await invited(event, { email: 'late@example.org' });
    await server.sql(`UPDATE role_invites SET expires_at = now() WHERE email = 'late@example.org'`);
    await invited(event, { email: 'late@example.org' });
    const { data } = await server.ask(
      'query ($id: ID!) { event(id: $id) { roleInvites(orderBy: CREATED_AT_ASC) { nodes { id status } } } }',
      { id: event.id },
      coorganizer,
    );
    expect(data!.event.roleInvites.nodes.map(({ status }: any) => status)).toEqual(['EXPIRED', 'PENDING']);
    expect(data!.event.roleInvites.nodes[0].id).toBe(id);
    expect(codes(await server.ask(onId('resendRoleInvite'), { id }, owner))).toEqual(['CONFLICT']);
  });
});

describe('the bearer of the token', () => {
  it('sees event, role, status and end, even of a draft, and no more', async () => {
    const { token } = await invited(await eventOf(), ada);
    for (const who of [undefined, bob]) {
      const answer = await server.ask(byToken, { token }, who);
      expect(answer.data!.roleInvite).toEqual({
        eventName: 'Open day',
        role: 'MODERATOR',
        status: 'PENDING',
        expiresAt: expect.any(String),
        email: null,
        event: null,
        invitedBy: null,
      });
      expect(answer.errors?.map(({ extensions }) => extensions.field).sort()).toEqual([
        'RoleInvite.email',
        'RoleInvite.event',
        'RoleInvite.invitedBy',
      ]);
    }
    expect((await server.ask(byToken, { token }, ada)).data!.roleInvite).toMatchObject({
      email: ada.email,
      event: null,
    });
    expect(await server.ask(byToken, { token: 'guess' })).toEqual({ data: { roleInvite: null } });
  });

  it('sees nothing once the event is deleted', async () => {
    const event = await eventOf();
    const { token } = await invited(event, ada);
    await server.sql('UPDATE events SET deleted_at = now() WHERE id = $1', [event.uuid]);
    expect((await server.ask(byToken, { token })).data).toEqual({ roleInvite: null });
    expect(codes(await server.ask(accept, { token }, ada))).toEqual(['NOT_FOUND']);
  });
});

describe('accepting', () => {
  it('writes the role and nothing else, tells sockets, and shows the event at once', async () => {
    const event = await eventOf();
    const { token } = await invited(event, ada);
    const account = () => server.sql('SELECT * FROM users WHERE id = $1', [ada.userId]);
    const [before] = await account();
    const answer = await server.ask(accept, { token }, ada);
    expect(answer).toEqual({
      data: {
        acceptRoleInvite: {
          roleInvite: { status: 'ACCEPTED', role: 'MODERATOR', event: { id: event.id, name: 'Open day' } },
        },
      },
    });
    expect(await rolesOf(event, ada)).toEqual(['MODERATOR']);
    const [after] = await account();
    expect({ ...after, last_seen_at: null }).toEqual({ ...before, last_seen_at: null });
    expect(await server.sql('SELECT 1 FROM notices WHERE topic = $1', [`user:${ada.userId}`])).toHaveLength(
      1,
    );
    const { data } = await server.ask('{ viewer { eventRoles { nodes { role event { id } } } } }', {}, ada);
    expect(data!.viewer.eventRoles.nodes).toContainEqual({ role: 'MODERATOR', event: { id: event.id } });
    const told = await server.sql(
      'SELECT action, object_type FROM activities WHERE actor_id = $1 ORDER BY action',
      [ada.userId],
    );
    expect(told).toEqual([
      { action: 'ACCEPT', object_type: 'RoleInvite' },
      { action: 'CREATE', object_type: 'EventMember' },
    ]);
  });

  it('works by id for the invitee, who finds it among the own invites', async () => {
    const event = await eventOf();
    const { id } = await invited(event, ada, 'REGISTRAR');
    const own =
      '{ viewer { roleInvites(filter: { status: { equals: PENDING } }) { totalCount nodes { id role } } } }';
    const { data } = await server.ask(own, {}, ada);
    expect(data!.viewer.roleInvites.nodes).toContainEqual({ id, role: 'REGISTRAR' });
    expect((await server.ask(own, {}, bob)).data!.viewer.roleInvites.nodes).toEqual([]);
    const told =
      '{ viewer { notifications(filter: { kind: { equals: "event.roleInvite" } }, first: 1) { nodes { subject { ... on RoleInvite { id eventName } } } } } }';
    expect((await server.ask(told, {}, ada)).data!.viewer.notifications.nodes).toEqual([
      { subject: { id, eventName: 'Open day' } },
    ]);
    expect(codes(await server.ask(accept, { id }, bob))).toEqual(['NOT_FOUND']);
    expect(codes(await server.ask(accept, { id }, organizer))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(accept, { id }, ada))).toEqual([]);
    expect(await rolesOf(event, ada)).toEqual(['REGISTRAR']);
  });

  it('is for the signed-in, verified owner of the address', async () => {
    const event = await eventOf('PUBLISHED');
    const unverified = await createPerson(server, { email: 'not.yet@example.org', isVerified: false });
    const { token, id } = await invited(event, unverified);
    expect(codes(await server.ask(accept, { token }))).toEqual(['UNAUTHENTICATED']);
    for (const who of [ada, owner, admin, unverified])
      expect(codes(await server.ask(accept, { token }, who))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(accept, { id }, unverified))).toEqual(['NOT_FOUND']);
    expect(
      (await server.ask('{ viewer { roleInvites { totalCount } } }', {}, unverified)).data!.viewer.roleInvites
        .totalCount,
    ).toBe(0);
    expect(await rolesOf(event, unverified)).toEqual([]);
    await server.sql('UPDATE users SET is_verified = true WHERE id = $1', [unverified.userId]);
    expect(codes(await server.ask(accept, { token }, unverified))).toEqual([]);
  });

  it('is NOT_FOUND with an unknown token, CONFLICT with a used, expired, canceled or declined one', async () => {
    const event = await eventOf();
    expect(codes(await server.ask(accept, { token: 'x'.repeat(43) }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await server.ask(accept, {}, ada))).toEqual(['BAD_USER_INPUT token']);
    const first = await invited(event, ada);
    expect(codes(await server.ask(accept, { token: first.token, id: first.id }, ada))).toEqual([
      'BAD_USER_INPUT token',
    ]);
    expect(codes(await server.ask(accept, { token: first.token }, ada))).toEqual([]);
    expect(codes(await server.ask(accept, { token: first.token }, ada))).toEqual(['CONFLICT']);
    expect(codes(await server.ask(accept, { token: first.token }, bob))).toEqual(['FORBIDDEN']);
    const expired = await invited(event, ada, 'REGISTRAR');
    await server.sql(
      `UPDATE role_invites SET expires_at = now() WHERE role = 'REGISTRAR' AND event_id = $1`,
      [event.uuid],
    );
    expect((await server.ask(byToken, { token: expired.token })).data!.roleInvite.status).toBe('EXPIRED');
    expect(codes(await server.ask(accept, { token: expired.token }, ada))).toEqual(['CONFLICT']);
    const canceled = await invited(event, ada, 'COORGANIZER');
    expect(
      (await server.ask(onId('cancelRoleInvite'), { id: canceled.id }, organizer)).data!.cancelRoleInvite
        .roleInvite.status,
    ).toBe('CANCELED');
    expect(codes(await server.ask(accept, { token: canceled.token }, ada))).toEqual(['CONFLICT']);
    const declined = await invited(event, ada, 'COORGANIZER');
    expect(
      (await server.ask(decline, { token: declined.token }, ada)).data!.declineRoleInvite.roleInvite.status,
    ).toBe('DECLINED');
    for (const document of [accept, decline])
      expect(codes(await server.ask(document, { token: declined.token }, ada))).toEqual(['CONFLICT']);
    expect(await rolesOf(event, ada)).toEqual(['MODERATOR']);
  });

  it('by two at once gives one role', async () => {
    const event = await eventOf();
    const { token, id } = await invited(event, ada);
    const answers = await Promise.all([
      server.ask(accept, { token }, ada),
      server.ask(accept, { id }, ada),
      server.ask(accept, { token }, ada),
    ]);
    expect(answers.flatMap(codes)).toEqual(['CONFLICT', 'CONFLICT']);
    expect(await rolesOf(event, ada)).toEqual(['MODERATOR']);
  });

  it('of an owner invite demotes the owner to organizer, and ends the other owner invites', async () => {
    const event = await eventOf('PUBLISHED');
    const mine = await invited(event, ada, 'OWNER');
    const others = await invited(event, bob, 'OWNER');
    expect(codes(await server.ask(accept, { token: mine.token }, ada))).toEqual([]);
    expect(await rolesOf(event, ada)).toEqual(['OWNER']);
    expect(await rolesOf(event, owner)).toEqual(['ORGANIZER']);
    expect(codes(await server.ask(accept, { token: others.token }, bob))).toEqual(['CONFLICT']);
    const { data } = await server.ask('query ($id: ID!) { event(id: $id) { owner { id } } }', {
      id: event.id,
    });
    expect(data!.event.owner).toEqual({ id: ada.id });
    // Back again to one who is an organizer of it.
    const back = await invited(event, owner, 'OWNER', ada);
    expect(codes(await server.ask(accept, { token: back.token }, owner))).toEqual([]);
    expect([await rolesOf(event, owner), await rolesOf(event, ada)]).toEqual([['OWNER'], ['ORGANIZER']]);
    const again = await invited(event, ada, 'OWNER');
    expect(codes(await server.ask(accept, { token: again.token }, ada))).toEqual([]);
    expect([await rolesOf(event, owner), await rolesOf(event, ada)]).toEqual([['ORGANIZER'], ['OWNER']]);
  });

  it('of a second invite changes the role, and removal leaves nothing', async () => {
    const event = await eventOf('DRAFT');
    const [lower, higher] = [
      await invited(event, ada, 'MODERATOR'),
      await invited(event, ada, 'COORGANIZER'),
    ];
    const edit = () =>
      server.ask(
        'mutation ($id: ID!) { updateEvent(id: $id, input: { description: "x" }) { event { id } } }',
        { id: event.id },
        ada,
      );
    expect(codes(await server.ask(accept, { token: higher.token }, ada))).toEqual([]);
    expect([await rolesOf(event, ada), codes(await edit())]).toEqual([['COORGANIZER'], []]);
    expect(codes(await server.ask(accept, { token: lower.token }, ada))).toEqual([]);
    expect([await rolesOf(event, ada), codes(await edit())]).toEqual([['MODERATOR'], ['FORBIDDEN']]);
    const { data } = await server.ask(
      'query ($id: ID!) { event(id: $id) { members(first: 100) { nodes { id user { id } } } } }',
      { id: event.id },
      owner,
    );
    const { id } = data!.event.members.nodes.find(({ user }: any) => user.id === ada.id);
    await server.ask('mutation ($id: ID!) { removeEventMember(id: $id) { deletedId } }', { id }, organizer);
    expect([await rolesOf(event, ada), codes(await edit())]).toEqual([[], ['NOT_FOUND']]);
  });

  it('of another role is refused to the owner, who would leave the event without one', async () => {
    const event = await eventOf();
    const { token } = await invited(event, owner, 'MODERATOR', organizer);
    expect(codes(await server.ask(accept, { token }, owner))).toEqual(['CONFLICT']);
    expect(await rolesOf(event, owner)).toEqual(['OWNER']);
  });

  it('is refused once the sender may not invite any more, until somebody who may sends it again', async () => {
    const losses: [string, (event: Made, sender: Person) => Promise<unknown>][] = [
      [
        'MODERATOR',
        ({ uuid }, { userId }) =>
          server.sql('DELETE FROM event_members WHERE event_id = $1 AND user_id = $2', [uuid, userId]),
      ],
      [
        'MODERATOR',
        (_event, { userId }) => server.sql('UPDATE users SET is_blocked = true WHERE id = $1', [userId]),
      ],
      [
        'OWNER',
        ({ uuid }, { userId }) =>
          server.sql(`UPDATE event_members SET role = 'ORGANIZER' WHERE event_id = $1 AND user_id = $2`, [
            uuid,
            userId,
          ]),
      ],
    ];
    for (const [role, lose] of losses) {
      const sender = await createPerson(server);
      const event = await makeEvent(server, { call: 'none' });
      await giveRole(server, event, sender, role === 'OWNER' ? 'OWNER' : 'ORGANIZER');
      const { token, id } = await invited(event, ada, role, sender);
      await lose(event, sender);
      expect([codes(await server.ask(accept, { token }, ada)), await rolesOf(event, ada)]).toEqual([
        ['CONFLICT'],
        [],
      ]);
      expect(codes(await server.ask(onId('resendRoleInvite'), { id }, admin))).toEqual([]);
      const [again] = await sentMails(server);
      expect([
        codes(await server.ask(accept, { token: tokenIn(again) }, ada)),
        await rolesOf(event, ada),
      ]).toEqual([[], [role]]);
    }
  });
});

describe('changing an invite', () => {
  it('sends a new token on resend and to another address; the old ones are dead', async () => {
    const event = await eventOf();
    const { id, token } = await invited(event, ada);
    await server.sql('UPDATE role_invites SET expires_at = now() WHERE event_id = $1', [event.uuid]);
    expect(
      (await server.ask(onId('resendRoleInvite'), { id }, organizer)).data!.resendRoleInvite.roleInvite
        .status,
    ).toBe('PENDING');
    const [second] = await sentMails(server);
    expect(second.to).toBe(ada.email);
    expect(codes(await server.ask(accept, { token }, ada))).toEqual(['NOT_FOUND']);
    const moved = await server.ask(update, { id, input: { email: bob.email, role: 'REGISTRAR' } }, organizer);
    expect(moved.data!.updateRoleInvite.roleInvite).toEqual({
      role: 'REGISTRAR',
      email: bob.email,
      status: 'PENDING',
    });
    const [third] = await sentMails(server);
    expect(third.to).toBe(bob.email);
    expect(codes(await server.ask(accept, { token: tokenIn(second) }, ada))).toEqual(['NOT_FOUND']);
    expect(codes(await server.ask(accept, { token: tokenIn(third) }, ada))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(accept, { token: tokenIn(third) }, bob))).toEqual([]);
    for (const ask of [
      () => server.ask(update, { id, input: { role: 'MODERATOR' } }, owner),
      () => server.ask(onId('resendRoleInvite'), { id }, owner),
      () => server.ask(onId('cancelRoleInvite'), { id }, admin),
    ]) {
      expect(codes(await ask())).toEqual(['CONFLICT']);
    }
    expect(codes(await server.ask(erase, { id }, owner))).toEqual(['FORBIDDEN']);
    expect(codes(await server.ask(erase, { id }, admin))).toEqual([]);
    expect(await rolesOf(event, bob)).toEqual(['REGISTRAR']);
  });

  it('does not send a mail whose token is dead, nor to an invite that was canceled', async () => {
    const event = await eventOf();
    const answer = await server.ask(
      invite,
      { input: { eventId: event.id, email: 'slow@example.org', role: 'MODERATOR' } },
      owner,
    );
    const { id } = answer.data!.createRoleInvite.roleInvite;
    await server.ask(onId('resendRoleInvite'), { id }, owner);
    expect(await sentMails(server)).toHaveLength(1);
    await server.ask(onId('resendRoleInvite'), { id }, owner);
    await server.ask(onId('cancelRoleInvite'), { id }, owner);
    expect(await sentMails(server)).toHaveLength(0);
  });

  it('does not send the mail of somebody who may not invite any more: who lost the role, or gave the event away, or is blocked', async () => {
    const losses: [string, (event: Made, inviter: Person) => Promise<unknown>][] = [
      [
        'MODERATOR',
        ({ uuid }, { userId }) =>
          server.sql('DELETE FROM event_members WHERE event_id = $1 AND user_id = $2', [uuid, userId]),
      ],
      [
        'MODERATOR',
        ({ uuid }, { userId }) =>
          server.sql(`UPDATE event_members SET role = 'COORGANIZER' WHERE event_id = $1 AND user_id = $2`, [
            uuid,
            userId,
          ]),
      ],
      [
        'OWNER',
        ({ uuid }, { userId }) =>
          server.sql(`UPDATE event_members SET role = 'ORGANIZER' WHERE event_id = $1 AND user_id = $2`, [
            uuid,
            userId,
          ]),
      ],
      [
        'MODERATOR',
        (_event, { userId }) => server.sql('UPDATE users SET is_blocked = true WHERE id = $1', [userId]),
      ],
    ];
    for (const [role, lose] of losses) {
      const inviter = await createPerson(server);
      const event = await makeEvent(server, { call: 'none' });
      await giveRole(server, event, inviter, role === 'OWNER' ? 'OWNER' : 'ORGANIZER');
      const asking = (email: string) =>
        server.ask(invite, { input: { eventId: event.id, email, role } }, inviter);
      expect(codes(await asking('before@example.org'))).toEqual([]);
      expect((await sentMails(server)).map(({ to }) => to)).toEqual(['before@example.org']);
      expect(codes(await asking('after@example.org'))).toEqual([]);
      await lose(event, inviter);
      expect(await sentMails(server)).toEqual([]);
      // Without a mail there is no token: nobody answers the invite but by their proved address.
      expect(
        await server.sql(
          `SELECT token_hash FROM role_invites WHERE event_id = $1 AND email = 'after@example.org'`,
          [event.uuid],
        ),
      ).toEqual([{ token_hash: null }]);
    }
  });

  it('makes no owner invite for an organizer, nor lets one change it', async () => {
    const event = await eventOf();
    const { id } = await invited(event, ada);
    expect(codes(await server.ask(update, { id, input: { role: 'OWNER' } }, organizer))).toEqual([
      'FORBIDDEN',
    ]);
    expect(codes(await server.ask(update, { id, input: { role: 'OWNER' } }, owner))).toEqual([]);
    expect(codes(await server.ask(update, { id, input: { role: 'MODERATOR' } }, organizer))).toEqual([
      'FORBIDDEN',
    ]);
    expect(codes(await server.ask(update, { id, input: { role: null } }, owner))).toEqual([
      'BAD_USER_INPUT input.role',
    ]);
    expect(codes(await server.ask(onId('cancelRoleInvite'), { id }, organizer))).toEqual([]);
  });
});

describe('roles', () => {
  const change =
    'mutation ($id: ID!, $role: EventRole!) { updateEventMember(id: $id, role: $role) { eventMember { role } } }';
  const remove = 'mutation ($id: ID!) { removeEventMember(id: $id) { deletedId } }';
  const members =
    'query ($id: ID!) { event(id: $id) { members(first: 100) { nodes { id role user { id } } } } }';

  async function memberIds(event: Made): Promise<Record<string, string>> {
    const { data } = await server.ask(members, { id: event.id }, owner);
    return Object.fromEntries(data!.event.members.nodes.map(({ id, role }: any) => [role, id]));
  }

  it('are changed by owner and organizer, never to owner, never the owner’s, nor the own to owner', async () => {
    const event = await eventOf('PUBLISHED');
    const ids = await memberIds(event);
    const ask = (id: string, role: string, who?: Person) => server.ask(change, { id, role }, who);
    expect(codes(await ask(ids.MODERATOR, 'REGISTRAR', coorganizer))).toEqual(['FORBIDDEN']);
    expect(codes(await ask(ids.MODERATOR, 'REGISTRAR', ada))).toEqual(['NOT_FOUND']);
    expect(
      (await ask(ids.MODERATOR, 'COORGANIZER', organizer)).data!.updateEventMember.eventMember.role,
    ).toBe('COORGANIZER');
    expect(codes(await ask(ids.MODERATOR, 'OWNER', owner))).toEqual(['FORBIDDEN']);
    for (const who of [owner, organizer, admin])
      expect(codes(await ask(ids.OWNER, 'ORGANIZER', who))).toEqual(['FORBIDDEN']);
    expect(codes(await ask(ids.ORGANIZER, 'OWNER', organizer))).toEqual(['FORBIDDEN']);
    expect(codes(await ask(ids.ORGANIZER, 'COORGANIZER', organizer))).toEqual([]);
    expect(await rolesOf(event, organizer)).toEqual(['COORGANIZER']);
    expect(
      await server.sql('SELECT 1 FROM notices WHERE topic = $1', [`user:${organizer.userId}`]),
    ).not.toHaveLength(0);
  });

  it('are left by anybody but the owner, and taken away by owner and organizer', async () => {
    const event = await eventOf('PUBLISHED');
    const ids = await memberIds(event);
    const ask = (id: string, who?: Person) => server.ask(remove, { id }, who);
    expect(codes(await ask(ids.MODERATOR, coorganizer))).toEqual(['FORBIDDEN']);
    for (const who of [owner, organizer, admin])
      expect(codes(await ask(ids.OWNER, who))).toEqual(['CONFLICT']);
    for (const who of [coorganizer, moderator, ada])
      expect(codes(await ask(ids.OWNER, who))).toEqual(['FORBIDDEN']);
    expect(codes(await ask(ids.OWNER))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await ask(ids.COORGANIZER, coorganizer))).toEqual([]);
    expect(codes(await ask(ids.MODERATOR, moderator))).toEqual([]);
    expect(codes(await ask(ids.ORGANIZER, owner))).toEqual([]);
    expect(codes(await ask(ids.ORGANIZER, owner))).toEqual(['NOT_FOUND']);
    const { data } = await server.ask(members, { id: event.id }, owner);
    expect(data!.event.members.nodes.map(({ role }: any) => role)).toEqual(['OWNER']);
  });
});
