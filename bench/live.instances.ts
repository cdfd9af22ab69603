/** Instances of this server on one database, and a federation in it, for the benches of live messages that ask what becomes of subscribers. */
import 'reflect-metadata';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { storedKey } from '../dist/src/compute-nodes/api-key.js';
import { signAccessToken } from '../dist/src/platform/auth/access-token.js';
import { encodeId } from '../dist/src/platform/graphql/node.js';
import { migrate } from './contenders.ts';
import { startDatabase } from './database.ts';
import { freePort, startServer } from './processes.ts';

const root = path.join(import.meta.dirname, '..');

/** Somebody with a token. */
export interface Person {
  readonly userId: string;
  readonly familyId: string;
  readonly token: string;
}

/** One instance: a process of its own. */
export interface Instance {
  readonly url: string;
  readonly socket: string;
  readonly pid: number;
}

/** The installation while a bench runs. */
export interface Installation {
  readonly client: pg.Client;
  readonly instances: readonly Instance[];
  /** A new person, signed in; the token ends when it is told to. */
  person(columns?: { readonly is_super_admin?: boolean }, until?: number): Promise<Person>;
  /** Sends an operation to one of the instances. Throws for what is refused, and where the instance is gone. */
  ask(
    instance: Instance,
    query: string,
    variables: Record<string, unknown>,
    token: string,
  ): Promise<Record<string, any>>;
}

/** Starts a database and so many instances on it; `cleanup` ends them. */
export async function startInstallation(count: number, cleanup: AsyncDisposableStack): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'convoke-bench-'));
  await chmod(folder, 0o755);
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const { url, client } = await startDatabase(folder, cleanup);
  migrate(url, folder);
  const secret = randomBytes(32).toString('hex');
  const instances: Instance[] = [];
  for (let index = 0; index < count; index += 1) {
    const port = await freePort();
    const here = `http://127.0.0.1:${port}`;
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: url,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: here,
      DATA_DIR: folder,
      TOKEN_SECRET: secret,
      MAX_SOCKETS_PER_ADDRESS: '100000',
      METRICS_TOKEN: secret,
    };
    const command = {
      name: `instance ${index}`,
      args: [path.join(root, 'bin/convoke'), 'start'],
      cwd: root,
      env,
      logFile: path.join(folder, `${port}.log`),
    };
    const pid = await startServer(command, () => fetch(`${here}/health`), cleanup);
    instances.push({ url: here, socket: `ws://127.0.0.1:${port}/graphql`, pid });
  }
  const config = { auth: { tokenSecret: secret, accessTokenMinutes: 60 } } as Parameters<
    typeof signAccessToken
  >[0];
  return {
    client,
    instances,
    async person({ is_super_admin = false } = {}, until) {
      const [userId, familyId] = [randomUUID(), randomUUID()];
      await client.query(
        'INSERT INTO users (id, email, is_verified, is_admin, is_super_admin) VALUES ($1, $2, true, $3, $3)',
        [userId, `${userId}@example.org`, is_super_admin],
      );
      await client.query(
        "INSERT INTO token_families (id, user_id, expires_at) VALUES ($1, $2, now() + interval '1 day')",
        [familyId, userId],
      );
      const { token } = await signAccessToken(
        config,
        { userId, familyId, computeNodeId: null, work: null },
        until,
      );
      return { userId, familyId, token };
    },
    async ask({ url: to }, query, variables, token) {
      const headers = {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      };
      const answer = (await (
        await fetch(`${to}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
      ).json()) as Record<string, any>;
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data as Record<string, any>;
    },
  };
}

/** A collaboration of one organization with a compute node. */
export interface Federation {
  readonly organizationId: string;
  readonly organization: string;
  readonly collaboration: string;
  readonly apiKey: string;
  /** Makes somebody a researcher of the organization; returns the id of the membership. */
  join(person: Person): Promise<string>;
}

/** Makes one. */
export async function makeFederation({ client }: Installation): Promise<Federation> {
  const [organization, collaboration, apiKey] = [randomUUID(), randomUUID(), randomBytes(20).toString('hex')];
  await client.query('INSERT INTO organizations (id, name) VALUES ($1, $2)', [
    organization,
    `Organization ${organization}`,
  ]);
  await client.query('INSERT INTO collaborations (id, name, encrypted) VALUES ($1, $2, false)', [
    collaboration,
    `Collaboration ${collaboration}`,
  ]);
  await client.query(
    'INSERT INTO collaboration_organizations (collaboration_id, organization_id) VALUES ($1, $2)',
    [collaboration, organization],
  );
  const { apiKeyPrefix, apiKeyHash } = storedKey(apiKey);
  await client.query(
    "INSERT INTO compute_nodes (id, name, organization_id, collaboration_id, api_key_prefix, api_key_hash) VALUES (gen_random_uuid(), 'node', $1, $2, $3, $4)",
    [organization, collaboration, apiKeyPrefix, apiKeyHash],
  );
  return {
    organizationId: organization,
    organization: encodeId('Organization', organization),
    collaboration: encodeId('Collaboration', collaboration),
    apiKey,
    async join({ userId }) {
      const membership = randomUUID();
      await client.query('INSERT INTO memberships (id, user_id, organization_id) VALUES ($1, $2, $3)', [
        membership,
        userId,
        organization,
      ]);
      await client.query(
        "INSERT INTO role_assignments (id, user_id, role_id, membership_id) SELECT gen_random_uuid(), $1, id, $2 FROM roles WHERE name = 'Researcher' AND organization_id IS NULL",
        [userId, membership],
      );
      return membership;
    },
  };
}

/** Runs a bench: what it started is ended with it. Ends the process with the exit code, 2 when nothing could be measured. */
export async function runBench(bench: (cleanup: AsyncDisposableStack) => Promise<number>): Promise<void> {
  const cleanup = new AsyncDisposableStack();
  let code = 2;
  try {
    code = await bench(cleanup);
  } catch (error) {
    console.error((error as Error).message);
  } finally {
    await cleanup.disposeAsync();
  }
  process.exit(code);
}
