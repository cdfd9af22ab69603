import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchUrl } from './fetch-url.ts';

const allow = ['127.0.0.1/32'];
const picture = Buffer.from('a picture, as far as this test goes');
let server: Server;
let base: string;
let seen: IncomingHttpHeaders = {};

const routes: Record<string, RequestListener> = {
  '/picture': (request, response) => {
    seen = request.headers;
    response.end(picture);
  },
  '/once': (_request, response) =>
    response.writeHead(302, { location: '/picture', 'set-cookie': 'a=b' }).end(),
  '/loop': (_request, response) => response.writeHead(301, { location: '/loop' }).end(),
  '/inward': (_request, response) =>
    response.writeHead(302, { location: `http://[::1]:${portOf()}/picture` }).end(),
  '/file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/gone': (_request, response) => response.writeHead(404).end('gone'),
  '/busy': (_request, response) => response.writeHead(503).end('busy'),
  '/long': (_request, response) =>
    response.writeHead(200, { 'content-length': '5000' }).end(Buffer.alloc(5000)),
  '/endless': (_request, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(1000)), 1);
    response.on('close', () => clearInterval(timer));
  },
  '/packed': (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('packed'),
  '/silent': () => {},
};

beforeAll(async () => {
  server = createServer((request, response) => routes[request.url ?? '']?.(request, response)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  base = `http://127.0.0.1:${portOf()}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const portOf = () => (server.address() as AddressInfo).port;
const limits = { maxBytes: 4000, allow };

describe('fetchUrl', () => {
  it('gives the bytes, follows a redirect, and says nothing of us', async () => {
    expect(await fetchUrl(`${base}/picture`, limits)).toEqual(picture);
    expect(await fetchUrl(`${base}/once`, limits)).toEqual(picture);
    expect(Object.keys(seen).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it('connects to nothing that is not public, by whatever name', async () => {
    const port = portOf();
    const addresses = [
      `http://127.0.0.1:${port}/picture`,
      `http://localhost:${port}/picture`,
      `http://2130706433:${port}/picture`,
      `http://0x7f.1:${port}/picture`,
      `http://[::1]:${port}/picture`,
      `http://[::ffff:127.0.0.1]:${port}/picture`,
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1/',
    ];
    for (const address of addresses) {
      await expect(fetchUrl(address, { maxBytes: 4000 })).rejects.toThrow(
        /is no address of the public internet/,
      );
    }
  });

  it('judges where a redirect leads as it judges the first address', async () => {
    await expect(fetchUrl(`${base}/inward`, limits)).rejects.toThrow(
      '::1 is no address of the public internet',
    );
    await expect(fetchUrl(`${base}/file`, limits)).rejects.toThrow('file: is not fetched from');
    await expect(fetchUrl(`${base}/loop`, limits)).rejects.toThrow('more than 3 redirects');
  });

  it('takes no other scheme, no password and no port of another service', async () => {
    for (const address of [
      'ftp://example.org/a',
      'data:image/png,a',
      'https://me:secret@example.org/a',
      'http://example.org:25/',
      'nonsense',
    ]) {
      await expect(fetchUrl(address, limits)).rejects.toMatchObject({
        name: 'FetchError',
        isPermanent: true,
      });
    }
  });

  it('stops at the limits of size and time, whatever the other side says', async () => {
    await expect(fetchUrl(`${base}/long`, limits)).rejects.toThrow('it has more than 4000 bytes');
    await expect(fetchUrl(`${base}/endless`, limits)).rejects.toThrow('it has more than 4000 bytes');
    await expect(fetchUrl(`${base}/packed`, limits)).rejects.toThrow('it is sent packed');
    await expect(fetchUrl(`${base}/silent`, { ...limits, timeoutMs: 200 })).rejects.toMatchObject({
      isPermanent: false,
      message: 'it took longer than 200 ms',
    });
    const reason = new Error('enough');
    await expect(fetchUrl(`${base}/silent`, { ...limits, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });

  it('tells what may be otherwise later from what will not', async () => {
    await expect(fetchUrl(`${base}/gone`, limits)).rejects.toMatchObject({
      isPermanent: true,
      message: 'its server answers 404',
    });
    await expect(fetchUrl(`${base}/busy`, limits)).rejects.toMatchObject({ isPermanent: false });
    await expect(fetchUrl('http://127.0.0.1:9999/', limits)).rejects.toMatchObject({ isPermanent: false });
  });
});
