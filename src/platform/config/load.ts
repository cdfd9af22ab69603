/**
 * Reads the configuration: the environment, and below it a file `convoke.env`. Called once, at the start of every
 * command; nothing else reads process.env. Everything that is wrong is reported at once, and nothing starts then.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { configSchema, entries } from './schema.ts';
import type { Entry } from './schema.ts';

type Read = z.output<typeof configSchema>;

/** Where a value came from. `derived`: from other keys; `generated`: made at the first start and kept under DATA_DIR. */
export type Source = 'default' | 'environment' | 'file' | 'derived' | 'generated';

/** The whole configuration, checked and complete: `config.http.port`, `config.database.url` and so on (schema.ts). */
export interface Config extends Pick<Read, 'database' | 'redis' | 'mail' | 'files' | 'limits'> {
  run: Read['run'] & { production: boolean };
  http: Read['http'] & { publicUrl: string };
  auth: Read['auth'] & { tokenSecret: string; settingsSecret: string };
  graphql: Read['graphql'] & { introspection: boolean };
  /** Source of each key, by the key's name in the environment. */
  sources: Readonly<Record<string, Source>>;
}

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  key: string;
  /** As found; `(hidden)` for secrets, undefined where the key is missing. */
  value?: string;
  expected: string;
  /** `environment`, or the file's path. */
  source: string;
}

/** The configuration cannot be used. Its message lists everything that is wrong, a line each. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ key, value, expected, source }) => {
      const given = value === undefined ? key : `${key}=${value}`;
      return `  ${given} (${source}): ${expected}`;
    });
    super(`The configuration cannot be used:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Keys about the configuration itself: looked for in the environment only. */
const FILE_KEY = 'CONVOKE_CONFIG';
const DEFAULT_FILE = 'convoke.env';
/** What commands that talk to a server are told in the environment, or tell those that they start: no configuration. */
const CLIENT_KEYS = [
  'API_KEY',
  'LOGIN',
  'PASSWORD',
  'TOKEN',
  'SERVER',
  'TASK_ID',
  'RESULT_ID',
  'CONTAINER_TOKEN',
].map((key) => `CONVOKE_${key}`);

/**
 * The configuration in force. In development a missing TOKEN_SECRET is generated and kept in DATA_DIR/token-secret.
 * An empty value counts as not set.
 * @param env usually process.env; wins over the file
 * @param cwd relative paths (DATA_DIR, the file) count from here
 * @throws ConfigError
 */
export function loadConfig(env: Record<string, string | undefined>, cwd: string): Config {
  const problems: ConfigProblem[] = [];
  const file = readFile(env[FILE_KEY], cwd, problems);
  for (const key of Object.keys(env)) {
    if (key.startsWith('CONVOKE_') && key !== FILE_KEY && !CLIENT_KEYS.includes(key))
      problems.push(unknown(key, 'environment'));
  }
  for (const key of Object.keys(file.values)) {
    if (!entries.some((entry) => entry.key === key)) problems.push(unknown(key, file.path));
  }

  const sources: Record<string, Source> = {};
  const raw: Record<string, Record<string, string>> = {};
  for (const { key, group, name } of entries) {
    const value = env[key] || file.values[key];
    raw[group] ??= {};
    if (value) raw[group][name] = value;
    sources[key] = env[key] ? 'environment' : file.values[key] ? 'file' : 'default';
  }
  const parsed = configSchema.safeParse(raw);
  for (const entry of entries) {
    const { key, group, name, expected, secret } = entry;
    if (!parsed.error?.issues.some(({ path }) => path[0] === group && path[1] === name)) continue;
    const source = sources[key] === 'file' ? file.path : 'environment';
    problems.push({
      key,
      value: secret ? '(hidden)' : raw[group][name],
      expected: `expected ${expected}`,
      source,
    });
  }
  if (
    (env['NODE_ENV'] || file.values['NODE_ENV']) === 'production' &&
    sources['TOKEN_SECRET'] === 'default'
  ) {
    const { expected } = entries.find((entry) => entry.key === 'TOKEN_SECRET') as Entry;
    problems.push({
      key: 'TOKEN_SECRET',
      expected: `must be given in production: ${expected}`,
      source: 'missing',
    });
  }
  problems.push(...halfSet(sources));
  if (problems.length > 0 || !parsed.data) throw new ConfigError(problems);
  return complete(parsed.data, sources, cwd);
}

/** Features of which some keys are set and some are not. */
function halfSet(sources: Readonly<Record<string, Source>>): ConfigProblem[] {
  const isSet = ({ key }: Entry) => sources[key] !== 'default';
  return entries.flatMap((entry) => {
    const { key, feature, expected } = entry;
    const cause =
      feature !== undefined &&
      !isSet(entry) &&
      entries.find((other) => other.feature === feature && isSet(other));
    return cause
      ? [{ key, expected: `must be given with ${cause.key}: ${expected}`, source: 'missing' }]
      : [];
  });
}

function complete(read: Read, sources: Record<string, Source>, cwd: string): Config {
  const production = read.run.mode === 'production';
  const dataDir = resolve(cwd, read.run.dataDir);
  const { publicUrl = `http://localhost:${read.http.port}` } = read.http;
  const { introspection = !production } = read.graphql;
  const { tokenSecret = keptSecret(dataDir) } = read.auth;
  const { settingsSecret = tokenSecret } = read.auth;
  if (!read.http.publicUrl) sources['PUBLIC_URL'] = 'derived';
  if (read.graphql.introspection === undefined) sources['INTROSPECTION'] = 'derived';
  if (!read.auth.tokenSecret) sources['TOKEN_SECRET'] = 'generated';
  if (!read.auth.settingsSecret) sources['SETTINGS_SECRET'] = 'derived';
  return {
    ...read,
    run: { ...read.run, dataDir, production },
    http: { ...read.http, publicUrl },
    graphql: { ...read.graphql, introspection },
    auth: { ...read.auth, tokenSecret, settingsSecret },
    sources,
  };
}

function readFile(given: string | undefined, cwd: string, problems: ConfigProblem[]) {
  const path = resolve(cwd, given || DEFAULT_FILE);
  if (existsSync(path)) return { path, values: parseEnv(readFileSync(path, 'utf8')) };
  if (given)
    problems.push({ key: FILE_KEY, value: given, expected: 'there is no such file', source: 'environment' });
  return { path, values: {} };
}

function unknown(key: string, source: string): ConfigProblem {
  return { key, expected: 'there is no such key', source };
}

/** The secret that this data folder has had since its first start. Two first starts at once agree on one. */
function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'token-secret');
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true });
    const whole = `${path}.${process.pid}`;
    writeFileSync(whole, randomBytes(32).toString('hex'), { mode: 0o600 });
    try {
      linkSync(whole, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(whole, { force: true });
    }
  }
  return readFileSync(path, 'utf8');
}
