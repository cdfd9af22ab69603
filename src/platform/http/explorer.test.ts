/** The explorer's router over HTTP, with a built page made of two files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { explorer } from './explorer.ts';

const SCRIPT = `console.log(${JSON.stringify('x'.repeat(4000))});`;

describe('explorer', () => {
  let dir: string;
  let server: Server;
  let url: string;

  beforeEach(async () => {
    // A dot in the path, as in ~/.local: the page must be served from there too.
    dir = join(mkdtempSync(join(tmpdir(), 'explorer-')), '.web');
    mkdirSync(join(dir, 'assets'), { recursive: true });
    writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Convoke explorer</title>');
    writeFileSync(join(dir, 'assets', 'page-1a2b3c.js'), SCRIPT);
    server = createServer(express().use(explorer({ dir })));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(join(dir, '..'), { recursive: true });
  });

  it('serves the page at / with its policy, revalidated on each visit', async () => {
    const answer = await fetch(`${url}/`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Convoke explorer');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';worker-src 'self';connect-src 'self';" +
        "style-src 'self' 'unsafe-inline';font-src 'self';img-src 'self' data:;" +
        "base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(answer.headers.get('etag')).toBeTruthy();
  });

  it('serves hashed files compressed, immutable and under the same policy', async () => {
    const answer = await fetch(`${url}/explorer/assets/page-1a2b3c.js`);
    expect(await answer.text()).toBe(SCRIPT);
    expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(answer.headers.get('content-encoding')).toMatch(/^(br|gzip)$/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('serves nothing else', async () => {
    const paths = ['/explorer/assets/', '/explorer/assets/none.js', '/explorer/index.html', '/index.html'];
    for (const path of paths) {
      expect((await fetch(url + path)).status).toBe(404);
    }
    expect((await fetch(`${url}/explorer/assets/..%2findex.html`)).status).toBe(404);
    expect((await fetch(`${url}/other`)).headers.get('content-security-policy')).not.toContain('script-src');
  });

  it('answers 503 and what to do when the page is not built', async () => {
    rmSync(join(dir, 'index.html'));
    const answer = await fetch(`${url}/`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toContain('npm run build');
  });
});
