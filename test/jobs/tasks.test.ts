/** The upkeep of results: leases and deadlines that end, what is given again and what is given up, what is cleared. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serverViewer } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { fileKey } from '../../src/platform/files/keys.ts';
import { clearOld, endLeases, removePayloads } from '../../src/tasks/result.upkeep.ts';
import { createCollaboration, createOrganization } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;
let organization: string;
let collaboration: string;

beforeAll(async () => {
  server = await startServer();
  organization = await createOrganization(server, 'Alpha');
  collaboration = await createCollaboration(server, 'Open', [organization]);
});
beforeEach(() => server.sql('DELETE FROM tasks'));
afterAll(() => server.close());

/** A result as it stands, of a task of its own. */
async function result(columns: Record<string, unknown>): Promise<string> {
  const [task, id] = [uuidv7(), uuidv7()];
  await server.sql(
    `INSERT INTO tasks (id, name, image, job_id, collaboration_id, initiator_id) VALUES ($1, 'T', 'i', 1, $2, $3)`,
    [task, collaboration, organization],
  );
  await server.sql(
    `INSERT INTO results (id, task_id, organization_id, deadline_at) VALUES ($1, $2, $3, now() + interval '1 day')`,
    [id, task, organization],
  );
  const keys = Object.keys(columns);
  await server.sql(
    `UPDATE results SET ${keys.map((key, index) => `${key} = $${index + 2}`).join(', ')} WHERE id = $1`,
    [id, ...Object.values(columns)],
  );
  return id;
}
const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 60_000);
const keep = (retries: number) =>
  new Writer(server.app.database, server.app.permissions, serverViewer).transaction((changes) =>
    endLeases(changes, { retries }),
  );
const state = async (id: string) =>
  (
    await server.sql(
      'SELECT r.status, r.attempt, r.lease_until AS lease, t.status AS task, t.finished_at IS NOT NULL AS finished FROM results r JOIN tasks t ON t.id = r.task_id WHERE r.id = $1',
      [id],
    )
  )[0];

describe('a lease that ends', () => {
  it('gives the result again while retries are left, and gives it up after that', async () => {
    const id = await result({ status: 'ACTIVE', lease_until: past, started_at: past });
    expect(await keep(2)).toBe(1);
    expect(await state(id)).toMatchObject({
      status: 'PENDING',
      attempt: 2,
      lease: null,
      task: 'PENDING',
      finished: false,
    });
    await server.sql(`UPDATE results SET status = 'INITIALIZING', lease_until = $2 WHERE id = $1`, [
      id,
      past,
    ]);
    await keep(2);
    expect(await state(id)).toMatchObject({ status: 'PENDING', attempt: 3 });
    await server.sql(`UPDATE results SET status = 'ACTIVE', lease_until = $2 WHERE id = $1`, [id, past]);
    await keep(2);
    expect(await state(id)).toMatchObject({
      status: 'UNKNOWN_ERROR',
      attempt: 3,
      task: 'FAILED',
      finished: true,
    });
    expect(await keep(2)).toBe(0);
    const told = await server.sql(
      `SELECT payload -> 'data' ->> 'status' AS status FROM notices WHERE payload ->> 'id' = $1 AND topic LIKE 'taskStatus:task:%' ORDER BY id`,
      [id],
    );
    expect(told.map(({ status }) => status)).toEqual(['PENDING', 'PENDING', 'UNKNOWN_ERROR']);
  });

  it('is none while it is renewed, and none of a result that nobody works on', async () => {
    const ids = [
      await result({ status: 'ACTIVE', lease_until: future }),
      await result({ status: 'PENDING', lease_until: past }),
      await result({ status: 'COMPLETED', lease_until: past, finished_at: past }),
    ];
    expect(await keep(2)).toBe(0);
    expect((await Promise.all(ids.map(state))).map(({ status }) => status)).toEqual([
      'ACTIVE',
      'PENDING',
      'COMPLETED',
    ]);
  });

  it('matters no more after the deadline', async () => {
    const ids = [
      await result({ deadline_at: past }),
      await result({ status: 'ACTIVE', lease_until: future, deadline_at: past }),
    ];
    expect(await keep(5)).toBe(2);
    for (const id of ids)
      expect(await state(id)).toMatchObject({ status: 'UNKNOWN_ERROR', attempt: 1, task: 'FAILED' });
  });
});

describe('what was kept long enough', () => {
  it('is cleared by the settings, with its payloads', async () => {
    const { storage, database, config } = server.app;
    const payload = uuidv7();
    await storage.put(fileKey('payloads', payload), Buffer.from('large'));
    await server.sql(
      `INSERT INTO payloads (id, uploader, bytes, is_ciphertext, created_at, used_at) VALUES ($1, 'somebody', 5, false, now() - interval '9 days', now())`,
      [payload],
    );
    const old = await result({
      status: 'COMPLETED',
      finished_at: new Date(Date.now() - 9 * 86_400_000),
      input: 'in',
      result_payload_id: payload,
    });
    await server.sql(`UPDATE tasks SET finished_at = now() - interval '9 days'`);
    const young = await result({ status: 'COMPLETED', finished_at: past, input: 'in', result: 'out' });
    const read = async (id: string) =>
      (await server.sql('SELECT input, result, result_payload_id FROM results WHERE id = $1', [id]))[0];

    await clearOld(database, { resultRetentionDays: null, inputRetentionDays: null });
    await removePayloads(database, storage);
    expect(await read(old)).toMatchObject({ input: 'in', result_payload_id: payload });
    await clearOld(database, { resultRetentionDays: 7, inputRetentionDays: null });
    expect(await read(old)).toEqual({ input: 'in', result: null, result_payload_id: null });
    expect(await read(young)).toMatchObject({ input: 'in', result: 'out' });
    await removePayloads(database, storage);
    expect(await server.sql('SELECT FROM payloads')).toEqual([]);
    expect(existsSync(join(config.run.dataDir, 'files', fileKey('payloads', payload)))).toBe(false);
  });
});
