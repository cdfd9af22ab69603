import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { createHealth } from './health.ts';
import type { Check, HealthReport } from './health.ts';

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function serve(health: ReturnType<typeof createHealth>) {
  server = express().use(health.router).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    return { status: response.status, body: (await response.json()) as HealthReport };
  };
}

const well: Check = { checker: 'database', run: async () => 'PostgreSQL 18' };

describe('/ready', () => {
  it('is 200 with what each check found', async () => {
    const get = await serve(createHealth([well, { checker: 'queue', run: async () => '2 workers' }]));
    const { status, body } = await get('/ready');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      timestamp: expect.any(Number),
      hostname: hostname(),
      results: [
        {
          checker: 'database',
          output: 'PostgreSQL 18',
          passed: true,
          timestamp: expect.any(Number),
          expires: expect.any(Number),
        },
        {
          checker: 'queue',
          output: '2 workers',
          passed: true,
          timestamp: expect.any(Number),
          expires: expect.any(Number),
        },
      ],
    });
    expect(body.results[0].expires).toBeGreaterThan(body.results[0].timestamp);
    expect(Math.abs(body.timestamp - Date.now() / 1000)).toBeLessThan(60);
  });

  it('is 503 when a check fails, throws at once or never answers, and /health stays 200', async () => {
    let aborted = false;
    const stuck: Check = {
      checker: 'redis',
      run: (signal) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))),
    };
    const broken: Check = {
      checker: 'migrations',
      run: () => {
        throw new Error('2 are missing');
      },
    };
    const get = await serve(createHealth([well, stuck, broken], { timeoutMs: 50 }));
    const { status, body } = await get('/ready');
    expect(status).toBe(503);
    expect(body.status).toBe('failure');
    expect(body.results.map(({ checker, passed, output }) => [checker, passed, output])).toEqual([
      ['database', true, 'PostgreSQL 18'],
      ['redis', false, 'no answer within 50 ms'],
      ['migrations', false, '2 are missing'],
    ]);
    expect(aborted).toBe(true);
    expect(await get('/health')).toMatchObject({ status: 200, body: { status: 'success', results: [] } });
  });

  it('runs a check once for many who ask, and again when its result has expired', async () => {
    let runs = 0;
    let answer: (output: string) => void = () => {};
    const counted: Check = {
      checker: 'counted',
      run: () => new Promise((resolve) => ((answer = resolve), (runs += 1))),
    };
    const health = createHealth([counted], { keepMs: 60_000 });
    await serve(health);
    const asked = [health.report(), health.report()];
    answer('first');
    const reports = [...(await Promise.all(asked)), await health.report()];
    expect(reports.map(({ results }) => results[0].output)).toEqual(['first', 'first', 'first']);
    expect(runs).toBe(1);

    const forgetful = createHealth([{ checker: 'counted', run: async () => String((runs += 1)) }], {
      keepMs: 0,
    });
    expect((await forgetful.report()).results[0].output).toBe('2');
    expect((await forgetful.report()).results[0].output).toBe('3');
  });

  it('is 503 while draining, at once and although everything is well', async () => {
    const health = createHealth([well], { keepMs: 60_000 });
    const get = await serve(health);
    expect((await get('/ready')).status).toBe(200);
    health.drain();
    const { status, body } = await get('/ready');
    expect(status).toBe(503);
    expect(body.results).toEqual([
      expect.objectContaining({ checker: 'database', passed: true }),
      expect.objectContaining({ checker: 'shutdown', passed: false, output: 'shutting down' }),
    ]);
    expect((await get('/health')).status).toBe(200);
  });
});
