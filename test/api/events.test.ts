/** Events over HTTP: what anybody sees of them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await server.sql(`
    INSERT INTO events (id, identifier, name, starts_at, ends_at, state) VALUES
      (gen_random_uuid(), 'open', 'Open day', '2027-03-01', '2027-03-02', 'PUBLISHED'),
      (gen_random_uuid(), 'secret', 'Secret day', '2027-03-01', '2027-03-02', 'DRAFT')`);
});
afterAll(() => server.close());

describe('anybody', () => {
  it('lists published events only, and counts no more', async () => {
    const answer = await server.ask('{ events { totalCount nodes { name state } } }');
    expect(answer).toEqual({ data: { events: { totalCount: 1, nodes: [{ name: 'Open day', state: 'PUBLISHED' }] } } });
  });

  it('gets null for a draft as for an identifier that was never given', async () => {
    const answer = await server.ask('{ draft: event(identifier: "secret") { name } none: event(identifier: "none") { name } }');
    expect(answer).toEqual({ data: { draft: null, none: null } });
  });
});
