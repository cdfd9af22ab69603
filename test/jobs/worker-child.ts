/**
 * A worker in a process of its own, for tests that kill it. Runs until SIGTERM.
 * Run by Node itself: node --experimental-transform-types worker-child.ts, configured by its environment.
 */
import 'reflect-metadata';
import { pino } from 'pino';
import { loadConfig } from '../../src/platform/config/index.ts';
import { Database } from '../../src/platform/data/database.ts';
import { runWorkers } from '../../src/platform/jobs/workers.ts';
import { createMailer } from '../../src/platform/mail/mailer.ts';
import { definitions } from './definitions.ts';

const config = loadConfig(process.env, '/');
const log = pino({ level: 'silent' });
const databaseUrl = config.database.url as string;
const database = await Database.connect({
  url: databaseUrl,
  poolSize: 3,
  statementTimeoutMs: 30_000,
  entities: [],
  migrations: [],
  log,
});
const mailer = createMailer(config, database);
// The jobs of the tests use none of these, and change rows on nobody's behalf.
const unused = {
  storage: null as never,
  decoder: null as never,
  ask: null as never,
  nobody: null as never,
  writerOf: async () => null,
};
const workers = await runWorkers({
  ...unused,
  config,
  log,
  database,
  databaseUrl,
  mailer,
  definitions,
  schedules: [],
  work: { lockDuration: 1000, stalledInterval: 500 },
});
console.log('ready');
process.on('SIGTERM', () => void workers.stop().then(() => process.exit(0)));
