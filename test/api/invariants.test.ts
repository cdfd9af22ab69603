/**
 * What holds of the rows at every moment, whoever does whatever at the same time: all pairs of mutations that touch one
 * invariant are run against each other over HTTP, and afterwards every invariant is asked of the database. No answer
 * is a fault of the server. `INVARIANT_ROUNDS=50` runs each pair more often than the two times of a usual run.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, join } from '../kit/collaborations.ts';
import { giveRole, insert, make, makeEvent } from '../kit/event-rows.ts';
import { invariants } from '../kit/invariants.ts';
import type { Answer, Asker, TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

const rounds = Number(process.env.INVARIANT_ROUNDS ?? 2);
/** What may be answered to whoever comes second. */
const refusals = ['CONFLICT', 'NOT_FOUND', 'FORBIDDEN', 'UNAUTHENTICATED', 'BAD_USER_INPUT'];

/** Mutations that touch one invariant, by what they do. */
type Doings = Record<string, () => Promise<Answer>>;

let server: TestServer;
let root: Person;
beforeAll(async () => {
  server = await startServer({ POOL_SIZE: '8' });
  root = await createPerson(server, { isSuperAdmin: true });
});
afterAll(() => server.close());

/** A mutation by name, whose arguments are given with their types: `{ id: ['ID!', …] }`. */
function call(
  name: string,
  selection: string,
  given: Record<string, [type: string, value: unknown]>,
  who: Asker,
): () => Promise<Answer> {
  const declared = Object.entries(given).map(([key, [type]]) => `$${key}: ${type}`);
  const passed = Object.keys(given).map((key) => `${key}: $${key}`);
  const document = `mutation (${declared.join(', ')}) { ${name}(${passed.join(', ')}) { ${selection} } }`;
  const variables = Object.fromEntries(Object.entries(given).map(([key, [, value]]) => [key, value]));
  return () => server.ask(document, variables, who);
}
const onId = (name: string, selection: string, id: string, who: Asker) =>
  call(name, selection, { id: ['ID!', id] }, who);
const deletes = (name: string, id: string, who: Asker) => onId(name, 'deletedId', id, who);

async function invite(
  type: 'RoleInvite' | 'SpeakerInvite',
  email: string,
  row: Record<string, unknown>,
): Promise<string> {
  const id = uuidv7();
  const table = type === 'RoleInvite' ? 'role_invites' : 'speaker_invites';
  await insert(server, table, {
    id,
    email,
    answer: 'PENDING',
    expires_at: new Date(Date.now() + 86_400_000),
    invited_by_id: root.userId,
    ...row,
  });
  return encodeId(type, id);
}

/** A collaboration of three organizations with compute nodes, a researcher of the first, and a task for the second. */
async function federation() {
  const names = ['A', 'B', 'C'].map((letter) => `${letter} ${uuidv7()}`);
  const [a, b, c] = await Promise.all(names.map((name) => createOrganization(server, name)));
  const collaboration = await createCollaboration(server, names[0], [a, b]);
  const researcher = await createPerson(server);
  await holdRole(server, researcher, 'Researcher', a);
  const nodes: Record<string, string> = {};
  for (const organization of [a, b]) {
    nodes[organization] = uuidv7();
    await insert(server, 'compute_nodes', {
      id: nodes[organization],
      name: organization,
      organization_id: organization,
      collaboration_id: collaboration,
      api_key_prefix: nodes[organization],
      api_key_hash: 'x',
    });
  }
  const [task, result] = [uuidv7(), uuidv7()];
  await insert(server, 'tasks', {
    id: task,
    name: 'T',
    image: 'i',
    job_id: 1,
    collaboration_id: collaboration,
    initiator_id: a,
    creator_id: researcher.userId,
  });
  await insert(server, 'results', {
    id: result,
    task_id: task,
    organization_id: b,
    compute_node_id: nodes[b],
    status: 'ACTIVE',
    deadline_at: new Date(Date.now() + 86_400_000),
  });
  const id = (type: string, uuid: string) => encodeId(type, uuid);
  const node = {
    token: (await issueMachineTokens(server.app.database, server.app.config, nodes[b])).accessToken,
  };
  const collaborationId = id('Collaboration', collaboration);
  const organizations = { a: id('Organization', a), b: id('Organization', b), c: id('Organization', c) };
  return {
    a,
    b,
    c,
    names,
    researcher,
    node,
    task: id('Task', task),
    result: id('Result', result),
    collaborationId,
    organizations,
    nodeOfB: id('ComputeNode', nodes[b]),
  };
}

/** Each makes a small world of its own, and what is done in it at once. */
const scenes: Record<string, () => Promise<Doings>> = {
  async 'the owner and the roles of an event'() {
    const event = await makeEvent(server, { call: 'none' });
    const [owner, ada, bob] = await Promise.all([
      createPerson(server),
      createPerson(server),
      createPerson(server),
    ]);
    await giveRole(server, event, owner, 'OWNER');
    await giveRole(server, event, ada, 'MODERATOR');
    const [member] = await server.sql('SELECT id FROM event_members WHERE event_id = $1 AND user_id = $2', [
      event.uuid,
      ada.userId,
    ]);
    const memberId = encodeId('EventMember', member.id);
    const invited = async (who: Person, role: string) => {
      const id = await invite('RoleInvite', who.email, { event_id: event.uuid, role });
      return onId('acceptRoleInvite', 'roleInvite { status }', id, who);
    };
    return {
      'Ada becomes owner': await invited(ada, 'OWNER'),
      'Bob becomes owner': await invited(bob, 'OWNER'),
      'Ada becomes coorganizer': await invited(ada, 'COORGANIZER'),
      'Ada is made registrar': call(
        'updateEventMember',
        'eventMember { role }',
        { id: ['ID!', memberId], role: ['EventRole!', 'REGISTRAR'] },
        owner,
      ),
      'Ada is removed': deletes('removeEventMember', memberId, owner),
      'Ada deletes the account': deletes('deleteUser', ada.id, ada),
      'the owner deletes the account': deletes('deleteUser', owner.id, owner),
      'Bob is deleted by staff': deletes('deleteUser', bob.id, root),
      'the event is deleted': deletes('deleteEvent', event.id, owner),
    };
  },

  async 'the last super admins'() {
    await server.sql('UPDATE users SET is_super_admin = false WHERE is_super_admin');
    const [one, two] = await Promise.all([
      createPerson(server, { isSuperAdmin: true }),
      createPerson(server, { isSuperAdmin: true }),
    ]);
    const change = (who: Person, whom: Person, input: object) =>
      call('updateUser', 'user { id }', { id: ['ID!', whom.id], input: ['UpdateUserInput!', input] }, who);
    return {
      'the first unmakes the second': change(one, two, { isSuperAdmin: false }),
      'the second unmakes the first': change(two, one, { isSuperAdmin: false }),
      'the first blocks the second': change(one, two, { isBlocked: true }),
      'the second deletes the account': deletes('deleteUser', two.id, two),
      'the first deletes the account': deletes('deleteUser', one.id, one),
    };
  },

  async 'the profiles of an event'() {
    const event = await makeEvent(server);
    const [owner, ada] = await Promise.all([createPerson(server), createPerson(server)]);
    await giveRole(server, event, owner, 'OWNER');
    const [first, second] = [
      await make(server, 'Session', { event_id: event.uuid }),
      await make(server, 'Session', { event_id: event.uuid }),
    ];
    const offered = await make(server, 'Speaker', { event_id: event.uuid, name: 'Offered' });
    const other = await make(server, 'Speaker', { event_id: event.uuid, name: 'Other' });
    const old = await make(server, 'Speaker', {
      event_id: event.uuid,
      name: 'Old',
      user_id: ada.userId,
      email: ada.email,
      deleted_at: new Date(),
    });
    const accepts = async (session: string, speaker: string | null) =>
      onId(
        'acceptSpeakerInvite',
        'speakerInvite { status }',
        await invite('SpeakerInvite', ada.email, { session_id: session, speaker_id: speaker }),
        ada,
      );
    const named = (id: string) =>
      call(
        'updateSpeaker',
        'speaker { id }',
        { id: ['ID!', id], input: ['UpdateSpeakerInput!', { email: ada.email }] },
        owner,
      );
    return {
      'Ada enters her profile': call(
        'createSpeaker',
        'speaker { id }',
        {
          input: [
            'CreateSpeakerInput!',
            { eventId: event.id, name: 'Ada', email: ada.email, shortBiography: 'x' },
          ],
        },
        ada,
      ),
      'Ada accepts an invite with a profile': await accepts(first.uuid, offered.uuid),
      'Ada accepts another invite': await accepts(second.uuid, null),
      'the team enters a profile with her address': call(
        'createSpeaker',
        'speaker { id }',
        { input: ['CreateSpeakerInput!', { eventId: event.id, name: 'A', email: ada.email }] },
        owner,
      ),
      'the team gives her address to a profile': named(other.id),
      'her old profile is restored': onId('restoreSpeaker', 'speaker { id }', old.id, root),
      'the profile is deleted': deletes('deleteSpeaker', offered.id, owner),
    };
  },

  async 'the programme of an event'() {
    const event = await makeEvent(server, { call: 'none' });
    const owner = await createPerson(server);
    await giveRole(server, event, owner, 'OWNER');
    const [track, room, session, speaker] = await Promise.all([
      make(server, 'Track', { event_id: event.uuid }),
      make(server, 'Room', { event_id: event.uuid }),
      make(server, 'Session', { event_id: event.uuid }),
      make(server, 'Speaker', { event_id: event.uuid, name: 'S' }),
    ]);
    const update = (input: object) =>
      call(
        'updateSession',
        'session { id }',
        { id: ['ID!', session.id], input: ['UpdateSessionInput!', input] },
        owner,
      );
    const create = (name: string, type: string, input: object) =>
      call(
        name,
        type,
        { input: [`${name[0].toUpperCase()}${name.slice(1)}Input!`, { eventId: event.id, ...input }] },
        owner,
      );
    const day = 86_400_000;
    const dates = { startsAt: new Date(Date.now() - day), endsAt: new Date(Date.now() + day) };
    return {
      'the session gets the track': update({ trackId: track.id }),
      'the session gets room and speaker': update({ roomId: room.id, speakerIds: [speaker.id] }),
      'the track is deleted': deletes('deleteTrack', track.id, owner),
      'the room is deleted': deletes('deleteRoom', room.id, owner),
      'the speaker is deleted': deletes('deleteSpeaker', speaker.id, owner),
      'the session is deleted': deletes('deleteSession', session.id, owner),
      'a call is set': call(
        'setCallForSpeakers',
        'callForSpeakers { id }',
        { eventId: ['ID!', event.id], input: ['CallForSpeakersInput!', dates] },
        owner,
      ),
      'a copyright is created': create('createCopyright', 'copyright { id }', { holder: 'H' }),
      'a field is created': create('createCustomForm', 'customForm { id }', {
        form: 'SESSION',
        type: 'TEXT',
        name: 'F',
        fieldIdentifier: 'f',
      }),
    };
  },

  async 'topics and the events that use them'() {
    const event = await makeEvent(server, { call: 'none' });
    await giveRole(server, event, root, 'OWNER');
    const id = uuidv7();
    await insert(server, 'event_topics', { id, name: id, slug: id });
    const topic = encodeId('EventTopic', id);
    return {
      'the event gets the topic': call(
        'updateEvent',
        'event { id }',
        { id: ['ID!', event.id], input: ['UpdateEventInput!', { topicId: topic }] },
        root,
      ),
      'the topic is deleted': deletes('deleteEventTopic', topic, root),
      'the topic gets a sub-topic': call(
        'createEventSubTopic',
        'eventSubTopic { id }',
        { input: ['CreateEventSubTopicInput!', { topicId: topic, name: id }] },
        root,
      ),
    };
  },

  async 'invites to one address'() {
    const event = await makeEvent(server, { call: 'none' });
    const [owner, ada] = await Promise.all([createPerson(server), createPerson(server)]);
    await giveRole(server, event, owner, 'OWNER');
    const id = await invite('RoleInvite', ada.email, { event_id: event.uuid, role: 'MODERATOR' });
    const other = await invite('RoleInvite', ada.email, { event_id: event.uuid, role: 'REGISTRAR' });
    const selection = 'roleInvite { status }';
    return {
      'she is invited again': call(
        'createRoleInvite',
        selection,
        { input: ['CreateRoleInviteInput!', { eventId: event.id, email: ada.email, role: 'MODERATOR' }] },
        owner,
      ),
      'the mail is sent again': onId('resendRoleInvite', selection, id, owner),
      'the other invite is changed to the role': call(
        'updateRoleInvite',
        selection,
        { id: ['ID!', other], input: ['UpdateRoleInviteInput!', { role: 'MODERATOR' }] },
        owner,
      ),
      'the invite is canceled': onId('cancelRoleInvite', selection, id, owner),
      'she accepts': onId('acceptRoleInvite', selection, id, ada),
      'she declines': onId('declineRoleInvite', selection, id, ada),
    };
  },

  async 'accounts of one address'() {
    const name = `u${uuidv7().slice(-12)}`;
    const [ada, bob] = await Promise.all([
      createPerson(server),
      createPerson(server, { email: `${name}@example.org` }),
    ]);
    await server.sql('UPDATE users SET deleted_at = now() WHERE id = $1', [bob.userId]);
    const rename = call(
      'updateUser',
      'user { id }',
      { id: ['ID!', ada.id], input: ['UpdateUserInput!', { username: name.toUpperCase() }] },
      ada,
    );
    return {
      'somebody signs up': call(
        'signUp',
        'viewer { id }',
        {
          input: [
            'SignUpInput!',
            { email: `${name}@example.org`, username: name, password: 'correct horse battery' },
          ],
        },
        { token: null },
      ),
      'the deleted account is restored': onId('restoreUser', 'user { id }', bob.id, root),
      'Ada takes the username': rename,
    };
  },

  async 'who is in a collaboration, and its tasks'() {
    const { researcher, node, task, result, collaborationId, organizations, nodeOfB } = await federation();
    const inCollaboration = (name: string, organizationId: string) =>
      call(
        name,
        'collaboration { id }',
        { collaborationId: ['ID!', collaborationId], organizationId: ['ID!', organizationId] },
        root,
      );
    const input = {
      collaborationId,
      name: 'T',
      image: 'i',
      organizations: [{ organizationId: organizations.b, input: 'x' }],
    };
    const report = (status: string) =>
      call(
        'reportResult',
        'result { status }',
        {
          id: ['ID!', result],
          input: ['ReportResultInput!', { status, ...(status === 'COMPLETED' ? { result: 'x' } : {}) }],
        },
        node,
      );
    const register = { collaborationId, organizationId: organizations.b };
    return {
      'a task is created': call(
        'createTask',
        'task { id results { totalCount } }',
        { input: ['CreateTaskInput!', input] },
        researcher,
      ),
      'the target leaves': inCollaboration('removeOrganizationFromCollaboration', organizations.b),
      'the target joins': inCollaboration('addOrganizationToCollaboration', organizations.b),
      'the initiator leaves': inCollaboration('removeOrganizationFromCollaboration', organizations.a),
      'the researcher leaves the initiator': call(
        'removeMember',
        'organization { id }',
        { organizationId: ['ID!', organizations.a], userId: ['ID!', researcher.id] },
        root,
      ),
      'the compute node is deleted': deletes('deleteComputeNode', nodeOfB, root),
      'another compute node is registered': call(
        'registerComputeNode',
        'computeNode { id } apiKey',
        { input: ['RegisterComputeNodeInput!', register] },
        root,
      ),
      'the result is complete': report('COMPLETED'),
      'the result failed': report('FAILED'),
      'the task is canceled': onId('cancelTask', 'task { status }', task, researcher),
      'the task is deleted': deletes('deleteTask', task, researcher),
      'the collaboration is deleted': deletes('deleteCollaboration', collaborationId, root),
      'the target is deleted': deletes('deleteOrganization', organizations.b, root),
    };
  },

  async 'who is in an organization, and what they hold'() {
    const organization = await createOrganization(server, `O ${uuidv7()}`);
    const [member, stranger] = await Promise.all([createPerson(server), createPerson(server)]);
    await join(server, member, organization);
    const role = uuidv7();
    await insert(server, 'roles', { id: role, name: role, organization_id: organization });
    const [{ id: rule }] = await server.sql('SELECT id FROM rules LIMIT 1');
    const [organizationId, roleId, ruleId] = [
      encodeId('Organization', organization),
      encodeId('Role', role),
      encodeId('Rule', rule),
    ];
    const handing = (name: string, more: Record<string, [string, unknown]>, whom = member) =>
      call(
        name,
        'user { id }',
        { userId: ['ID!', whom.id], organizationId: ['ID', organizationId], ...more },
        root,
      );
    const ofMember = (name: string, whom: Person) =>
      call(
        name,
        'organization { id }',
        { organizationId: ['ID!', organizationId], userId: ['ID!', whom.id] },
        root,
      );
    return {
      'the role is assigned': handing('assignRole', { roleId: ['ID!', roleId] }),
      'a rule is given': handing('giveRule', { ruleId: ['ID!', ruleId] }),
      'the role is revoked': handing('revokeRole', { roleId: ['ID!', roleId] }),
      'the member is removed': ofMember('removeMember', member),
      'the member is added': ofMember('addMember', member),
      'the member deletes the account': deletes('deleteUser', member.id, member),
      'a stranger is added': ofMember('addMember', stranger),
      'the role is deleted': deletes('deleteRole', roleId, root),
      'the organization is deleted': deletes('deleteOrganization', organizationId, root),
    };
  },
};

describe('two at once', () => {
  it.each(Object.keys(scenes))(
    'keep every invariant: %s',
    async (name) => {
      const scene = scenes[name];
      const names = Object.keys(await scene());
      const faults: string[] = [];
      for (const [index, one] of names.entries()) {
        for (const other of names.slice(index)) {
          for (let round = 0; round < rounds; round += 1) {
            const doings = await scene();
            // By turns the one and the other has a little start.
            const answers = await Promise.all([doings[one](), later(round % 3, () => doings[other]())]);
            const codes = answers.flatMap(({ errors = [] }) =>
              errors.map(({ extensions }) => String(extensions.code)),
            );
            for (const code of codes) if (!refusals.includes(code)) faults.push(`${one} + ${other}: ${code}`);
            for (const broken of await brokenInvariants()) faults.push(`${one} + ${other}: ${broken}`);
          }
        }
      }
      await server.sql('UPDATE users SET is_super_admin = true WHERE id = $1', [root.userId]);
      expect([...new Set(faults)]).toEqual([]);
    },
    600_000,
  );
});

describe('docs/invariants.md', () => {
  it('says of each invariant what holds it, and of no other', () => {
    const text = readFileSync(new URL('../../docs/invariants.md', import.meta.url), 'utf8');
    const told = [...text.matchAll(/^\| ([A-Z].*?) \| \S/gm)].map(([, sentence]) => sentence);
    expect(told).toEqual(['Invariant', ...invariants.map(({ name }) => name)]);
  });
});

async function brokenInvariants(): Promise<string[]> {
  const checks = invariants.map(
    ({ violations }, index) => `SELECT ${index} AS at WHERE EXISTS (${violations})`,
  );
  return (await server.sql(checks.join(' UNION ALL '))).map(({ at }) => invariants[at].name);
}

/** Starts work after some turns of the event loop. */
async function later<T>(turns: number, work: () => Promise<T>): Promise<T> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return work();
}
