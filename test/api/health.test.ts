/** /health and /ready of a whole server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serve } from '../../src/server.ts';
import { startWorkers } from '../../src/worker.ts';
import { startServer } from '../kit/server.ts';
import type { TestServer } from '../kit/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const ready = async (url: string) => {
  const response = await fetch(`${url}/ready`);
  const { results } = (await response.json()) as {
    results: { checker: string; output: string; passed: boolean }[];
  };
  return {
    status: response.status,
    results: results.map(({ checker, output, passed }) => [checker, passed, output]),
  };
};

describe('/ready', () => {
  it('names what it looked at, the workers of the process included', async () => {
    const workers = await startWorkers(server.app);
    const other = await serve(server.app, { workers });
    try {
      expect(await ready(other.url)).toEqual({
        status: 200,
        results: [
          ['database', true, expect.stringMatching(/^PostgreSQL \d+/)],
          ['migrations', true, 'all applied'],
          ['model', true, 'the tables are those of the model'],
          ['workers', true, expect.stringMatching(/^taking jobs; /)],
        ],
      });
      other.drain();
      expect(await ready(other.url)).toMatchObject({
        status: 503,
        results: expect.arrayContaining([['shutdown', false, 'shutting down']]),
      });
      expect((await fetch(`${other.url}/health`)).status).toBe(200);
    } finally {
      await other.stop();
      await workers.stop();
    }
  });

  it('is 503 where a migration is missing or the tables are not those of the model', async () => {
    await server.sql('ALTER TABLE rooms ADD COLUMN stray text');
    const [{ name }] = await server.sql(
      'DELETE FROM migrations WHERE name = (SELECT max(name) FROM migrations) RETURNING name',
    );
    expect(await ready(server.url)).toEqual({
      status: 503,
      results: [
        ['database', true, expect.any(String)],
        ['migrations', false, `not applied: ${name}; run "convoke migrate"`],
        ['model', false, 'the tables differ from the model; the log says where'],
      ],
    });
  });
});
