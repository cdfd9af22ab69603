/** Membership invites: by whoever may add members there, by mail, answered by the verified owner of the address alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId, uuidOfArgument } from '../../src/platform/graphql/node.ts';
import { defaultRoleId } from '../../src/roles/sync.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createOrganization, holdRole } from '../kit/collaborations.ts';
import { sentMails, tokenIn } from '../kit/mails.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const invite =
  'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { membershipInvite { id status email organizationName } } }';
const answer = (verb: string) =>
  `mutation ($token: String, $id: ID) { ${verb}(token: $token, id: $id) { membershipInvite { status } } }`;
const byToken =
  'query ($token: String!) { membershipInvite(token: $token) { organizationName status email organization { id } } }';
const members =
  '{ viewer { organizations { totalCount } memberships { nodes { organization { id } } } rules { totalCount } } }';

let server: TestServer;
let admin: Person;
let viewer: Person;
let alpha: string;
let beta: string;

const code = async (person: Person | null, document: string, variables: Record<string, unknown>) =>
  String((await server.ask(document, variables, person ?? undefined)).errors?.[0].extensions?.code ?? 'done');

beforeAll(async () => {
  server = await startServer();
  alpha = encodeId('Organization', await createOrganization(server, 'Alpha'));
  beta = encodeId('Organization', await createOrganization(server, 'Beta'));
  [admin, viewer] = [await createPerson(server), await createPerson(server)];
  const [{ id }] = await server.sql(`SELECT id FROM organizations WHERE name = 'Alpha'`);
  await holdRole(server, admin, 'Organization Admin', id);
  await holdRole(server, viewer, 'Viewer', id);
});
afterAll(() => server.close());

/** Invites an address to Alpha; the id of the invite and the token of its mail. */
async function invited(email: string): Promise<{ id: string; token: string }> {
  const made = await server.ask(invite, { input: { organizationId: alpha, email } }, admin);
  expect(made.errors).toBeUndefined();
  const [mail] = await sentMails(server);
  expect([mail.to, mail.subject]).toEqual([email, 'You are invited to join an organization']);
  return { id: made.data!.inviteMember.membershipInvite.id, token: tokenIn(mail) };
}

describe('membership invites', () => {
  it('are not sent for somebody who may not invite any more', async () => {
    const inviter = await createPerson(server);
    await holdRole(server, inviter, 'Organization Admin', uuidOfArgument('Organization', alpha));
    expect(await code(inviter, invite, { input: { organizationId: alpha, email: 'late@example.org' } })).toBe(
      'done',
    );
    await server.sql('DELETE FROM memberships WHERE user_id = $1', [inviter.userId]);
    expect(await sentMails(server)).toEqual([]);
    await server.sql(`DELETE FROM membership_invites WHERE email = 'late@example.org'`);
  });

  it('are sent by holders of user:create there', async () => {
    const input = { organizationId: alpha, email: 'new@example.org' };
    expect(await code(null, invite, { input })).toBe('UNAUTHENTICATED');
    expect(await code(viewer, invite, { input })).toBe('FORBIDDEN');
    expect(await code(admin, invite, { input: { ...input, organizationId: beta } })).toBe('NOT_FOUND');
    expect(await code(await createPerson(server), invite, { input })).toBe('NOT_FOUND');
    const { id, token } = await invited(input.email);
    expect(JSON.stringify(await server.sql('SELECT * FROM membership_invites'))).not.toContain(token);
    expect(await code(admin, invite, { input: { ...input, email: 'NEW@example.org' } })).toBe('CONFLICT');
    expect(await code(admin, invite, { input: { ...input, email: viewer.email } })).toBe('CONFLICT');
    const listed = 'query ($id: ID!) { organization(id: $id) { membershipInvites { totalCount } } }';
    expect(
      (await server.ask(listed, { id: alpha }, admin)).data!.organization.membershipInvites.totalCount,
    ).toBe(1);
    expect(
      (await server.ask(listed, { id: alpha }, viewer)).data!.organization.membershipInvites.totalCount,
    ).toBe(0);
    const cancel = 'mutation ($id: ID!) { cancelMembershipInvite(id: $id) { membershipInvite { status } } }';
    expect(await code(viewer, cancel, { id })).toBe('NOT_FOUND');
    expect(
      (await server.ask(cancel, { id }, admin)).data!.cancelMembershipInvite.membershipInvite.status,
    ).toBe('CANCELED');
  });

  it('make a member who holds nothing yet, of the verified owner of the address alone, once', async () => {
    const person = await createPerson(server);
    const unverified = await createPerson(server, { isVerified: false });
    const { id, token } = await invited(person.email);
    const shown = await server.ask(byToken, { token });
    expect(shown.data!.membershipInvite).toEqual({
      organizationName: 'Alpha',
      status: 'PENDING',
      email: null,
      organization: null,
    });
    const accept = answer('acceptMembership');
    expect(await code(null, accept, { token })).toBe('UNAUTHENTICATED');
    expect(await code(viewer, accept, { token })).toBe('FORBIDDEN');
    expect(await code(viewer, accept, { id })).toBe('NOT_FOUND');
    expect(await code(person, accept, { token: 'nonsense' })).toBe('NOT_FOUND');
    expect(await code(person, accept, { token, id })).toBe('BAD_USER_INPUT');
    expect(await code(unverified, accept, { token: (await invited(unverified.email)).token })).toBe(
      'FORBIDDEN',
    );
    expect(
      (await server.ask('{ viewer { membershipInvites { nodes { id } } } }', {}, person)).data!.viewer
        .membershipInvites.nodes,
    ).toEqual([{ id }]);
    expect((await server.ask(accept, { id }, person)).data!.acceptMembership.membershipInvite.status).toBe(
      'ACCEPTED',
    );
    expect(await code(person, accept, { token })).toBe('CONFLICT');
    const { viewer: seen } = (await server.ask(members, {}, person)).data!;
    expect(seen).toMatchObject({ memberships: { nodes: [{}] }, rules: { totalCount: 0 } });
    const assign =
      'mutation ($u: ID!, $r: ID!, $o: ID) { assignRole(userId: $u, roleId: $r, organizationId: $o) { user { id } } }';
    expect(
      await code(admin, assign, { u: person.id, r: encodeId('Role', defaultRoleId('Viewer')), o: alpha }),
    ).toBe('done');
    expect((await server.ask(members, {}, person)).data!.viewer.organizations.totalCount).toBe(1);
  });

  it('can be declined, and end by themselves', async () => {
    const person = await createPerson(server);
    const first = await invited(person.email);
    expect(
      (await server.ask(answer('declineMembership'), { token: first.token }, person)).data!.declineMembership
        .membershipInvite.status,
    ).toBe('DECLINED');
    const second = await invited(person.email);
    await server.sql(
      `UPDATE membership_invites SET expires_at = now() - interval '1 second' WHERE answer = 'PENDING'`,
    );
    expect((await server.ask(byToken, { token: second.token })).data!.membershipInvite.status).toBe(
      'EXPIRED',
    );
    expect(await code(person, answer('acceptMembership'), { token: second.token })).toBe('CONFLICT');
    await invited(person.email);
    expect((await server.ask(members, {}, person)).data!.viewer.memberships.nodes).toEqual([]);
  });
});

describe('what people hold', () => {
  it('tells their sockets when it changes, whoever changes it and however', async () => {
    const person = await createPerson(server);
    const [{ id }] = await server.sql(`SELECT id FROM organizations WHERE name = 'Alpha'`);
    const notices = async () =>
      Number(
        (await server.sql('SELECT count(*) AS n FROM notices WHERE topic = $1', [`user:${person.userId}`]))[0]
          .n,
      );
    const changes: (() => Promise<unknown>)[] = [
      () => holdRole(server, person, 'Viewer', id),
      () =>
        server.ask(
          'mutation ($u: ID!, $r: ID!, $o: ID) { revokeRole(userId: $u, roleId: $r, organizationId: $o) { user { id } } }',
          { u: person.id, r: encodeId('Role', defaultRoleId('Viewer')), o: alpha },
          admin,
        ),
      () => server.sql('DELETE FROM memberships WHERE user_id = $1', [person.userId]),
    ];
    for (const change of changes) {
      const before = await notices();
      await change();
      expect(await notices()).toBeGreaterThan(before);
    }
  });
});
