/** What people are told of work in the background: exports and imports that ended, compute nodes that went offline. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endPresence } from '../../src/compute-nodes/presence.ts';
import { importJobKind } from '../../src/imports/import.job.ts';
import { startWorkers, writerOf } from '../../src/worker.ts';
import type { Workers } from '../../src/worker.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole, holdRules } from '../kit/collaborations.ts';
import type { Made } from '../kit/event-rows.ts';
import { giveRole, makeEvent } from '../kit/event-rows.ts';
import { fixtures, folder, zipOf } from '../kit/open-event-zip.ts';
import { createPersonWithPassword, password } from '../kit/passwords.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const exportEvent = 'mutation ($id: ID!) { exportEvent(id: $id, format: SPEAKERS_CSV) { job { id } } }';

let server: TestServer;
let workers: Workers;
let owner: Person, stranger: Person;
let event: Made;

beforeAll(async () => {
  server = await startServer({ ADDRESS_ATTEMPTS: '1000' });
  server.app.config.http.publicUrl = server.url;
  workers = await startWorkers(server.app, { backoffMs: 20 });
  [owner, stranger] = [await createPersonWithPassword(server), await createPersonWithPassword(server)];
  event = await makeEvent(server);
  await giveRole(server, event, owner, 'OWNER');
});
afterAll(async () => {
  await workers?.stop();
  await server?.close();
});

const mailsTo = ({ email }: Person) =>
  server.sql('SELECT subject, text, html FROM mailbox_messages WHERE recipient = $1 ORDER BY created_at', [
    email,
  ]);
const logOf = (kind: string) => server.sql('SELECT recipient, status FROM mails WHERE kind = $1', [kind]);
const settled = () =>
  until(
    async () =>
      (
        await server.sql(
          `SELECT FROM jobs WHERE status IN ('WAITING', 'ACTIVE') AND kind NOT IN ('platform.prune')`,
        )
      ).length === 0,
    20_000,
  );
const notificationsOf = ({ userId }: Person) =>
  server.sql('SELECT kind, subject_type FROM notifications WHERE user_id = $1', [userId]);

describe('an export', () => {
  it('is told of when it is done, with a link to a page that gives its file to nobody else', async () => {
    expect((await server.ask(exportEvent, { id: event.id }, owner)).errors).toBeUndefined();
    await until(async () => (await mailsTo(owner)).length === 1, 20_000);
    const [{ subject, text }] = await mailsTo(owner);
    expect(subject).toBe('The export of Open day is ready');
    expect(await notificationsOf(owner)).toEqual([{ kind: 'event.exported', subject_type: 'Job' }]);
    expect(text).not.toContain('/files/');
    const url = new URL(/^http:\S+$/m.exec(text)![0]);
    const shown = await (await fetch(url)).text();
    expect(shown).toContain('Sign in to see');
    expect(shown).not.toContain('/files/');
    await settled();
    const post = (login: string) =>
      fetch(`${server.url}/jobs`, {
        method: 'POST',
        body: new URLSearchParams({ id: url.searchParams.get('id')!, login, password }),
      });
    const foreign = await post(stranger.email);
    expect([foreign.status, await foreign.text()]).toEqual([
      400,
      expect.stringContaining('You have started no such work.'),
    ]);
    const own = await post(owner.email);
    const [, href] = /<a href="([^"]+\/files\/[^"]+)"/.exec(await own.text())!;
    expect((await fetch(href.replaceAll('&#38;', '&'))).status).toBe(200);
  });

  it('sends no mail to whoever does not want it', async () => {
    await server.sql(
      `INSERT INTO message_preferences (user_id, kind, is_mail_wanted, is_notice_wanted) VALUES ($1, 'event.exported', false, false)`,
      [owner.userId],
    );
    await server.ask(exportEvent, { id: event.id }, owner);
    await until(async () => (await logOf('event.exported')).length === 2, 20_000);
    expect((await logOf('event.exported')).map(({ status }) => status).toSorted()).toEqual([
      'SENT',
      'SUPPRESSED',
    ]);
    expect([(await mailsTo(owner)).length, (await notificationsOf(owner)).length]).toEqual([1, 1]);
  });
});

describe('an import', () => {
  it('that fails is told of with the reason', async () => {
    await server.app.storage.put('imports/broken/event.zip', Buffer.from('this is no zip'));
    const write = (await writerOf(server.app, { kind: 'user', userId: stranger.userId }))!;
    await write.transaction((changes) => changes.enqueue(importJobKind, { key: 'imports/broken/event.zip' }));
    await until(async () => (await mailsTo(stranger)).length === 1, 20_000);
    const [{ subject, text }] = await mailsTo(stranger);
    const [{ error }] = await server.sql(`SELECT error FROM jobs WHERE kind = 'events.import'`);
    expect([subject, text.includes(`> ${error}`)]).toEqual(['Your import has failed', true]);
  });

  it('that is done is told of with what was read, and a page that has the whole account for whoever started it', async () => {
    const importer = await createPersonWithPassword(server);
    await server.app.storage.put('imports/whole/event.zip', await zipOf(folder(join(fixtures, 'dashed'))));
    const write = (await writerOf(server.app, { kind: 'user', userId: importer.userId }))!;
    await write.transaction((changes) => changes.enqueue(importJobKind, { key: 'imports/whole/event.zip' }));
    await until(async () => (await mailsTo(importer)).length === 1, 20_000);
    const [{ subject, text }] = await mailsTo(importer);
    const [{ message }] = await server.sql(
      `SELECT message FROM jobs WHERE kind = 'events.import' AND actor_id = $1`,
      [importer.userId],
    );
    expect([subject, text.includes(`> ${message}`)]).toEqual(['Your import is done', true]);
    expect(await notificationsOf(importer)).toEqual([{ kind: 'event.imported', subject_type: 'Job' }]);
    const id = new URL(/^http:\S+$/m.exec(text)![0]).searchParams.get('id')!;
    const post = (login: string) =>
      fetch(`${server.url}/jobs`, { method: 'POST', body: new URLSearchParams({ id, login, password }) });
    const own = await (await post(importer.email)).text();
    expect(own).toContain(message.replaceAll('&', '&#38;'));
    const [, href] = /<a href="([^"]+\/files\/[^"]+)"/.exec(own)!;
    expect(await (await fetch(href.replaceAll('&#38;', '&'))).json()).toMatchObject({
      name: 'Harbour & Tides Days',
      created: true,
    });
    expect(await (await post(stranger.email)).text()).not.toContain('Harbour');
  });
});

describe('a compute node that goes offline', () => {
  it('is told to those who may receive its presence, once, and to nobody else', async () => {
    const [alpha, beta, gamma] = [
      await createOrganization(server, 'Alpha'),
      await createOrganization(server, 'Beta'),
      await createOrganization(server, 'Gamma'),
    ];
    const collaboration = await createCollaboration(server, 'Open', [alpha, beta]);
    await createCollaboration(server, 'Elsewhere', [gamma]);
    const [researcher, neighbour, rival, blocked, deaf] = await Promise.all(
      Array.from({ length: 5 }, () => createPerson(server)),
    );
    for (const person of [researcher, blocked, deaf]) await holdRole(server, person, 'Researcher', alpha);
    // Of the collaboration, with the rule, yet for the nodes of their own organization alone.
    await holdRules(
      server,
      neighbour,
      [
        { resource: 'live', operation: 'RECEIVE', scope: 'ORGANIZATION' },
        { resource: 'compute_node', operation: 'VIEW', scope: 'ORGANIZATION' },
      ],
      beta,
    );
    await holdRole(server, rival, 'Collaboration Admin', gamma);
    await server.sql('UPDATE users SET is_blocked = true WHERE id = $1', [blocked.userId]);
    await server.sql(
      `INSERT INTO message_preferences (user_id, kind, is_mail_wanted, is_notice_wanted) VALUES ($1, 'computeNode.offline', false, true)`,
      [deaf.userId],
    );
    await server.sql(
      `INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash, last_seen_at, online_until)
       VALUES (gen_random_uuid(), 'Alpha – Open', $1, $2, 'p', 'h', '2026-03-01T12:00:00Z', now() - interval '1 second')`,
      [alpha, collaboration],
    );
    await Promise.all([endPresence(server.app.database), endPresence(server.app.database)]);
    await until(async () => (await logOf('computeNode.offline')).length === 2, 20_000);
    await settled();
    await endPresence(server.app.database);
    await settled();
    expect((await logOf('computeNode.offline')).toSorted((one) => (one.status === 'SENT' ? -1 : 1))).toEqual([
      { recipient: researcher.email, status: 'SENT' },
      { recipient: deaf.email, status: 'SUPPRESSED' },
    ]);
    const [{ subject, text }] = await mailsTo(researcher);
    expect([subject, text.includes('It was last heard of on')]).toEqual([
      'Compute node offline: Alpha – Open',
      true,
    ]);
    expect(
      await Promise.all(
        [researcher, deaf, neighbour, rival, blocked].map(
          async (person) => (await notificationsOf(person)).length,
        ),
      ),
    ).toEqual([1, 1, 0, 0, 0]);
  });

  it('is not told by mail to whoever has lost the right when the mail is written, or of one that is back', async () => {
    const [{ id, organization_id: alpha }] = await server.sql(
      'SELECT id, organization_id FROM compute_nodes',
    );
    const before = (await logOf('computeNode.offline')).length;
    const leaver = await createPerson(server);
    await holdRole(server, leaver, 'Researcher', alpha);
    await workers.stop();
    const write = (await writerOf(server.app, { kind: 'user', userId: leaver.userId }))!;
    await write.transaction((changes) =>
      changes.enqueue('computeNode.offline', { computeNodeId: id, userId: leaver.userId }),
    );
    await server.sql('DELETE FROM role_assignments WHERE user_id = $1', [leaver.userId]);
    workers = await startWorkers(server.app, { backoffMs: 20 });
    await until(
      async () =>
        (await server.sql(`SELECT FROM jobs WHERE actor_id = $1 AND status = 'FAILED'`, [leaver.userId]))
          .length === 1,
      20_000,
    );
    await holdRole(server, leaver, 'Researcher', alpha);
    await server.sql(`UPDATE compute_nodes SET online_until = now() + interval '1 minute'`);
    const again = (await writerOf(server.app, { kind: 'user', userId: leaver.userId }))!;
    await again.transaction((changes) =>
      changes.enqueue('computeNode.offline', { computeNodeId: id, userId: leaver.userId }),
    );
    await settled();
    expect([(await logOf('computeNode.offline')).length, await mailsTo(leaver)]).toEqual([before, []]);
  });
});
