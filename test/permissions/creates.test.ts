/**
 * What is created is shown to its maker, and is created whole or not at all. Made from the schema: every mutation that
 * makes a row, by those who may do nothing else, by those who may not, and with a payload that cannot be made.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { getNamedType, isLeafType, isObjectType } from 'graphql';
import type { CatalogueRule } from '../../src/permissions/rules.ts';
import { catalogue } from '../../src/permissions/rules.ts';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { encodeId, uuidOf } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRules, join } from '../kit/collaborations.ts';
import { codes } from '../kit/event-rows.ts';
import { rowCounts } from '../kit/row-counts.ts';
import type { Answer, Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import type { EveryType } from './every-type.ts';
import { createEveryType } from './every-type.ts';

let server: TestServer;
let world: EveryType;
let member: Person;

beforeAll(async () => {
  server = await startServer();
  world = await createEveryType(server);
  member = await createPerson(server);
  await join(server, member, alpha());
});
afterAll(() => server.close());

const id = (type: string) => JSON.stringify(world.ids.get(type));
const alpha = () => uuidOf('Organization', world.ids.get('Organization')!, 'id')!;
let count = 0;
const fresh = () => `made ${(count += 1)}`;

/** The arguments of every mutation that makes a row: what they must have, and a name that nothing has yet. */
const makers: Record<string, () => string> = {
  createCollaboration: () =>
    `input: { name: "${fresh()}", encrypted: false, organizationIds: [${id('Organization')}] }`,
  createOrganization: () => `input: { name: "${fresh()}" }`,
  createRole: () => `input: { name: "${fresh()}", ruleIds: [], organizationId: ${id('Organization')} }`,
  createTask: () =>
    `input: { name: "${fresh()}", image: "i", collaborationId: ${id('Collaboration')}, organizations: [{ organizationId: ${id('Organization')}, input: "in" }] }`,
  registerComputeNode: () =>
    `input: { organizationId: ${id('Organization')}, collaborationId: ${id('Collaboration')} }`,
  inviteMember: () =>
    `input: { organizationId: ${id('Organization')}, email: "${fresh().replace(' ', '')}@example.org" }`,
  addMember: () => `organizationId: ${id('Organization')}, userId: ${id('User')}`,
  createEvent: () =>
    `input: { name: "${fresh()}", startsAt: "2030-01-01T00:00:00Z", endsAt: "2030-01-02T00:00:00Z", timezone: "UTC" }`,
  copyEvent: () => `id: ${id('Event')}`,
  createSession: () => `input: { eventId: ${id('Event')}, title: "${fresh()}" }`,
  createSpeaker: () => `input: { eventId: ${id('Event')}, name: "${fresh()}" }`,
  createTrack: () => `input: { eventId: ${id('Event')}, name: "${fresh()}", color: "#112233" }`,
  createRoom: () => `input: { eventId: ${id('Event')}, name: "${fresh()}" }`,
  createSessionType: () => `input: { eventId: ${id('Event')}, name: "${fresh()}", lengthMinutes: 30 }`,
  createSponsor: () => `input: { eventId: ${id('Event')}, name: "${fresh()}" }`,
  createSocialLink: () =>
    `input: { eventId: ${id('Event')}, name: "${fresh()}", link: "https://links.example/${fresh().replace(' ', '')}" }`,
  createFaq: () => `input: { eventId: ${id('Event')}, question: "${fresh()}?", answer: "Yes" }`,
  createCopyright: () => `input: { eventId: ${id('Event')}, holder: "${fresh()}" }`,
  createCustomForm: () =>
    `input: { eventId: ${id('Event')}, form: SESSION, type: TEXT, name: "${fresh()}", fieldIdentifier: "${fresh().replace(' ', '')}" }`,
  createFeedback: () => `input: { eventId: ${id('Event')}, rating: 4 }`,
  createRoleInvite: () =>
    `input: { eventId: ${id('Event')}, email: "${fresh().replace(' ', '')}@example.org", role: MODERATOR }`,
  createSpeakerInvite: () =>
    `input: { sessionId: ${id('Session')}, email: "${fresh().replace(' ', '')}@example.org" }`,
  createEventTopic: () => `input: { name: "${fresh()}" }`,
  createEventSubTopic: () => `input: { name: "${fresh()}", topicId: ${id('EventTopic')} }`,
  createEventType: () => `input: { name: "${fresh()}" }`,
  runLabFunction: () => 'expression: "set_pv1(4)"',
  createAlgorithmPort: () => `input: { resultId: ${id('Result')}, port: 9999, host: "host" }`,
};
/** Mutations of such names that make no row of the schema, or are about files (test/imports). */
const others = ['createCalendarAddress', 'createContainerToken', 'importEvent'];

const mutations = () => server.app.schema().getMutationType()!.getFields();
const isEntity = (name: string) => server.app.permissions.has(name);
/** The field of a mutation's payload that is a row, and the type of the row. */
function rowOf(mutation: string): { field: string; type: GraphQLObjectType } {
  const payload = getNamedType(mutations()[mutation].type) as GraphQLObjectType;
  const field = Object.values(payload.getFields()).find((one) => isEntity(getNamedType(one.type).name))!;
  return { field: field.name, type: getNamedType(field.type) as GraphQLObjectType };
}
const create = (mutation: string, rows: string) =>
  `mutation { made: ${mutation}(${makers[mutation]()}) { row: ${rowOf(mutation).field} { ${rows} } } }`;
/** Makes room for what there is one of at most. */
async function makeRoom(mutation: string): Promise<void> {
  if (mutation === 'registerComputeNode')
    await server.sql('DELETE FROM compute_nodes WHERE organization_id = $1', [alpha()]);
  if (mutation === 'createCopyright') await server.sql('DELETE FROM copyrights');
  if (mutation === 'createFeedback') await server.sql('DELETE FROM feedback');
}
/** Puts back the compute node that tasks are for. */
async function makeNode(): Promise<void> {
  const [found] = await server.sql('SELECT id FROM compute_nodes WHERE organization_id = $1', [alpha()]);
  if (!found) await server.ask(create('registerComputeNode', 'id'), {}, world.viewers.get('superAdmin'));
}
async function computeNode(): Promise<Asker> {
  // Seen already: that it comes online is told beside what it asks.
  const online = `UPDATE compute_nodes SET last_seen_at = now(), online_until = now() + interval '1 hour' WHERE organization_id = $1 RETURNING id`;
  const [{ id: uuid }] = await server.sql(online, [alpha()]);
  return {
    token: (await issueMachineTokens(server.app.database, server.app.config, String(uuid))).accessToken,
  };
}
/** Answers, and how many rows there are more: but for counted attempts, which nothing takes back. */
async function counting(work: () => Promise<Answer>): Promise<{ answer: Answer; isChanged: boolean }> {
  const counted = async () => JSON.stringify({ ...(await rowCounts(server)), rate_limits: 0 });
  const before = await counted();
  const answer = await work();
  return { answer, isChanged: before !== (await counted()) };
}

it('every mutation that makes a row is tried here', () => {
  const named = Object.keys(mutations()).filter((name) =>
    /^(create|copy|register|invite|import|run)[A-Z]|^addMember$/.test(name),
  );
  expect(named.filter((name) => !(name in makers) && !others.includes(name))).toEqual([]);
});

const made: Record<string, CatalogueRule['resource']> = {
  createCollaboration: 'collaboration',
  createOrganization: 'organization',
  createRole: 'role',
  createTask: 'task',
  registerComputeNode: 'compute_node',
  inviteMember: 'user',
  addMember: 'user',
};

describe.each(Object.entries(made))('%s', (mutation, resource) => {
  const rules = catalogue.filter((rule) => rule.resource === resource && rule.operation === 'CREATE');
  /** Whatever the input names is visible; nothing of the resource that is made. */
  const views = catalogue.filter(
    (rule) =>
      rule.operation === 'VIEW' &&
      rule.scope === 'GLOBAL' &&
      (rule.resource !== resource || resource === 'user'),
  );

  it.each(rules.map(({ scope }) => scope))(
    'by a holder of the rule to create alone, at %s scope, is done and shown by its open fields',
    async (scope) => {
      await makeNode();
      await makeRoom(mutation);
      const { type } = rowOf(mutation);
      const isRow = mutation !== 'addMember';
      const person = await createPerson(server);
      await holdRules(
        server,
        person,
        [
          { resource, operation: 'CREATE', scope },
          ...views.filter((rule) => isRow || rule.resource !== 'role'),
        ],
        alpha(),
      );
      const leaves = server.app.permissions.table(type.name).open.filter((name) => {
        const field = type.getFields()[name];
        return field && isLeafType(getNamedType(field.type)) && field.args.length === 0;
      });
      const answer = await server.ask(create(mutation, leaves.join(' ')), {}, person);
      expect(answer.errors).toBeUndefined();
      const { row } = answer.data!.made;
      expect(Object.keys(row).sort()).toEqual([...leaves].sort());
      const seen = await server.ask(`{ node(id: "${row.id}") { id } }`, {}, person);
      // There alone: what the View cell hides is hidden everywhere else.
      expect(seen.data!.node !== null).toBe(row.viewerCan.includes('VIEW'));
      if (resource !== 'user') expect(row.viewerCan).not.toContain('VIEW');
    },
  );

  it('by who sees all that it names and may not create is FORBIDDEN, and says which right is missing', async () => {
    await makeNode();
    await makeRoom(mutation);
    const person = await createPerson(server);
    await holdRules(
      server,
      person,
      catalogue.filter(({ operation }) => operation !== 'CREATE'),
      alpha(),
    );
    const { answer, isChanged } = await counting(() => server.ask(create(mutation, 'id'), {}, person));
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining(`${resource}:create`), extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(isChanged).toBe(false);
  });
});

it('in what the viewer may not see is answered as in what never was, and does not speak of the row to be', async () => {
  await makeNode();
  const hidden = {
    Organization: await createOrganization(server, 'Hidden'),
    Collaboration: await createCollaboration(server, 'Hidden', []),
  };
  for (const mutation of ['createTask', 'registerComputeNode', 'inviteMember', 'addMember', 'createRole']) {
    const answers = [];
    for (const type of ['Organization', 'Collaboration'] as const) {
      const document = create(mutation, 'id');
      for (const uuid of [hidden[type], randomUUID()]) {
        const asked = document.replaceAll(world.ids.get(type)!, encodeId(type, uuid));
        if (asked === document) continue;
        const { answer, isChanged } = await counting(() => server.ask(asked, {}, member));
        expect([mutation, isChanged]).toEqual([mutation, false]);
        answers.push(answer.errors!.map(({ message, extensions: { code } }) => `${code} ${message}`).join());
      }
    }
    expect([mutation, new Set(answers).size]).toEqual([mutation, 1]);
    expect(answers[0]).toMatch(/^NOT_FOUND There is no such (user or )?(organization|collaboration)/);
  }
});

it('what hangs on a row that was made is shown by its own table, guarded fields by their own rules', async () => {
  await makeNode();
  const person = await createPerson(server);
  await holdRules(
    server,
    person,
    [
      { resource: 'task', operation: 'CREATE', scope: 'COLLABORATION' },
      { resource: 'organization', operation: 'CREATE', scope: 'GLOBAL' },
      { resource: 'organization', operation: 'VIEW', scope: 'ORGANIZATION' },
      { resource: 'collaboration', operation: 'VIEW', scope: 'ORGANIZATION' },
    ],
    alpha(),
  );
  const task = await server.ask(
    create(
      'createTask',
      'name results { totalCount nodes { id } } collaboration { id } children { totalCount }',
    ),
    {},
    person,
  );
  expect(task.errors).toBeUndefined();
  expect(task.data!.made.row).toMatchObject({
    results: { totalCount: 0, nodes: [] },
    collaboration: { id: world.ids.get('Collaboration') },
  });
  const [{ n }] = await server.sql(
    'SELECT count(*)::int AS n FROM results r JOIN tasks t ON t.id = r.task_id WHERE t.name = $1',
    [task.data!.made.row.name],
  );
  expect(n).toBe(1);
  const organization = await server.ask(create('createOrganization', 'id name address1'), {}, person);
  expect(organization.errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', field: 'Organization.address1' } },
  ]);
  expect(organization.data!.made.row).toMatchObject({ name: expect.any(String), address1: null });
});

it('nothing is written where the payload cannot be made, whatever is created', async () => {
  const tried: string[] = [];
  for (const mutation of Object.keys(makers)) {
    await makeNode();
    await makeRoom(mutation);
    const unmakeable = brokenPart(rowOf(mutation).type);
    if (unmakeable === null) continue;
    const asker: Asker =
      mutation === 'createAlgorithmPort'
        ? await computeNode()
        : mutation === 'createTask'
          ? world.viewers.get('Root')!
          : world.viewers.get('superAdmin')!;
    const { answer, isChanged } = await counting(() =>
      server.ask(create(mutation, `id ${unmakeable}`), {}, asker),
    );
    expect([mutation, codes(answer), isChanged]).toEqual([
      mutation,
      [expect.stringContaining('BAD_USER_INPUT')],
      false,
    ]);
    const { answer: sound, isChanged: isMade } = await counting(() =>
      server.ask(create(mutation, 'id'), {}, asker),
    );
    expect([mutation, sound.errors, isMade]).toEqual([mutation, undefined, true]);
    tried.push(mutation);
  }
  expect(tried.length).toBeGreaterThan(20);
});

it('a collaboration that its viewer no longer sees, their organization gone from it, is null and no fault', async () => {
  const person = await createPerson(server);
  await holdRules(
    server,
    person,
    [
      { resource: 'collaboration', operation: 'UPDATE', scope: 'GLOBAL' },
      { resource: 'collaboration', operation: 'VIEW', scope: 'ORGANIZATION' },
      { resource: 'organization', operation: 'VIEW', scope: 'GLOBAL' },
    ],
    alpha(),
  );
  const uuid = await createCollaboration(server, 'Left', [alpha()]);
  const answer = await server.ask(
    `mutation { removeOrganizationFromCollaboration(collaborationId: "${encodeId('Collaboration', uuid)}", organizationId: ${id('Organization')}) { collaboration { id } } }`,
    {},
    person,
  );
  expect(answer).toEqual({ data: { removeOrganizationFromCollaboration: { collaboration: null } } });
  expect(
    await server.sql('SELECT FROM collaboration_organizations WHERE collaboration_id = $1', [uuid]),
  ).toEqual([]);
});

/** What cannot be read of a row: a page of one of its lists after a cursor that nobody was given. */
function brokenPart(type: GraphQLObjectType, depth = 0): string | null {
  const fields = Object.values(type.getFields());
  const list = fields.find((field) => getNamedType(field.type).name.endsWith('Connection'));
  if (list) return `${list.name}(after: "nobody's") { nodes { __typename } }`;
  for (const field of depth === 0 ? fields : []) {
    const target = getNamedType(field.type);
    const inner = isObjectType(target) && isEntity(target.name) ? brokenPart(target, 1) : null;
    if (inner) return `${field.name} { ${inner} }`;
  }
  return null;
}
