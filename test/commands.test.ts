/** The commands that keep a database: migrate, seed and shell, each on a database of its own that begins empty. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { migrations } from '../migrations/index.ts';
import { addMigrate } from '../src/commands/migrate.command.ts';
import { addSeed } from '../src/commands/seed.command.ts';
import { addShell } from '../src/commands/shell.command.ts';
import { runCli } from '../src/platform/cli/cli.ts';
import { databaseUrl } from './kit/database.setup.ts';

const name = `commands_${randomBytes(8).toString('hex')}`;
let cwd: string;

async function sql(text: string, url = databaseUrl(name)): Promise<Record<string, any>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'convoke-commands-'));
  await sql(`CREATE DATABASE ${name}`, process.env.TEST_DATABASE_URL);
});
afterAll(async () => {
  await sql(`DROP DATABASE ${name} WITH (FORCE)`, process.env.TEST_DATABASE_URL);
  rmSync(cwd, { recursive: true, force: true });
});

async function convoke(...args: string[]) {
  const written = { out: '', err: '' };
  const code = await runCli(args, [addMigrate, addSeed, addShell], {
    env: { DATABASE_URL: databaseUrl(name), DATA_DIR: cwd, NODE_ENV: 'test', LOG_LEVEL: 'fatal' },
    cwd,
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
  });
  return { code, ...written };
}

const names = migrations.map((migration) => migration.name);

describe('convoke migrate', () => {
  it('says with --check what is pending, and changes nothing', async () => {
    const { code, out, err } = await convoke('migrate', '--check');
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: `convoke: Pending: ${names.join(', ')}. Run "convoke migrate".\n`,
    });
    expect(
      await sql(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`),
    ).toEqual([]);
  });

  it('runs what is pending, prints it, and leaves one row of settings', async () => {
    const { code, out } = await convoke('migrate', '--json');
    expect({ code, ...JSON.parse(out) }).toEqual({ code: 0, done: names });
    expect(await sql('SELECT app_name FROM settings')).toEqual([{ app_name: 'Convoke' }]);
    expect(await convoke('migrate')).toEqual({
      code: 0,
      out: 'Nothing to do: every migration has run.\n',
      err: '',
    });
    expect(await sql('SELECT app_name FROM settings')).toHaveLength(1);
  });

  it('finds with --check that all is well, and where the database differs from the model', async () => {
    expect(await convoke('migrate', '--check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('equals the model'),
    });
    await sql('ALTER TABLE rooms DROP COLUMN floor');
    const { code, err } = await convoke('migrate', '--check');
    expect(code).toBe(1);
    expect(err).toMatch(/differs from the model[^]*alter table "rooms" add "floor" int/i);
    await sql('ALTER TABLE rooms ADD COLUMN floor int');
  });
});

describe('convoke seed', () => {
  it('loads the demo once and prints how to sign in', async () => {
    const { code, out } = await convoke('seed');
    expect(code).toBe(0);
    expect(out).toMatch(/\n {2}super admin {6}super-admin@demo\.example {6}\w{5}-\w{5}-\w{5}\n/);
    const again = await convoke('seed', '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.out).error.message).toContain('has users or events already');
  });
});

describe('convoke shell --eval', () => {
  it('runs SQL', async () => {
    const { code, out } = await convoke(
      'shell',
      '--json',
      '--eval',
      `sql('SELECT count(*)::int AS n FROM events WHERE state = $1', ['DRAFT'])`,
    );
    expect({ code, value: JSON.parse(out) }).toEqual({ code: 0, value: [{ n: 1 }] });
  });

  it('asks the API as nobody and as anybody, permissions in force', async () => {
    const document = '{ events { nodes { name } } }';
    const asked = async (as: string) =>
      JSON.parse((await convoke('shell', '--json', '--eval', `ask('${document}'${as})`)).out).data.events
        .nodes.length;
    expect(await asked('')).toBe(1);
    expect(await asked(`, 'registered@demo.example'`)).toBe(1);
    expect(await asked(`, 'organizer@demo.example'`)).toBe(2);
    expect(await asked(`, 'super-admin@demo.example'`)).toBe(2);
    const { code, err } = await convoke('shell', '--eval', `ask('${document}', 'nobody@demo.example')`);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'convoke: There is no user "nobody@demo.example" who could sign in.\n',
    });
  });

  it('shows what the API says to a wrong document, and fails where the expression does', async () => {
    expect((await convoke('shell', '--eval', `ask('{ nothing }')`)).out).toContain('Cannot query field');
    expect(await convoke('shell', '--eval', 'nothing')).toEqual({
      code: 1,
      out: '',
      err: 'convoke: nothing is not defined\n',
    });
  });
});
