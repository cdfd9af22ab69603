/** `convoke node run` as a process of its own, against a server: what becomes of tasks, and of the commands that it runs. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect as connectTo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Authenticator } from '../../src/accounts/authenticate.ts';
import { longestOutput } from '../../src/client/child.ts';
import { Connection } from '../../src/client/connection.ts';
import { decrypt, encrypt } from '../../src/client/encryption.ts';
import { ofApiKey } from '../../src/client/sign-in.ts';
import { storedKey } from '../../src/compute-nodes/api-key.ts';
import { renewLeases } from '../../src/compute-nodes/presence.ts';
import { serverViewer } from '../../src/permissions/viewer.ts';
import { Writer } from '../../src/platform/data/writer.ts';
import { encodeId, uuidOfArgument } from '../../src/platform/graphql/node.ts';
import { endLeases } from '../../src/tasks/result.upkeep.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

let key = 'k'.repeat(40);
let server: TestServer;
let researcher: Person;
let alpha: string;
let collaboration: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  // Links to payloads are of the public address.
  const port = String(await freePort());
  server = await startServer({ PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` });
  researcher = await createPerson(server);
  alpha = await createOrganization(server, 'Alpha');
  collaboration = await createCollaboration(server, 'Open', [alpha]);
  const { apiKeyPrefix, apiKeyHash } = storedKey(key);
  await server.sql(
    "INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'a', $1, $2, $3, $4)",
    [alpha, collaboration, apiKeyPrefix, apiKeyHash],
  );
  await holdRole(server, researcher, 'Researcher', alpha);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.close();
});

/** The command line in a process of its own. */
function convoke(...args: string[]) {
  const program = [
    '--experimental-transform-types',
    '--no-warnings',
    join(import.meta.dirname, 'command-child.ts'),
  ];
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'info', TEST_LIKE_A_KEY: key };
  const child = spawn(process.execPath, [...program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return { child, said, ended: once(child, 'close') };
}
const node = (program: string, ...options: string[]) =>
  convoke(
    'node',
    'run',
    '--api-key',
    key,
    '--server',
    server.url,
    ...options,
    '--',
    process.execPath,
    '-e',
    program,
  );

/** What stands between a compute node and a server, so that the server can be away. */
async function startRelay(port: number) {
  const pairs = new Set<Socket>();
  let listening: Server;
  const at = await freePort();
  const begin = async () => {
    listening = createServer((near) => {
      const far = connectTo(port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        pairs.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy()).on('close', () => (other.destroy(), pairs.delete(one)));
      }
    }).listen(at, '127.0.0.1');
    await once(listening, 'listening');
  };
  const stop = async () => {
    if (!listening.listening) return;
    const closed = once(listening, 'close');
    listening.close();
    for (const socket of pairs) socket.resetAndDestroy();
    await closed;
  };
  await begin();
  return { url: `http://127.0.0.1:${at}`, begin, stop };
}
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const create = `mutation ($c: ID!, $a: ID!, $input: String!) {
  createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $a, input: $input }] }) { task { id results { nodes { id } } } } }`;
const read = '{ status result resultUrl log cancelAcknowledgedAt }';

async function ask(document: string, variables: Record<string, unknown>): Promise<Record<string, any>> {
  const { data, errors } = await server.ask(document, variables, researcher);
  expect(errors).toBeUndefined();
  return data!;
}
async function task(input: string): Promise<{ task: string; id: string }> {
  const { task: made } = (
    await ask(create, {
      c: encodeId('Collaboration', collaboration),
      a: encodeId('Organization', alpha),
      input,
    })
  ).createTask;
  return { task: made.id, id: made.results.nodes[0].id };
}
const resultOf = async (id: string) =>
  (await ask(`query ($id: ID!) { result(id: $id) ${read} }`, { id })).result;
/** A command that says the number of its process, and ends when it is told to. */
const waiting = `console.error(process.pid); process.once('SIGUSR2', () => { console.log('done'); process.exit(0); }); setInterval(() => {}, 1000)`;
/** The process that works on a result, which said so. */
async function pidOf(id: string): Promise<number> {
  await until(async () => /^\d+\n/.test((await resultOf(id)).log ?? ''), 20_000);
  return Number.parseInt((await resultOf(id)).log);
}
/** Whether a process runs: one that has ended and that nobody has waited for yet does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
const becomes = (id: string, status: string) =>
  until(async () => (await resultOf(id)).status === status, 20_000);

describe('convoke node run', () => {
  it('runs the command with the input, streams its log, and reports its output; the API key is not in its environment', async () => {
    const { task: taskId, id } = await task('three little words');
    const { ended, said } = node(
      `console.error('counting');
       const env = process.env;
       let text = ''; process.stdin.on('data', (chunk) => (text += chunk)).on('end', async () => {
         const made = await fetch(env.CONVOKE_SERVER + '/graphql', { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer ' + env.CONVOKE_CONTAINER_TOKEN },
           body: JSON.stringify({ query: 'query ($id: ID!) { task(id: $id) { id } }', variables: { id: env.CONVOKE_TASK_ID } }) });
         console.log(JSON.stringify({ words: text.split(' ').length, seen: (await made.json()).data?.task?.id, result: env.CONVOKE_RESULT_ID, secret: Object.values(env).some((value) => value.includes('${key.slice(0, 20)}')) }));
       })`,
      '--once',
    );
    expect([(await ended)[0], said.out]).toEqual([0, '']);
    const { status, result, log } = await resultOf(id);
    expect([status, log]).toEqual(['COMPLETED', 'counting\n']);
    expect(JSON.parse(result)).toEqual({ words: 3, seen: taskId, result: id, secret: false });
    expect(said.err).not.toContain(key);
  }, 30_000);

  it('reports by exit code and signal, sends large results as payloads, kills what is canceled, and ends on a signal', async () => {
    const { child, ended } = node(`
      let text = ''; process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => {
        if (text === 'fail') { console.error('no data'); process.exitCode = 3; }
        if (text === 'crash') process.kill(process.pid, 'SIGKILL');
        if (text === 'large') process.stdout.write('x'.repeat(1_200_000));
        if (text === 'hang') { console.error(process.pid); process.on('SIGTERM', () => { console.error('bye'); process.exit(0); }); setInterval(() => {}, 1000); }
      })`);
    const [failing, crashing, large, hanging] = [
      await task('fail'),
      await task('crash'),
      await task('large'),
      await task('hang'),
    ];
    await becomes(failing.id, 'FAILED');
    expect(await resultOf(failing.id)).toMatchObject({
      result: null,
      log: 'no data\nThe command ended with exit code 3.\n',
    });
    await becomes(crashing.id, 'CRASHED');
    expect((await resultOf(crashing.id)).log).toBe('The command ended by SIGKILL.\n');
    await becomes(large.id, 'COMPLETED');
    const { result, resultUrl } = await resultOf(large.id);
    expect(result).toBeNull();
    const { pathname, search } = new URL(resultUrl);
    expect(await (await fetch(`${server.url}${pathname}${search}`)).text()).toBe('x'.repeat(1_200_000));

    await until(async () => /^\d+\n/.test((await resultOf(hanging.id)).log ?? ''), 20_000);
    const pid = Number.parseInt((await resultOf(hanging.id)).log);
    expect(process.kill(pid, 0)).toBe(true);
    await ask('mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }', { id: hanging.task });
    await until(async () => (await resultOf(hanging.id)).cancelAcknowledgedAt !== null);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect((await resultOf(hanging.id)).log).toBe(`${pid}\nbye\n`);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 60_000);

  it('opens inputs and seals results in an encrypted collaboration, and starts nothing without the key', async () => {
    const keys = [0, 1].map(() =>
      generateKeyPairSync('rsa', {
        modulusLength: 4096,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }),
    );
    const [ours, theirs] = keys.map(({ publicKey }) => Buffer.from(publicKey).toString('base64'));
    const beta = await createOrganization(server, 'Beta');
    const sealed = await createCollaboration(server, 'Sealed', [alpha, beta], true);
    for (const [id, publicKey] of [
      [alpha, ours],
      [beta, theirs],
    ]) {
      await server.sql(
        'UPDATE organizations SET public_key = $2, public_key_version = public_key_version + 1 WHERE id = $1',
        [id, publicKey],
      );
    }
    const betaKey = 'b'.repeat(40);
    const { apiKeyPrefix, apiKeyHash } = storedKey(betaKey);
    await server.sql(
      "INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'b', $1, $2, $3, $4)",
      [beta, sealed, apiKeyPrefix, apiKeyHash],
    );
    const folder = mkdtempSync(join(tmpdir(), 'convoke-key-'));
    const file = join(folder, 'key.pem');
    writeFileSync(file, keys[1].privateKey);
    const made = async () =>
      (
        await ask(create, {
          c: encodeId('Collaboration', sealed),
          a: encodeId('Organization', beta),
          input: encrypt('four little words here', theirs),
        })
      ).createTask.task.results.nodes[0].id as string;
    const count = `let text = ''; process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => console.log(text.split(' ').length + ' of ' + text))`;
    const run = (...options: string[]) =>
      convoke(
        'node',
        'run',
        '--api-key',
        betaKey,
        '--server',
        server.url,
        '--once',
        ...options,
        '--',
        process.execPath,
        '-e',
        count,
      ).ended;

    const without = await made();
    await run();
    expect(await resultOf(without)).toMatchObject({
      status: 'START_FAILED',
      result: null,
      log: expect.stringContaining('--private-key'),
    });
    const id = await made();
    await run('--private-key', file);
    const { status, result } = await resultOf(id);
    expect(status).toBe('COMPLETED');
    expect(result).not.toContain('little');
    expect(decrypt(result, keys[0].privateKey).toString()).toBe('4 of four little words here\n');

    const warned = convoke('node', 'run', '--api-key', betaKey, '--server', server.url, '--', 'true');
    await until(
      async () =>
        warned.said.err.includes(
          'Sealed is encrypted: without --private-key every result will be START_FAILED',
        ),
      20_000,
    );
    warned.child.kill('SIGTERM');
    await warned.ended;
    writeFileSync(file, keys[0].privateKey);
    const alphas = convoke(
      'node',
      'run',
      '--api-key',
      betaKey,
      '--server',
      server.url,
      '--private-key',
      file,
      '--',
      'true',
    );
    expect([await alphas.ended, alphas.said.err]).toEqual([
      [2, null],
      expect.stringContaining(
        'The private key is not that of Beta: it belongs to none of the public keys that Beta has or had',
      ),
    ]);
    // A key that was replaced opens what was encrypted before.
    await server.sql(
      'UPDATE organizations SET public_key = $2, public_key_version = public_key_version + 1 WHERE id = $1',
      [beta, ours],
    );
    writeFileSync(file, keys[1].privateKey);
    const former = convoke(
      'node',
      'run',
      '--api-key',
      betaKey,
      '--server',
      server.url,
      '--private-key',
      file,
      '--',
      'true',
    );
    await until(
      async () =>
        /belongs to public key 1 of Beta, which was replaced.*waiting for work/s.test(former.said.err),
      20_000,
    );
    former.child.kill('SIGTERM');
    await former.ended;

    const other = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const locked = createPrivateKey(keys[1].privateKey).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    });
    for (const [content, words] of [
      ['no key', 'holds no private key as PEM'],
      [keys[1].publicKey, 'holds a public key: the private one is needed'],
      [locked, 'needs a passphrase: write it without one'],
      [other.privateKey, 'is no RSA key of 4096 bits, as organizations have'],
    ] as const) {
      writeFileSync(file, content);
      const refused = convoke(
        'node',
        'run',
        '--api-key',
        betaKey,
        '--server',
        server.url,
        '--private-key',
        file,
        '--',
        'true',
      );
      expect([await refused.ended, refused.said.err]).toEqual([
        [2, null],
        expect.stringContaining(`--private-key ${file} ${words}`),
      ]);
    }
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('ends a command that does not listen when it is told to end', async () => {
    const { child, ended } = node(
      `console.error(process.pid); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`,
    );
    const { task: taskId, id } = await task('deaf');
    await until(async () => /^\d+\n/.test((await resultOf(id)).log ?? ''), 20_000);
    const pid = Number.parseInt((await resultOf(id)).log);
    await ask('mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }', { id: taskId });
    await until(async () => (await resultOf(id)).cancelAcknowledgedAt !== null, 20_000);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 60_000);

  it('gets by PUT /payloads what is large, and says what output is too large', async () => {
    const payload = await fetch(`${server.url}/payloads`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${researcher.token}` },
      body: 'y'.repeat(3_000_000),
    });
    const { id: payloadId } = (await payload.json()) as { id: string };
    const named = `mutation ($c: ID!, $a: ID!, $p: ID!) { createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $a, payloadId: $p }] }) { task { results { nodes { id input } } } } }`;
    const [large] = (
      await ask(named, {
        c: encodeId('Collaboration', collaboration),
        a: encodeId('Organization', alpha),
        p: payloadId,
      })
    ).createTask.task.results.nodes;
    expect(large.input).toBeNull();
    const { id: endless } = await task('endless');
    const { child, ended } = node(`
      let length = 0; process.stdin.on('data', (chunk) => (length += chunk.length)).on('end', () => {
        if (length > 10) return console.log(length);
        const piece = Buffer.alloc(1_000_000, 'x'); const more = () => process.stdout.write(piece, more); more();
      })`);
    await becomes(large.id, 'COMPLETED');
    expect((await resultOf(large.id)).result).toBe('3000000\n');
    await becomes(endless, 'FAILED');
    expect(await resultOf(endless)).toMatchObject({
      result: null,
      resultUrl: null,
      log: `The command was ended: its output is longer than ${longestOutput} bytes.\n`,
    });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 60_000);

  it('goes on through a token that ends and a server that is away, and reports the result afterwards', async () => {
    const { port } = new URL(server.url);
    const relay = await startRelay(Number(port));
    const { child, said, ended } = convoke(
      'node',
      'run',
      '--api-key',
      key,
      '--server',
      relay.url,
      '--',
      process.execPath,
      '-e',
      waiting,
    );
    const { id } = await task('go');
    const pid = await pidOf(id);
    await server.sql(
      `UPDATE token_families SET ended_at = now() WHERE compute_node_id = (SELECT id FROM compute_nodes WHERE name = 'a')`,
    );
    // A socket asks again who it is when the members of its collaboration change.
    await server.sql(
      'INSERT INTO collaboration_organizations (collaboration_id, organization_id) VALUES ($1, $2)',
      [collaboration, await createOrganization(server, 'Omega')],
    );
    await until(async () => said.err.includes(`not connected to ${relay.url} (4403`), 20_000);
    // Nothing is left of any connection, and nobody listens: as after kill -9 of the server.
    await relay.stop();
    process.kill(pid, 'SIGUSR2');
    await until(async () => !isAlive(pid) && said.err.includes('ECONNREFUSED'), 20_000);
    expect((await resultOf(id)).status).toBe('ACTIVE');
    await relay.begin();
    await becomes(id, 'COMPLETED');
    expect(await resultOf(id)).toMatchObject({ result: 'done\n', log: `${pid}\n` });
    const next = await task('next');
    process.kill(await pidOf(next.id), 'SIGUSR2');
    await becomes(next.id, 'COMPLETED');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await relay.stop();
  }, 60_000);

  it('signs in again as the same one, for as long as it may', async () => {
    const signIn = ofApiKey(key, new Connection(server.url, null, AbortSignal.timeout(20_000), () => {}));
    const families = async () =>
      (await server.sql('SELECT count(*)::int AS n FROM token_families'))[0].n as number;
    const before = await families();
    for (let time = 0; time < 3; time++) await signIn();
    expect(await families()).toBe(before + 1);
    await server.sql('UPDATE token_families SET ended_at = now() WHERE compute_node_id IS NOT NULL');
    expect(
      (await server.ask('{ collaborations { totalCount } }', {}, { token: await signIn() })).data!
        .collaborations.totalCount,
    ).toBe(1);
    expect(await families()).toBe(before + 2);
  });

  it('ends at once when it is told twice, and ends its command when it is killed', async () => {
    for (const end of ['twice', 'killed'] as const) {
      const { child, said, ended } = node(waiting);
      const { id } = await task(end);
      const pid = await pidOf(id);
      if (end === 'twice') {
        child.kill('SIGINT');
        await until(async () => said.err.includes('what runs may finish'));
        const told = Date.now();
        expect(isAlive(pid)).toBe(true);
        // One key press reaches a process twice: only what comes a second later is another wish.
        await until(async () => Date.now() - told > 1100);
        child.kill('SIGINT');
        expect(await ended).toEqual([1, null]);
        expect(said.err).toContain('the server gives out again what runs');
      } else {
        child.kill('SIGKILL');
        expect(await ended).toEqual([null, 'SIGKILL']);
      }
      await until(async () => !isAlive(pid));
      await server.sql(`UPDATE results SET status = 'CRASHED', finished_at = now() WHERE id = $1`, [
        uuidOfArgument('Result', id),
      ]);
    }
  }, 60_000);

  it('is killed in the middle and started again: the work is given again, and one execution is recorded', async () => {
    const [collaborationId, heard] = [encodeId('Collaboration', collaboration), [] as any[]];
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${researcher.token}` },
    });
    const statuses =
      'subscription ($c: ID) { taskStatusChanged(collaborationId: $c) { result { id attempt } status previousStatus } }';
    client.subscribe<any>(
      { query: statuses, variables: { c: collaborationId } },
      { next: ({ data }) => heard.push(data.taskStatusChanged), error: () => {}, complete: () => {} },
    );
    const folder = mkdtempSync(join(tmpdir(), 'convoke-again-'));
    const work = `require('node:fs').appendFileSync('${folder}/runs', '.'); ${waiting}`;
    const first = node(work);
    // The subscription stands once it told of something.
    await until(async () => (await task('probe')) !== null && heard.length > 0);
    await server.sql(
      `UPDATE results SET status = 'CRASHED', finished_at = now() WHERE status <> 'CRASHED' AND finished_at IS NULL`,
    );
    first.child.kill('SIGKILL');
    await first.ended;
    rmSync(join(folder, 'runs'), { force: true });

    const killed = node(work);
    const { task: taskId, id } = await task('again');
    const pid = await pidOf(id);
    killed.child.kill('SIGKILL');
    const second = node(work, '--once');
    const signedIn = (
      await server.ask(
        'mutation ($apiKey: String!) { authenticateComputeNode(apiKey: $apiKey) { accessToken } }',
        { apiKey: key },
      )
    ).data!.authenticateComputeNode.accessToken;
    await until(async () => second.said.err.includes('waiting for work') && !isAlive(pid), 20_000);

    // However lively the second one is: nobody says any more that the first attempt goes on, and its lease ends.
    const uuid = uuidOfArgument('Result', id);
    await server.sql(`UPDATE results SET lease_until = now() + interval '5 seconds' WHERE id = $1`, [uuid]);
    const [{ lease }] = await server.sql('SELECT lease_until::text AS lease FROM results WHERE id = $1', [
      uuid,
    ]);
    const { viewer } = await new Authenticator(
      server.app.database,
      server.app.config,
      server.app.log,
    ).authenticate(`Bearer ${signedIn}`);
    await renewLeases(server.app.database, [viewer]);
    expect(
      (await server.sql('SELECT lease_until::text AS lease, status FROM results WHERE id = $1', [uuid]))[0],
    ).toEqual({ lease, status: 'ACTIVE' });
    await server.sql(`UPDATE results SET lease_until = now() - interval '1 second' WHERE id = $1`, [uuid]);
    await new Writer(server.app.database, server.app.permissions, serverViewer).transaction((changes) =>
      endLeases(changes, { retries: 2 }),
    );

    await until(async () => (await resultOf(id)).log?.split('\n').length === 3, 20_000);
    process.kill(Number((await resultOf(id)).log.split('\n')[1]), 'SIGUSR2');
    expect(await second.ended).toEqual([0, null]);

    // What the first process would still say is refused, and changes nothing.
    const late =
      'mutation ($id: ID!, $input: ReportResultInput!) { reportResult(id: $id, input: $input) { result { id } } }';
    for (const input of [
      { status: 'COMPLETED', result: 'late', attempt: 1 },
      { status: 'FAILED', attempt: 1 },
    ]) {
      const { errors } = await server.ask(late, { id, input }, { token: signedIn });
      expect(errors![0].extensions).toMatchObject({ code: 'CONFLICT', attempt: 2 });
    }
    const recorded = await ask(
      'query ($id: ID!) { task(id: $id) { status results { totalCount nodes { id status attempt result } } } }',
      { id: taskId },
    );
    expect(recorded.task).toEqual({
      status: 'COMPLETED',
      results: { totalCount: 1, nodes: [{ id, status: 'COMPLETED', attempt: 2, result: 'done\n' }] },
    });
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('..');
    const steps = () =>
      heard
        .filter(({ result }) => result?.id === id)
        .map(({ previousStatus, status }) => [previousStatus, status]);
    await until(async () => steps().at(-1)?.[1] === 'COMPLETED');
    expect(steps()).toEqual([
      [null, 'PENDING'],
      ['PENDING', 'INITIALIZING'],
      ['INITIALIZING', 'ACTIVE'],
      ['ACTIVE', 'PENDING'],
      ['PENDING', 'INITIALIZING'],
      ['INITIALIZING', 'ACTIVE'],
      ['ACTIVE', 'COMPLETED'],
    ]);
    await client.dispose();
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('ends with a word on it when its key is reset, and its command with it', async () => {
    const { said, ended } = node(waiting);
    const { id } = await task('reset');
    const pid = await pidOf(id);
    const root = await createPerson(server, { isSuperAdmin: true });
    const [{ id: uuid }] = await server.sql(`SELECT id FROM compute_nodes WHERE name = 'a'`);
    const reset = await server.ask(
      'mutation ($id: ID!) { resetComputeNodeKey(id: $id) { apiKey } }',
      { id: encodeId('ComputeNode', uuid) },
      root,
    );
    expect(await ended).toEqual([1, null]);
    expect(said.err).toContain(
      'convoke: The API key is not taken any more: it was reset, or the compute node was deleted. Start again with the new key',
    );
    expect(isAlive(pid)).toBe(false);
    await server.sql(`UPDATE results SET status = 'CRASHED', finished_at = now() WHERE id = $1`, [
      uuidOfArgument('Result', id),
    ]);
    key = reset.data!.resetComputeNodeKey.apiKey;
  }, 30_000);

  it('is told to end while no server is there, too', async () => {
    const relay = await startRelay(1);
    await relay.stop();
    const { child, said, ended } = convoke(
      'node',
      'run',
      '--api-key',
      key,
      '--server',
      relay.url,
      '--',
      'true',
    );
    await until(async () => said.err.includes('ECONNREFUSED'), 20_000);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 30_000);

  it('says START_FAILED where the command is gone, and refuses a wrong key, a command that is not there and what is no address at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'convoke-command-'));
    const file = join(folder, 'command');
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o700 });
    const gone = convoke('node', 'run', '--api-key', key, '--server', server.url, '--once', '--', file);
    const wrong = convoke('node', 'run', '--api-key', 'w'.repeat(40), '--server', server.url, '--', 'true');
    const missing = ['/no/such/command', 'no-such-command'].map((command) =>
      convoke('node', 'run', '--api-key', key, '--server', server.url, '--', command),
    );
    const address = convoke('node', 'run', '--api-key', key, '--server', 'localhost:4000', '--', 'true');
    await until(async () => gone.said.err.includes('waiting for work'), 20_000);
    rmSync(folder, { recursive: true });
    const { id } = await task('x');
    expect(await Promise.all([gone, wrong, ...missing, address].map(({ ended }) => ended))).toEqual([
      [0, null],
      [1, null],
      [2, null],
      [2, null],
      [2, null],
    ]);
    expect(await resultOf(id)).toMatchObject({
      status: 'START_FAILED',
      log: expect.stringContaining('ENOENT'),
    });
    expect(wrong.said.err).toContain('convoke: Wrong API key');
    expect(missing[1].said.err).toContain(
      'convoke: There is no command no-such-command here that can be run.',
    );
    expect(address.said.err).toContain('convoke: --server localhost:4000 is no address: give one such as');
  }, 30_000);
});
