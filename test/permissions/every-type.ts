/**
 * One world with a row of every type, and everybody who can ask: nobody, people in every role, holders of each default role
 * and of each single rule, a compute node and a container.
 */
import { randomUUID } from 'node:crypto';
import { catalogue } from '../../src/permissions/rules.ts';
import { issueMachineTokens } from '../../src/platform/auth/tokens.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import { defaultRoles } from '../../src/roles/default-roles.ts';
import { createPerson, signInAs } from '../kit/accounts.ts';
import { holdRole, holdRules } from '../kit/collaborations.ts';
import type { Asker, TestServer } from '../kit/server.ts';
import { createRulesWorld } from './rules.world.ts';
import { createWorld, describeWorld } from './world.ts';

/** Everybody by name, and one id of the schema for each type, of a row that hangs together with the others. */
export interface EveryType {
  readonly viewers: ReadonlyMap<string, Asker>;
  readonly ids: ReadonlyMap<string, string>;
}

/** Writes the world. */
export async function createEveryType(server: TestServer): Promise<EveryType> {
  const events = describeWorld();
  await createWorld(server, events);
  const rules = await createRulesWorld(server);
  const ids = new Map<string, string>();
  const note = (type: string, uuid: string) => void ids.set(type, encodeId(type, uuid));
  const insert = async (type: string, table: string, row: Record<string, unknown>): Promise<string> => {
    const full = { id: randomUUID(), ...row };
    const columns = Object.keys(full);
    await server.sql(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})`,
      Object.values(full),
    );
    note(type, full.id);
    return full.id;
  };
  const event = events.events.get('Open')!.id;
  const user = events.people.get('submitter')!.id;
  const session = events.sessions.find(({ name }) => name === 'spoken CONFIRMED at Open')!.id;
  const speaker = events.speakers.get('own at Open')!.id;
  for (const [type, uuid] of Object.entries({ Event: event, User: user, Session: session, Speaker: speaker }))
    note(type, uuid);
  note('EventMember', events.members.find((one) => one.event === 'Open')!.id);
  for (const { kind, id } of events.arranged.filter((one) => one.event === 'Open')) note(kind, id);

  const [organization, collaboration] = [rules.orgs.Alpha, rules.cols.X];
  const computeNode = rules.rows.find(
    ({ type, name }) => type === 'ComputeNode' && name === 'Alpha in X',
  )!.uuid;
  const role = rules.rows.find(({ type, name }) => type === 'Role' && name === 'role of Alpha')!.uuid;
  for (const [type, uuid] of Object.entries({
    Organization: organization,
    Collaboration: collaboration,
    ComputeNode: computeNode,
    Role: role,
  }))
    note(type, uuid);
  const task = await insert('Task', 'tasks', {
    name: 'T',
    image: 'i',
    job_id: 1,
    collaboration_id: collaboration,
    initiator_id: organization,
    creator_id: user,
  });
  const result = await insert('Result', 'results', {
    task_id: task,
    organization_id: organization,
    compute_node_id: computeNode,
    deadline_at: '2050-01-01',
  });
  await insert('AlgorithmPort', 'algorithm_ports', {
    result_id: result,
    port: 8888,
    label: 'http',
    address: 'host:8888',
  });
  await server.sql(`UPDATE organizations SET public_key = 'a2V5', public_key_version = 1 WHERE id = $1`, [
    organization,
  ]);
  await insert('MembershipInvite', 'membership_invites', {
    organization_id: organization,
    email: 'm@example.org',
    expires_at: '2050-01-01',
  });

  const topic = await insert('EventTopic', 'event_topics', { name: 'Tides', slug: 'tides' });
  const subTopic = await insert('EventSubTopic', 'event_sub_topics', {
    name: 'Ebb',
    slug: 'ebb',
    topic_id: topic,
  });
  const type = await insert('EventType', 'event_types', { name: 'Regatta', slug: 'regatta' });
  await server.sql(
    'UPDATE events SET topic_id = $2, sub_topic_id = $3, type_id = $4, organization_id = $5 WHERE id = $1',
    [event, topic, subTopic, type, organization],
  );
  await insert('CustomForm', 'custom_forms', {
    event_id: event,
    form: 'SESSION',
    field_identifier: 'extra',
    name: 'Extra',
  });
  await insert('Favourite', 'favourites', { user_id: user, session_id: session });
  await insert('Feedback', 'feedback', { user_id: user, event_id: event, rating: 5 });
  await insert('RoleInvite', 'role_invites', {
    event_id: event,
    email: 'r@example.org',
    role: 'MODERATOR',
    expires_at: '2050-01-01',
  });
  await insert('SpeakerInvite', 'speaker_invites', {
    session_id: session,
    speaker_id: speaker,
    email: 's@example.org',
    expires_at: '2050-01-01',
  });
  await insert('Notification', 'notifications', {
    user_id: user,
    kind: 'a.notice',
    subject_type: 'Session',
    subject_id: session,
  });
  await insert('Job', 'jobs', {
    kind: 'events.export',
    status: 'COMPLETED',
    actor_id: user,
    actor_kind: 'user',
    is_followed: true,
  });
  await insert('Mail', 'mails', {
    kind: 'a.mail',
    recipient: 'somebody@example.org',
    subject: 'Hello',
    status: 'SENT',
  });
  await insert('Activity', 'activities', {
    action: 'MARK',
    actor_id: user,
    actor_kind: 'user',
    object_type: 'Session',
    object_id: session,
  });
  for (const { resource } of server.app.permissions.all) {
    const { table } = server.app.permissions.models.get(resource)!;
    const [found] = ids.has(resource) ? [] : await server.sql(`SELECT id FROM ${table} LIMIT 1`);
    if (found) note(resource, found.id);
  }

  const viewers = new Map<string, Asker>([['nobody', {}]]);
  const wanted = ['superAdmin', 'admin', 'registered', 'unverified', 'submitter', 'formerTeam', 'speaker'];
  for (const one of events.people.values()) {
    if (wanted.includes(one.name) || one.name.endsWith('ofOpen'))
      viewers.set(one.name, await signInAs(server, one.id));
  }
  for (const { name } of defaultRoles) {
    const person = await createPerson(server);
    await holdRole(server, person, name, organization);
    viewers.set(name, person);
  }
  for (const rule of catalogue) {
    const person = await createPerson(server);
    await holdRules(server, person, [rule], organization);
    viewers.set(`${rule.resource}:${rule.operation}:${rule.scope}`, person);
  }
  const node = {
    token: (await issueMachineTokens(server.app.database, server.app.config, computeNode)).accessToken,
  };
  viewers.set('compute node', node);
  const made = await server.ask(
    'mutation ($id: ID!) { createContainerToken(taskId: $id, image: "i") { token } }',
    { id: ids.get('Task') },
    node,
  );
  viewers.set('container', { token: made.data!.createContainerToken.token });
  return { viewers, ids };
}
