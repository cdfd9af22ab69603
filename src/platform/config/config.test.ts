import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, configReference, describeConfig, envExample, loadConfig } from './index.ts';
import { entries } from './schema.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'convoke-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env, cwd);
  } catch (error) {
    return (error as ConfigError).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

describe('loadConfig', () => {
  it('needs nothing', () => {
    const config = loadConfig({}, cwd);
    expect(config.http).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:4000',
      corsOrigins: [],
    });
    expect(config.run).toMatchObject({ mode: 'development', production: false, dataDir: join(cwd, 'data') });
    expect(config.graphql).toEqual({
      guards: 'compiled',
      executor: 'jit',
      compileAfter: 3,
      introspection: true,
    });
    expect(config.limits).toMatchObject({ maxDepth: 12, maxBodyBytes: 4_194_304, maxCostSignedIn: 100_000 });
    expect(config.database).toEqual({
      poolSize: 10,
      anonymousPoolSize: 5,
      statementTimeoutMs: 30_000,
      anonymousStatementTimeoutMs: 5000,
    });
    expect(config.sources).toMatchObject({
      PORT: 'default',
      PUBLIC_URL: 'derived',
      TOKEN_SECRET: 'generated',
    });
  });

  it('asks for all keys of a feature of which one is set', () => {
    expect(
      problemsOf({ S3_BUCKET: 'pictures', S3_REGION: 'eu-central-1', S3_SECRET_ACCESS_KEY: 'secret' }),
    ).toEqual(['S3_ACCESS_KEY_ID (missing): must be given with S3_BUCKET: some text']);
    expect(problemsOf({ FETCH_PRIVATE_ADDRESSES: '10.0.0.1' })).toEqual([
      'FETCH_PRIVATE_ADDRESSES=10.0.0.1 (environment): expected networks such as 10.1.0.0/16, separated by commas',
    ]);
  });

  it('keeps a generated secret to itself and for good', () => {
    const { tokenSecret } = loadConfig({}, cwd).auth;
    const path = join(cwd, 'data', 'token-secret');
    expect(tokenSecret).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(path, 'utf8')).toBe(tokenSecret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(loadConfig({}, cwd).auth.tokenSecret).toBe(tokenSecret);
  });

  it('reads convoke.env below the environment', () => {
    writeFileSync(
      join(cwd, 'convoke.env'),
      '# ours\nPORT=5000\nHOST="0.0.0.0"\nCORS_ORIGINS=https://a.org, http://b.org:8080\n',
    );
    const config = loadConfig({ PORT: '6000', HOST: '', OTHER: 'of somebody else' }, cwd);
    expect(config.http).toMatchObject({
      port: 6000,
      host: '0.0.0.0',
      corsOrigins: ['https://a.org', 'http://b.org:8080'],
    });
    expect(config.sources).toMatchObject({ PORT: 'environment', HOST: 'file' });
  });

  it('leaves alone what commands that talk to a server are told in the environment', () => {
    expect(() =>
      loadConfig({ CONVOKE_API_KEY: 'x', CONVOKE_TOKEN: 'x', CONVOKE_TASK_ID: 'x' }, cwd),
    ).not.toThrow();
  });

  it('takes another file by CONVOKE_CONFIG, which must exist', () => {
    writeFileSync(join(cwd, 'other.env'), 'MAX_DEPTH=7');
    expect(loadConfig({ CONVOKE_CONFIG: 'other.env' }, cwd).limits.maxDepth).toBe(7);
    expect(problemsOf({ CONVOKE_CONFIG: 'none.env' })).toEqual([
      'CONVOKE_CONFIG=none.env (environment): there is no such file',
    ]);
  });

  it('lists everything that is wrong at once, without secrets', () => {
    writeFileSync(join(cwd, 'convoke.env'), 'DATABSE_URL=postgres://me:pw@db\nGUARDS=none\n');
    const found = problemsOf({
      PORT: '70000',
      CONVOKE_PORT: '1',
      DATABASE_URL: 'mysql://me:hunter2@db',
      TOKEN_SECRET: 'hunter2',
      CORS_ORIGINS: 'https://a.org/path',
      INTROSPECTION: 'perhaps',
      MAX_BODY_BYTES: '4MB',
    });
    const file = join(cwd, 'convoke.env');
    expect(found).toEqual([
      'CONVOKE_PORT (environment): there is no such key',
      `DATABSE_URL (${file}): there is no such key`,
      'PORT=70000 (environment): expected a whole number from 0 to 65535',
      'CORS_ORIGINS=https://a.org/path (environment): expected origins such as https://example.org, separated by commas',
      'DATABASE_URL=(hidden) (environment): expected an address that begins with postgres:// or postgresql://',
      'TOKEN_SECRET=(hidden) (environment): expected at least 32 characters',
      `GUARDS=none (${file}): expected one of compiled, shield`,
      'INTROSPECTION=perhaps (environment): expected true or false',
      'MAX_BODY_BYTES=4MB (environment): expected a whole number from 1024 to 1073741824',
    ]);
  });

  it('asks for secrets in production, and hides the schema there', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'TOKEN_SECRET (missing): must be given in production: at least 32 characters',
    ]);
    const config = loadConfig({ NODE_ENV: 'production', TOKEN_SECRET: 'x'.repeat(32) }, cwd);
    expect(config.run.production).toBe(true);
    expect(config.graphql.introspection).toBe(false);
    expect(loadConfig({ INTROSPECTION: 'off' }, cwd).graphql.introspection).toBe(false);
  });
});

describe('describeConfig', () => {
  it('says value and source of every key and hides what is secret', () => {
    const env = {
      DATABASE_URL: 'postgres://me:hunter2@db/convoke',
      TOKEN_SECRET: 'hunter2'.repeat(5),
      PORT: '5000',
    };
    const lines = describeConfig(loadConfig(env, cwd));
    expect(lines.map(({ key }) => key)).toEqual(entries.map(({ key }) => key));
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines).toContainEqual(
      expect.objectContaining({ key: 'PORT', value: '5000', source: 'environment' }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ key: 'DATABASE_URL', value: 'postgres://me:***@db/convoke' }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ key: 'TOKEN_SECRET', value: '(hidden)' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ key: 'REDIS_URL', value: null, source: 'default' }),
    );
  });
});

describe('the generated pages', () => {
  it('name every key once, and the example is a valid file', () => {
    const page = configReference();
    for (const { key } of entries) expect(page.split(`| \`${key}\` |`)).toHaveLength(2);
    expect(page).toContain('| `PORT` | `4000` |');
    const uncommented = envExample().replaceAll(/^#([A-Z_]+=)/gm, '$1');
    writeFileSync(join(cwd, 'convoke.env'), uncommented);
    const config = loadConfig({}, cwd);
    expect(config.limits).toEqual(loadConfig({ CONVOKE_CONFIG: '/dev/null' }, cwd).limits);
    expect(config.sources).toMatchObject({ PORT: 'file', DATABASE_URL: 'default' });
  });
});
