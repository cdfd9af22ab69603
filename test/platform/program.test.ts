/** The program as people start it: bin/convoke in a process of its own, on an embedded database that begins empty. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostmaster } from '../../src/platform/data/embedded.postmaster.ts';
import { projectRoot } from '../../src/platform/project.ts';
import { until } from '../kit/until.ts';

const program = join(projectRoot, 'bin', 'convoke');
let dataDir: string;
const started: ChildProcess[] = [];

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'convoke-program-'));
  // Builds where nobody has yet.
  expect(run('version').status).toBe(0);
}, 180_000);
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));
afterAll(async () => {
  await until(async () => findPostmaster(join(dataDir, 'postgres', 'cluster')) === undefined);
  rmSync(dataDir, { recursive: true, force: true });
});

/** Nothing of the environment of the tests but where programs are. */
const environment = (more: Record<string, string>) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  DATA_DIR: dataDir,
  ...more,
});

function run(words: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words.split(' ')], {
    encoding: 'utf8',
    env: environment(env),
  });
  return { status, stdout, stderr };
}

/** Starts the server on any port and waits until it says that it is ready. */
async function start(): Promise<{ child: ChildProcess; url: string; said: () => string }> {
  const child = spawn(process.execPath, [program, 'start'], {
    env: environment({ PORT: '0' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  child.stderr!.on('data', (data) => (said += data));
  child.stdout!.on('data', (data) => (said += data));
  const url = () => /"url":"([^"]+)"[^\n]*"Convoke is ready"/.exec(said)?.[1];
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${said}`);
    return url() !== undefined;
  }, 50_000);
  return { child, url: url()!, said: () => said };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
  const ended = once(child, 'exit');
  child.kill(signal);
  return ended;
}

const ask = async (url: string, query: string): Promise<unknown> =>
  (
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
  ).json();

const query = '{ viewer { id } events { totalCount nodes { id name state } } }';

describe('convoke start', () => {
  it('makes its database, loads the demo, serves, and takes the database along when it ends', async () => {
    const { child, url, said } = await start();
    await until(async () => /super admin +super-admin@demo\.example +\S+/.test(said()));
    const ready = await fetch(`${url}/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ status: 'success' })]);
    const answer = await ask(url, query);
    expect(answer).toEqual({
      data: {
        viewer: null,
        events: { totalCount: 1, nodes: [expect.objectContaining({ state: 'PUBLISHED' })] },
      },
    });
    expect(await (await fetch(url)).text()).toContain('<html');
    expect(await stop(child, 'SIGTERM')).toEqual([0, null]);
    await until(async () => findPostmaster(join(dataDir, 'postgres', 'cluster')) === undefined);
    expect(existsSync(join(dataDir, 'postgres', 'running.json'))).toBe(false);

    const again = await start();
    expect(await ask(again.url, query)).toEqual(answer);
    // What is on its way is answered, and a server that waits for it longer than a second is told to stop only once.
    const underway = request(`${again.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const answered = once(underway, 'response');
    underway.write('{ "query": ');
    await until(async () => underway.socket?.bytesWritten !== undefined && underway.socket.bytesWritten > 0);
    const ended = stop(again.child, 'SIGINT');
    await until(async () => again.said().includes('"stopping;'));
    await pause(1100);
    underway.end('"{ __typename }" }');
    const [late] = (await answered) as [IncomingMessage];
    expect([late.statusCode, await json(late)]).toEqual([200, { data: { __typename: 'Query' } }]);
    expect(await ended).toEqual([0, null]);
    expect(again.said()).not.toContain('super-admin@demo.example');
    await until(async () => findPostmaster(join(dataDir, 'postgres', 'cluster')) === undefined);
  }, 120_000);
});

describe('convoke used wrongly', () => {
  it('helps', () => {
    const { status, stdout, stderr } = run('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const command of ['start', 'worker', 'migrate', 'import', 'admin', 'permissions'])
      expect(stdout).toMatch(new RegExp(`^ +${command}\\b`, 'm'));
  });

  it('ends with 2 and says what is wrong, before it touches anything', () => {
    const nowhere = join(dataDir, 'nowhere');
    const option = run('start --nope', { DATA_DIR: nowhere });
    expect(option).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining("unknown option '--nope'"),
    });
    const configured = run('start', { DATA_DIR: nowhere, PORT: 'abc', LOG_LEVEL: 'nope' });
    expect(configured).toMatchObject({ status: 2, stdout: '' });
    expect(configured.stderr).toMatch(/cannot be used:[^]*LOG_LEVEL=nope[^]*PORT=abc/);
    expect(existsSync(nowhere)).toBe(false);
  });
});
