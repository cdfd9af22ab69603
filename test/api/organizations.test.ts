/** Organizations, collaborations and compute nodes over HTTP: made, changed, left; and what is said to whom on the way. */
import { generateKeyPairSync } from 'node:crypto';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { defaultRoleId } from '../../src/roles/sync.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, holdRules, join } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let server: TestServer;
let root: Person;
let admin: Person;
let member: Person;
let viewer: Person;
let stranger: Person;
let staff: Person;
let alpha: string;
let beta: string;

const org = (uuid: string) => encodeId('Organization', uuid);
const col = (uuid: string) => encodeId('Collaboration', uuid);
const role = (name: string) => encodeId('Role', defaultRoleId(name));
const code = async (person: Person | null, document: string, variables?: Record<string, unknown>) => {
  const { errors } = await server.ask(document, variables, person ?? undefined);
  return errors ? String(errors[0].extensions?.code) : 'done';
};
const data = async (person: Person, document: string, variables?: Record<string, unknown>) => {
  const answer = await server.ask(document, variables, person);
  expect(answer.errors).toBeUndefined();
  return answer.data!;
};

beforeAll(async () => {
  server = await startServer();
  root = await createPerson(server, { isSuperAdmin: true });
  staff = await createPerson(server, { isAdmin: true });
  admin = await createPerson(server, { firstName: 'Ada' });
  member = await createPerson(server, { firstName: 'Max', publicName: 'Max' });
  viewer = await createPerson(server, { firstName: 'Vera' });
  stranger = await createPerson(server);
  alpha = await createOrganization(server, 'Alpha');
  beta = await createOrganization(server, 'Beta');
  await holdRole(server, admin, 'Organization Admin', alpha);
  await holdRole(server, viewer, 'Viewer', alpha);
  await join(server, member, alpha);
});
afterAll(() => server.close());

describe('organizations', () => {
  const create =
    'mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { organization { id name country publicKey publicKeyVersion } } }';

  it('are made by holders of the rule at global scope, which staff are not by themselves', async () => {
    const input = { name: ' Gamma ', country: 'NL' };
    expect(await code(null, create, { input })).toBe('UNAUTHENTICATED');
    for (const person of [staff, admin, stranger])
      expect(await code(person, create, { input })).toBe('FORBIDDEN');
    const made = await data(root, create, { input });
    expect(made.createOrganization.organization).toMatchObject({
      name: 'Gamma',
      country: 'NL',
      publicKey: null,
      publicKeyVersion: 0,
    });
    expect(await code(root, create, { input: { name: 'gamma' } })).toBe('CONFLICT');
    expect(await code(admin, create, { input: { name: 'gamma' } })).toBe('FORBIDDEN');
  });

  it('are seen by those whose rules reach them, and as absent by all others', async () => {
    const list = '{ organizations(first: 100) { totalCount nodes { name } } }';
    const seen = async (person: Person) => (await data(person, list)).organizations;
    expect(await seen(viewer)).toEqual({ totalCount: 1, nodes: [{ name: 'Alpha' }] });
    for (const person of [stranger, staff, member])
      expect(await seen(person)).toEqual({ totalCount: 0, nodes: [] });
    expect((await seen(root)).totalCount).toBe(3);
    for (const person of [viewer, stranger]) {
      const one = await data(
        person,
        'query ($id: ID!) { organization(id: $id) { name } node(id: $id) { id } }',
        { id: org(beta) },
      );
      expect(one).toEqual({ organization: null, node: null });
    }
  });

  it('keep their versions of a public key, which has to be one', async () => {
    const update =
      'mutation ($id: ID!, $input: UpdateOrganizationInput!) { updateOrganization(id: $id, input: $input) { organization { publicKeyVersion address1 } } }';
    const keyOf = (modulusLength: number) => {
      const pem = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({
        type: 'spki',
        format: 'pem',
      });
      return Buffer.from(pem).toString('base64');
    };
    for (const publicKey of [
      'nonsense',
      Buffer.from('-----BEGIN PUBLIC KEY-----\nxx').toString('base64'),
      keyOf(1024),
    ]) {
      expect(await code(admin, update, { id: org(alpha), input: { publicKey } })).toBe('BAD_USER_INPUT');
    }
    const changed = await data(admin, update, {
      id: org(alpha),
      input: { publicKey: keyOf(4096), address1: 'Main street 1' },
    });
    expect(changed.updateOrganization.organization).toEqual({
      publicKeyVersion: 1,
      address1: 'Main street 1',
    });
    expect(await code(viewer, update, { id: org(alpha), input: { address1: 'x' } })).toBe('FORBIDDEN');
    expect(await code(viewer, update, { id: org(beta), input: { address1: 'x' } })).toBe('NOT_FOUND');
    expect(await code(admin, update, { id: org(alpha), input: { version: 1, domain: 'x' } })).toBe(
      'CONFLICT',
    );
    expect(await code(admin, update, { id: org(alpha), input: { name: null } })).toBe('BAD_USER_INPUT');
  });
});

describe('members', () => {
  const add =
    'mutation ($o: ID!, $u: ID!) { addMember(organizationId: $o, userId: $u) { organization { members(first: 50) { totalCount } } } }';
  const remove =
    'mutation ($o: ID!, $u: ID!) { removeMember(organizationId: $o, userId: $u) { organization { members(first: 50) { totalCount } } } }';

  it('are taken out where they are members; people who are none look like people that there are not', async () => {
    for (const asker of [viewer, admin]) {
      const answers = [stranger.id, encodeId('User', randomUUID())].map((u) =>
        server.ask(remove, { o: org(alpha), u }, asker),
      );
      const [isThere, isNot] = await Promise.all(answers);
      expect(isThere.errors![0].extensions.code).toBe('NOT_FOUND');
      expect(isThere.errors).toEqual(isNot.errors);
    }
  });

  it('are added out of the people whom the viewer may see', async () => {
    expect(await code(admin, add, { o: org(alpha), u: stranger.id })).toBe('NOT_FOUND');
    expect(await code(admin, add, { o: org(alpha), u: encodeId('User', beta) })).toBe('NOT_FOUND');
    expect(await code(admin, add, { o: org(beta), u: viewer.id })).toBe('NOT_FOUND');
    expect(await code(viewer, add, { o: org(alpha), u: member.id })).toBe('FORBIDDEN');
    expect(
      (await data(root, add, { o: org(alpha), u: stranger.id })).addMember.organization.members.totalCount,
    ).toBe(4);
    expect(
      (await data(root, add, { o: org(alpha), u: stranger.id })).addMember.organization.members.totalCount,
    ).toBe(4);
  });

  it('are shown with their names to holders of user:update alone', async () => {
    const ask =
      'query ($id: ID!) { organization(id: $id) { members(first: 50) { nodes { id publicName firstName roles { nodes { name } } } } } }';
    const byViewer = await server.ask(ask, { id: org(alpha) }, viewer);
    const seen = byViewer.data!.organization.members.nodes as {
      id: string;
      publicName: string;
      firstName: string | null;
    }[];
    expect(seen.find(({ id }) => id === member.id)).toMatchObject({ publicName: 'Max', firstName: null });
    expect(byViewer.errors!.map(({ extensions }) => extensions!.field).sort()).toEqual([
      'User.firstName',
      'User.roles',
    ]);
    const byAdmin = await data(admin, ask, { id: org(alpha) });
    const found = byAdmin.organization.members.nodes.find(({ id }: { id: string }) => id === viewer.id);
    expect(found).toMatchObject({ firstName: 'Vera', roles: { nodes: [{ name: 'Viewer' }] } });
  });

  it('lose everything held in the organization when they leave, and see it no more', async () => {
    const assign =
      'mutation ($u: ID!, $r: ID!, $o: ID) { assignRole(userId: $u, roleId: $r, organizationId: $o) { user { id } } }';
    await data(admin, assign, { u: stranger.id, r: role('Viewer'), o: org(alpha) });
    const held =
      '{ viewer { roles { nodes { name } } rules { totalCount } organizations { nodes { name } } memberships { totalCount } } }';
    expect((await data(stranger, held)).viewer).toMatchObject({
      roles: { nodes: [{ name: 'Viewer' }] },
      organizations: { nodes: [{ name: 'Alpha' }] },
    });
    expect(await code(viewer, remove, { o: org(alpha), u: stranger.id })).toBe('FORBIDDEN');
    expect((await data(stranger, remove, { o: org(alpha), u: stranger.id })).removeMember).toEqual({
      organization: null,
    });
    expect((await data(stranger, held)).viewer).toEqual({
      roles: { nodes: [] },
      rules: { totalCount: 0 },
      organizations: { nodes: [] },
      memberships: { totalCount: 0 },
    });
    expect(await server.sql('SELECT 1 FROM role_assignments WHERE user_id = $1', [stranger.userId])).toEqual(
      [],
    );
    expect(await code(root, remove, { o: org(alpha), u: stranger.id })).toBe('NOT_FOUND');
  });
});

describe('collaborations', () => {
  const create =
    'mutation ($input: CreateCollaborationInput!) { createCollaboration(input: $input) { collaboration { id name encrypted organizations { nodes { name } } } } }';

  it('are made at global scope, and change their organizations at global scope only', async () => {
    const input = { name: 'Study', encrypted: false, organizationIds: [org(alpha), org(alpha)] };
    expect(await code(admin, create, { input })).toBe('FORBIDDEN');
    const { collaboration } = (await data(root, create, { input })).createCollaboration;
    expect(collaboration).toMatchObject({
      name: 'Study',
      encrypted: false,
      organizations: { nodes: [{ name: 'Alpha' }] },
    });
    expect(
      await code(root, create, {
        input: { ...input, organizationIds: [encodeId('Organization', stranger.userId)] },
      }),
    ).toBe('NOT_FOUND');
    const change = (verb: string) =>
      `mutation ($c: ID!, $o: ID!) { ${verb}(collaborationId: $c, organizationId: $o) { collaboration { organizations { totalCount } } } }`;
    const lead = await createPerson(server);
    await holdRole(server, lead, 'Collaboration Admin', alpha);
    const rename =
      'mutation ($id: ID!) { updateCollaboration(id: $id, input: { name: "Renamed" }) { collaboration { name } } }';
    expect((await data(lead, rename, { id: collaboration.id })).updateCollaboration.collaboration.name).toBe(
      'Renamed',
    );
    for (const verb of ['addOrganizationToCollaboration', 'removeOrganizationFromCollaboration']) {
      expect(await code(lead, change(verb), { c: collaboration.id, o: org(beta) })).toBe('FORBIDDEN');
      expect(await code(stranger, change(verb), { c: collaboration.id, o: org(beta) })).toBe('NOT_FOUND');
    }
    for (const expected of [2, 2]) {
      const joined = await data(root, change('addOrganizationToCollaboration'), {
        c: collaboration.id,
        o: org(beta),
      });
      expect(joined.addOrganizationToCollaboration.collaboration.organizations.totalCount).toBe(expected);
    }
    expect(
      await code(root, 'mutation ($id: ID!) { deleteOrganization(id: $id) { deletedId } }', {
        id: org(beta),
      }),
    ).toBe('CONFLICT');
    const left = await data(root, change('removeOrganizationFromCollaboration'), {
      c: collaboration.id,
      o: org(beta),
    });
    expect(left.removeOrganizationFromCollaboration.collaboration.organizations.totalCount).toBe(1);
  });
});

describe('what is deleted', () => {
  const remove = 'mutation ($id: ID!) { deleteOrganization(id: $id) { deletedId } }';
  const removeCollaboration = 'mutation ($id: ID!) { deleteCollaboration(id: $id) { deletedId } }';

  it('is an organization without tasks of its; what stands in the way is said to those alone who may delete it', async () => {
    const [old, partner] = [
      await createOrganization(server, 'Old'),
      await createOrganization(server, 'Partner'),
    ];
    const study = await createCollaboration(server, 'Old study', [old, partner]);
    const head = await createPerson(server);
    await holdRole(server, head, 'Collaboration Admin', old);
    const task = async (initiator: string, worker: string) => {
      const [{ id }] = await server.sql(
        `INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id, finished_at, status) VALUES (gen_random_uuid(), 'T', 'i', 1, $1, $2, now(), 'COMPLETED') RETURNING id`,
        [study, initiator],
      );
      await server.sql(
        `INSERT INTO results (id, task_id, organization_id, status) VALUES (gen_random_uuid(), $1, $2, 'COMPLETED')`,
        [id, worker],
      );
      return id as string;
    };
    const [own, other] = [await task(old, old), await task(partner, old)];
    const refusal = async (id: string, person = root) =>
      (await server.ask(remove, { id: org(id) }, person)).errors![0];
    // Who may delete organizations, and see neither collaborations nor tasks, is told no numbers.
    const cleaner = await createPerson(server);
    await holdRules(
      server,
      cleaner,
      (['VIEW', 'DELETE'] as const).map(
        (operation) => ({ resource: 'organization', operation, scope: 'GLOBAL' }) as const,
      ),
      null,
    );

    expect(await refusal(old)).toMatchObject({
      message: 'The organization is in 1 collaboration: take it out of there first',
      extensions: { code: 'CONFLICT', collaborations: 1 },
    });
    const hidden = await refusal(old, cleaner);
    expect(hidden.message).toBe(
      'The organization is in collaborations that you may not see: take it out of there first',
    );
    expect(hidden.extensions).toEqual({ code: 'CONFLICT' });
    await data(
      root,
      'mutation ($c: ID!, $o: ID!) { removeOrganizationFromCollaboration(collaborationId: $c, organizationId: $o) { collaboration { id } } }',
      { c: col(study), o: org(old) },
    );
    expect(await refusal(old)).toMatchObject({
      message:
        'The organization initiated 1 task and has 1 result of tasks of others: delete these tasks first, or keep it',
      extensions: { code: 'CONFLICT', tasks: 1, results: 1 },
    });
    const blocked = await refusal(old, cleaner);
    expect(blocked.message).toBe(
      'The organization initiated tasks that you may not see and has results that you may not see of tasks of others: delete these tasks first, or keep it',
    );
    expect(blocked.extensions).toEqual({ code: 'CONFLICT' });
    expect([
      await code(head, remove, { id: org(old) }),
      await code(stranger, remove, { id: org(old) }),
    ]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    // Until then whose they were is told as ever.
    const seen = await data(
      root,
      'query ($id: ID!) { task(id: $id) { initiator { name } results { nodes { organization { name } } } } }',
      { id: encodeId('Task', other) },
    );
    expect(seen.task).toEqual({
      initiator: { name: 'Partner' },
      results: { nodes: [{ organization: { name: 'Old' } }] },
    });

    for (const id of [own, other])
      await data(root, 'mutation ($id: ID!) { deleteTask(id: $id) { deletedId } }', {
        id: encodeId('Task', id),
      });
    expect(await code(root, remove, { id: org(old) })).toBe('done');
    expect(await code(root, remove, { id: org(old) })).toBe('NOT_FOUND');
    expect(await server.sql('SELECT FROM memberships WHERE organization_id = $1', [old])).toEqual([]);
  });

  it('is a collaboration whose tasks are finished, with them', async () => {
    const study = await createCollaboration(server, 'Short study', [alpha]);
    await server.sql(
      `INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id) VALUES (gen_random_uuid(), 'T', 'i', 1, $1, $2)`,
      [study, alpha],
    );
    expect([
      await code(admin, removeCollaboration, { id: col(study) }),
      await code(root, removeCollaboration, { id: col(study) }),
    ]).toEqual(['FORBIDDEN', 'CONFLICT']);
    await server.sql(
      `UPDATE tasks SET status = 'CANCELED', finished_at = now() WHERE collaboration_id = $1`,
      [study],
    );
    expect(await code(root, removeCollaboration, { id: col(study) })).toBe('done');
    expect(await server.sql('SELECT FROM tasks WHERE collaboration_id = $1', [study])).toEqual([]);
  });
});

describe('compute nodes', () => {
  const register =
    'mutation ($input: RegisterComputeNodeInput!) { registerComputeNode(input: $input) { apiKey computeNode { id name online lastSeenAt configuration { encrypted } } } }';

  it('are registered for members of a collaboration, once for each', async () => {
    const shared = await createCollaboration(server, 'Shared', [alpha]);
    const input = { collaborationId: col(shared), organizationId: org(alpha) };
    expect(await code(viewer, register, { input })).toBe('FORBIDDEN');
    expect(await code(stranger, register, { input })).toBe('NOT_FOUND');
    expect(await code(root, register, { input: { ...input, organizationId: org(beta) } })).toBe(
      'BAD_USER_INPUT',
    );
    const { apiKey, computeNode } = (await data(admin, register, { input })).registerComputeNode;
    expect(computeNode).toMatchObject({
      name: 'Alpha - Shared',
      online: false,
      lastSeenAt: null,
      configuration: null,
    });
    expect(await code(admin, register, { input })).toBe('CONFLICT');
    const stored = await server.sql('SELECT to_jsonb(n)::text AS row FROM compute_nodes n');
    expect(stored[0].row).not.toContain(apiKey);
    const reset = await data(admin, 'mutation ($id: ID!) { resetComputeNodeKey(id: $id) { apiKey } }', {
      id: computeNode.id,
    });
    expect(reset.resetComputeNodeKey.apiKey).not.toBe(apiKey);
    expect(
      await code(admin, 'mutation ($id: ID!) { deleteComputeNode(id: $id) { deletedId } }', {
        id: computeNode.id,
      }),
    ).toBe('FORBIDDEN');
    expect(
      await code(root, 'mutation ($id: ID!) { deleteComputeNode(id: $id) { deletedId } }', {
        id: computeNode.id,
      }),
    ).toBe('done');
  });

  const authenticate =
    'mutation ($key: String!) { authenticateComputeNode(apiKey: $key) { accessToken refreshToken viewer { id } } }';

  it('authenticate by their key, see their collaboration, and nothing else', async () => {
    const [here, there] = [
      await createCollaboration(server, 'Here', [alpha, beta]),
      await createCollaboration(server, 'There', [beta]),
    ];
    await server.sql(
      `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'other', $1, $2, 'x', 'x')`,
      [beta, there],
    );
    const { apiKey, computeNode } = (
      await data(admin, register, { input: { collaborationId: col(here), organizationId: org(alpha) } })
    ).registerComputeNode;
    for (const key of ['', 'nonsense', `${apiKey}x`, apiKey.slice(0, -1)]) {
      const { errors } = await server.ask(authenticate, { key });
      expect(errors![0].extensions!.code).toBe('UNAUTHENTICATED');
    }
    const issued = (await server.ask(authenticate, { key: apiKey })).data!.authenticateComputeNode;
    expect(issued.viewer).toBeNull();
    const node = { token: issued.accessToken as string };
    const everything = `{ viewer { id } collaborations { nodes { name organizations { nodes { name publicKey } } } } organizations(first: 100) { nodes { name } }
      computeNodes { totalCount nodes { id name } } roles { totalCount } rules { totalCount } users { totalCount } }`;
    const { data: seen, errors } = await server.ask(everything, {}, node);
    expect(errors).toBeUndefined();
    expect(seen).toMatchObject({
      viewer: null,
      collaborations: {
        nodes: [{ name: 'Here', organizations: { nodes: [{ name: 'Alpha' }, { name: 'Beta' }] } }],
      },
      organizations: { nodes: [{ name: 'Alpha' }, { name: 'Beta' }] },
      computeNodes: { totalCount: 1, nodes: [{ id: computeNode.id }] },
      roles: { totalCount: 0 },
      rules: { totalCount: 0 },
      users: { totalCount: 0 },
    });
    const refused = async (document: string, variables: Record<string, unknown>) =>
      (await server.ask(document, variables, node)).errors?.[0].extensions?.code;
    expect(
      await refused(
        'mutation ($id: ID!) { updateOrganization(id: $id, input: { name: "x" }) { organization { id } } }',
        { id: org(alpha) },
      ),
    ).toBe('FORBIDDEN');
    expect(
      await refused(
        'mutation ($id: ID!) { updateOrganization(id: $id, input: { publicKey: null }) { organization { id } } }',
        { id: org(beta) },
      ),
    ).toBe('FORBIDDEN');
    expect(
      await refused(
        'mutation ($id: ID!) { updateOrganization(id: $id, input: { publicKey: null }) { organization { id } } }',
        { id: org(alpha) },
      ),
    ).toBeUndefined();
    expect(
      await refused(
        'mutation ($id: ID!) { updateComputeNode(id: $id, input: { name: "x" }) { computeNode { id } } }',
        { id: computeNode.id },
      ),
    ).toBe('FORBIDDEN');
    expect(
      await refused('mutation ($id: ID!) { resetComputeNodeKey(id: $id) { apiKey } }', {
        id: computeNode.id,
      }),
    ).toBe('FORBIDDEN');
    expect(await refused('mutation { signOut }', {})).toBe('FORBIDDEN');
    expect(
      await refused(register, { input: { collaborationId: col(here), organizationId: org(beta) } }),
    ).toBe('FORBIDDEN');
    const event = {
      name: 'x',
      startsAt: '2030-01-01T00:00:00Z',
      endsAt: '2030-01-02T00:00:00Z',
      timezone: 'UTC',
    };
    expect(
      await refused('mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }', {
        input: event,
      }),
    ).toBe('FORBIDDEN');
  });

  it('report their configuration as a whole, and are online while they are heard of', async () => {
    const place = await createCollaboration(server, 'Reporting', [alpha]);
    const { apiKey, computeNode } = (
      await data(admin, register, { input: { collaborationId: col(place), organizationId: org(alpha) } })
    ).registerComputeNode;
    const node = {
      token: (await server.ask(authenticate, { key: apiKey })).data!.authenticateComputeNode
        .accessToken as string,
    };
    const report = `mutation ($input: ComputeNodeConfigurationInput!) { reportComputeNodeConfiguration(input: $input) {
      computeNode { configuration { encrypted databases { label type } allowedUserIds allowedAlgorithms } } } }`;
    const input = {
      encrypted: true,
      databases: [{ label: 'default', type: 'csv' }],
      allowedUserIds: [member.id],
    };
    const first = await server.ask(report, { input }, node);
    expect(first.data!.reportComputeNodeConfiguration.computeNode.configuration).toEqual({
      ...input,
      allowedAlgorithms: null,
    });
    const second = await server.ask(
      report,
      { input: { databases: [], allowedAlgorithms: ['average'] } },
      node,
    );
    expect(second.data!.reportComputeNodeConfiguration.computeNode.configuration).toEqual({
      encrypted: null,
      databases: [],
      allowedUserIds: null,
      allowedAlgorithms: ['average'],
    });
    expect(await code(admin, report, { input })).toBe('FORBIDDEN');
    const twice = { databases: [{ label: 'a' }, { label: 'a' }] };
    expect((await server.ask(report, { input: twice }, node)).errors![0].extensions!.code).toBe(
      'BAD_USER_INPUT',
    );
    const shown = async () =>
      (
        await data(admin, 'query ($id: ID!) { node(id: $id) { ... on ComputeNode { online lastSeenAt } } }', {
          id: computeNode.id,
        })
      ).node;
    await until(async () => (await shown()).online === true);
    await server.sql(
      `UPDATE compute_nodes SET online_until = now() - interval '1 second' WHERE name = 'Alpha - Reporting'`,
    );
    expect(await shown()).toMatchObject({ online: false, lastSeenAt: expect.any(String) });
  });

  it('lose every token with their key, and with themselves', async () => {
    const place = await createCollaboration(server, 'Passing', [alpha]);
    const { apiKey, computeNode } = (
      await data(admin, register, { input: { collaborationId: col(place), organizationId: org(alpha) } })
    ).registerComputeNode;
    const authenticated = async (key: string) =>
      (await server.ask(authenticate, { key })).data!.authenticateComputeNode as {
        accessToken: string;
        refreshToken: string;
      };
    const works = async (token: string) =>
      (await server.ask('{ collaborations { totalCount } }', {}, { token })).errors === undefined;
    const refresh =
      'mutation ($token: String!) { refreshTokens(refreshToken: $token) { accessToken refreshToken viewer { id } } }';
    const tokens = await authenticated(apiKey);
    const next = (await server.ask(refresh, { token: tokens.refreshToken })).data!.refreshTokens;
    expect([await works(next.accessToken), next.viewer]).toEqual([true, null]);
    const { apiKey: newKey } = (
      await data(admin, 'mutation ($id: ID!) { resetComputeNodeKey(id: $id) { apiKey } }', {
        id: computeNode.id,
      })
    ).resetComputeNodeKey;
    expect(await works(next.accessToken)).toBe(false);
    expect((await server.ask(refresh, { token: next.refreshToken })).errors![0].extensions!.code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await server.ask(authenticate, { key: apiKey })).errors![0].extensions!.code).toBe(
      'UNAUTHENTICATED',
    );
    const again = await authenticated(newKey);
    expect(await works(again.accessToken)).toBe(true);
    const leave =
      'mutation ($c: ID!, $o: ID!) { removeOrganizationFromCollaboration(collaborationId: $c, organizationId: $o) { collaboration { id } } }';
    await data(root, leave, { c: col(place), o: org(alpha) });
    expect(await works(again.accessToken)).toBe(false);
  });
});
