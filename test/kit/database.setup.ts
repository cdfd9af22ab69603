/**
 * Once per run of Jest: an embedded PostgreSQL in a folder of its own, with a template database that has the schema.
 * Test files copy the template, so each has a database to itself. TEST_DATABASE_URL names a server to use instead.
 */
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { startEmbedded } from '../../src/platform/data/embedded.ts';
import { prepareDatabase } from './template.ts';

/** The template that test files copy. */
export const templateName = 'convoke_template';

export default async function setup(): Promise<void> {
  const held = globalThis as { stopTestDatabase?: () => Promise<void> };
  if (!process.env.TEST_DATABASE_URL) {
    const dataDir = mkdtempSync(join(tmpdir(), 'convoke-test-'));
    // Tests are thrown away with their data: they need not wait for the disk.
    const settings = {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
    };
    const embedded = await startEmbedded({ dataDir, log: pino({ level: 'silent' }), settings });
    held.stopTestDatabase = () => embedded.stop();
    process.env.TEST_DATABASE_URL = embedded.url;
  }
  const admin = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${templateName} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${templateName}`);
  await admin.end();
  await prepareDatabase(databaseUrl(templateName));
}

/** The address of a database on the test server. */
export function databaseUrl(name: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL as string);
  url.pathname = `/${name}`;
  return url.href;
}
