import { describe, expect, it } from '@jest/globals';
import { drawBlueprint } from '../blueprint.ts';
import { runCli } from '../platform/cli/cli.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { addPermissions } from './permissions.command.ts';

async function run(line: string, env: Record<string, string> = {}) {
  const written = { out: '', err: '' };
  const around = {
    env,
    cwd: '/',
    out: (text: string) => (written.out += text),
    err: (text: string) => (written.err += text),
  };
  const code = await runCli(['permissions', ...line.split(' ')], [addPermissions], around);
  return { code, ...written };
}

describe('convoke permissions', () => {
  it('prints one table, or all of them, as text or as data', async () => {
    const { code, out } = await run('print session');
    expect(code).toBe(0);
    expect(out).toMatch(/│ coorganizer +│ ✓ 1 +│ ✓ 1 +│ ✓ 1 +│ ✓ 1, 6 +│ ✓ 1, 6 +│ +│/);
    expect(out).toContain('  6: the session is not locked\n');
    expect(out).toMatch(/│ comments +│ creator, its speakers, team of the event, staff +│/);
    const all = JSON.parse((await run('print --json')).out) as { resource: string }[];
    expect(all.map(({ resource }) => resource)).toEqual(
      drawBlueprint().permissions.all.map(({ resource }) => resource),
    );
    expect(await run('print Unicorn')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there are Event, '),
    });
  });

  it('explains what a column comes to for a kind of person', async () => {
    const explained = async (line: string) => JSON.parse((await run(`explain ${line} --json`)).out).outcomes;
    expect(await explained('--as anonymous --action UPDATE --type Session')).toEqual({
      update: { outcome: 'never', by: [] },
    });
    expect(await explained('--as staff --action update --type session')).toMatchObject({
      update: { outcome: 'always' },
    });
    expect((await explained('--as coorganizer --action UPDATE --type Session')).update.by[0]).toEqual({
      row: 'coorganizer',
      where: [
        "only of own events (the viewer holds the row's role in that very event)",
        'the session is not locked',
      ],
    });
    expect((await explained('--as registered --action CREATE --type Event')).create.outcome).toBe('never');
    expect((await explained('--as verified --action CREATE --type Event')).create.outcome).toBe('always');
    expect((await explained('--as track-organizer --action UPDATE --type Track')).update.outcome).toBe(
      'where',
    );
    expect((await explained('--as moderator --action UPDATE --type Track')).update.outcome).toBe('never');
  });

  it('explains who reads and writes a field, in words', async () => {
    const { code, out } = await run('explain --as anonymous --field Speaker.email');
    expect(code).toBe(0);
    expect(out).toContain(
      'May somebody who is not signed in view a Speaker? Where one of these holds:\n  - everyone else: ',
    );
    expect(out).toContain('Then read its email? Never.');
    const organizer = JSON.parse((await run('explain --as organizer --field Speaker.email --json')).out);
    expect(organizer.outcomes.read.by.map(({ row }: { row: string }) => row)).toEqual([
      'self',
      'its creator while it has no user',
      'team of the event',
    ]);
  });

  it.each([
    ['explain', 'Give --field'],
    ['explain --as nobody --field Speaker.email', 'there are anonymous, registered'],
    ['explain --field Speaker.soul', 'no such field'],
    ['explain --action FLY --type Session', 'no permission table has such a column'],
    ['explain --type Session', 'Say what is done'],
    ['explain --field Speaker.email --type Session', 'Give --field, or --action with --type'],
    ['explain --user ada@example.org --action VIEW --type Session', '--user goes with --id'],
    ['explain --id session_1 --as staff --action VIEW', '--id goes with'],
  ])('refuses %s', async (line, message) => {
    expect(await run(line)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
  });

  it('decides in the database for one person and one object', async () => {
    const env = {
      DATABASE_URL: process.env.TEST_DATABASE_URL!.replace(/[^/]*$/, 'convoke_template'),
      DATA_DIR: '/tmp/convoke-test',
      NODE_ENV: 'test',
    };
    const id = encodeId('Session', '01990000-0000-7000-8000-000000000000');
    const hidden = await run(`explain --action VIEW --id ${id} --json`, env);
    expect(JSON.parse(hidden.out)).toEqual({ allowed: false, reason: 'NOT_FOUND', row: null, notes: [] });
    expect((await run(`explain --action VIEW --id ${id}`, env)).out).toBe('Not allowed: NOT_FOUND.\n');
    expect(await run(`explain --action VIEW --id ${id} --user nobody@example.org`, env)).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no user'),
    });
  });

  it('checks that the tables cover the schema', async () => {
    expect(await run('check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('tables cover the schema'),
    });
    expect(JSON.parse((await run('check --json')).out)).toEqual({ gaps: [] });
  });
});
