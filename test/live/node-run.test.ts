/** `convoke node run` as a process of its own, against a server: what becomes of tasks, and of the commands that it runs. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decrypt, encrypt } from '../../src/client/encryption.ts';
import { storedKey } from '../../src/compute-nodes/api-key.ts';
import { encodeId } from '../../src/platform/graphql/node.ts';
import type { Person } from '../kit/accounts.ts';
import { createPerson } from '../kit/accounts.ts';
import { createCollaboration, createOrganization, holdRole } from '../kit/collaborations.ts';
import type { TestServer } from '../kit/server.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const key = 'k'.repeat(40);
let server: TestServer;
let researcher: Person;
let alpha: string;
let collaboration: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = await startServer();
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
  const program = ['--experimental-transform-types', '--no-warnings', join(import.meta.dirname, 'command-child.ts')];
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'info', TEST_LIKE_A_KEY: key };
  const child = spawn(process.execPath, [...program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return { child, said, ended: once(child, 'close') };
}
const node = (program: string, ...options: string[]) => convoke('node', 'run', '--api-key', key, '--server', server.url, ...options, '--', process.execPath, '-e', program);

const create = `mutation ($c: ID!, $a: ID!, $input: String!) {
  createTask(input: { collaborationId: $c, name: "T", image: "i", organizations: [{ organizationId: $a, input: $input }] }) { task { id results { nodes { id } } } } }`;
const read = '{ status result resultUrl log cancelAcknowledgedAt }';

async function ask(document: string, variables: Record<string, unknown>): Promise<Record<string, any>> {
  const { data, errors } = await server.ask(document, variables, researcher);
  expect(errors).toBeUndefined();
  return data!;
}
async function task(input: string): Promise<{ task: string; id: string }> {
  const { task: made } = (await ask(create, { c: encodeId('Collaboration', collaboration), a: encodeId('Organization', alpha), input })).createTask;
  return { task: made.id, id: made.results.nodes[0].id };
}
const resultOf = async (id: string) => (await ask(`query ($id: ID!) { result(id: $id) ${read} }`, { id })).result;
const becomes = (id: string, status: string) => until(async () => (await resultOf(id)).status === status, 20_000);

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
    const [failing, crashing, large, hanging] = [await task('fail'), await task('crash'), await task('large'), await task('hang')];
    await becomes(failing.id, 'FAILED');
    expect(await resultOf(failing.id)).toMatchObject({ result: null, log: 'no data\nThe command ended with exit code 3.\n' });
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
    const keys = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 4096, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }));
    const [ours, theirs] = keys.map(({ publicKey }) => Buffer.from(publicKey).toString('base64'));
    const beta = await createOrganization(server, 'Beta');
    const sealed = await createCollaboration(server, 'Sealed', [alpha, beta], true);
    for (const [id, publicKey] of [[alpha, ours], [beta, theirs]]) {
      await server.sql('UPDATE organizations SET public_key = $2, public_key_version = public_key_version + 1 WHERE id = $1', [id, publicKey]);
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
      (await ask(create, { c: encodeId('Collaboration', sealed), a: encodeId('Organization', beta), input: encrypt('four little words here', theirs) })).createTask.task.results.nodes[0].id as string;
    const count = `let text = ''; process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => console.log(text.split(' ').length + ' of ' + text))`;
    const run = (...options: string[]) => convoke('node', 'run', '--api-key', betaKey, '--server', server.url, '--once', ...options, '--', process.execPath, '-e', count).ended;

    const without = await made();
    await run();
    expect(await resultOf(without)).toMatchObject({ status: 'START_FAILED', result: null, log: expect.stringContaining('--private-key') });
    const id = await made();
    await run('--private-key', file);
    const { status, result } = await resultOf(id);
    expect(status).toBe('COMPLETED');
    expect(result).not.toContain('little');
    expect(decrypt(result, keys[0].privateKey).toString()).toBe('4 of four little words here\n');

    const other = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const locked = createPrivateKey(keys[1].privateKey).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
    for (const [content, words] of [
      ['no key', 'holds no private key as PEM'],
      [keys[1].publicKey, 'holds a public key: the private one is needed'],
      [locked, 'needs a passphrase: write it without one'],
      [other.privateKey, 'is no RSA key of 4096 bits, as organizations have'],
    ] as const) {
      writeFileSync(file, content);
      const refused = convoke('node', 'run', '--api-key', betaKey, '--server', server.url, '--private-key', file, '--', 'true');
      expect([await refused.ended, refused.said.err]).toEqual([[2, null], expect.stringContaining(`--private-key ${file} ${words}`)]);
    }
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('ends a command that does not listen when it is told to end', async () => {
    const { child, ended } = node(`console.error(process.pid); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`);
    const { task: taskId, id } = await task('deaf');
    await until(async () => /^\d+\n/.test((await resultOf(id)).log ?? ''), 20_000);
    const pid = Number.parseInt((await resultOf(id)).log);
    await ask('mutation ($id: ID!) { cancelTask(id: $id) { task { status } } }', { id: taskId });
    await until(async () => (await resultOf(id)).cancelAcknowledgedAt !== null, 20_000);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 60_000);

  it('says START_FAILED where there is no such command, and refuses a wrong key at once', async () => {
    const { id } = await task('x');
    const none = convoke('node', 'run', '--api-key', key, '--server', server.url, '--once', '--', '/no/such/command');
    const wrong = convoke('node', 'run', '--api-key', 'w'.repeat(40), '--server', server.url, '--', 'true');
    expect([await none.ended, await wrong.ended]).toEqual([[0, null], [1, null]]);
    expect(await resultOf(id)).toMatchObject({ status: 'START_FAILED', log: expect.stringContaining('ENOENT') });
    expect(wrong.said.err).toContain('convoke: Wrong API key');
  }, 30_000);
});
