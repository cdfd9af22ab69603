import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples, runCli, UsageError } from './cli.ts';
import type { AddCommand } from './cli.ts';
import { addConfig } from './config.command.ts';
import { addVersion } from './version.command.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'convoke-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** A command with a word of its own below it, an argument and an option, that fails on demand. */
const addSay: AddCommand = (program, cli) => {
  program
    .command('say')
    .description('speak')
    .command('words <words...>')
    .description('say words')
    .option('--loud', 'say them loudly')
    .addHelpText('after', examples('convoke say words hello'))
    .action(
      cli.action(async ({ print }, words, options) => {
        await Promise.resolve();
        if (words.includes('nothing')) throw new UsageError('There is nothing to say.');
        if (words.includes('fail')) throw new Error('It went wrong.');
        const said = options['loud'] ? words.map((word) => word.toUpperCase()) : words;
        print({ said }, () => said.join(' '));
      }),
    );
};

async function run(line: string, env: Record<string, string> = {}) {
  const written = { out: '', err: '' };
  const code = await runCli(line.split(' ').filter(Boolean), [addConfig, addVersion, addSay], {
    env,
    cwd,
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
  });
  return { code, ...written };
}

describe('the command line', () => {
  it('prints a result as text, or as one JSON document wherever --json stands', async () => {
    expect(await run('say words hello world --loud')).toEqual({ code: 0, out: 'HELLO WORLD\n', err: '' });
    for (const line of ['--json say words hello', 'say words hello --json']) {
      expect(JSON.parse((await run(line)).out)).toEqual({ said: ['hello'] });
    }
  });

  it('shows help with examples for every command', async () => {
    for (const name of ['config', 'version', 'say words']) {
      const { code, out } = await run(`${name} --help`);
      expect(code).toBe(0);
      expect(out).toMatch(/--json .*\n[^]*Examples:\n {2}.*convoke /);
    }
    expect((await run('--help')).out).toContain('Exit codes');
  });

  it('ends with 1 on a failure and 2 on wrong use, with one clear line', async () => {
    expect(await run('say words fail')).toEqual({ code: 1, out: '', err: 'convoke: It went wrong.\n' });
    expect(await run('say words nothing')).toEqual({
      code: 2,
      out: '',
      err: 'convoke: There is nothing to say.\n',
    });
    for (const line of ['', 'say', 'say words', 'sey', 'say words hello --quietly', 'version more']) {
      expect(await run(line)).toMatchObject({ code: 2, out: '' });
    }
    expect((await run('sey words')).err).toContain('Did you mean say?');
  });

  it('keeps --json even when it fails, and shows the stack only for debugging', async () => {
    expect(JSON.parse((await run('say words fail --json')).out)).toEqual({
      error: { message: 'It went wrong.' },
    });
    expect(JSON.parse((await run('say --what --json')).out)).toMatchObject({
      error: { message: expect.stringContaining('--what') },
    });
    expect((await run('say words fail', { LOG_LEVEL: 'debug' })).err).toContain('cli.test.ts');
  });

  it('stops at a configuration that cannot be used, with the whole list', async () => {
    const broken = { PORT: 'x', GUARDS: 'y' };
    const { code, out, err } = await run('config --json', broken);
    expect(code).toBe(2);
    expect(err).toMatch(/PORT=x.*\n.*GUARDS=y/);
    expect(JSON.parse(out)).toMatchObject({ error: { problems: [{ key: 'PORT' }, { key: 'GUARDS' }] } });
    // What needs no configuration goes on, and leaves nothing behind.
    expect((await run('version', broken)).code).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('prints the configuration', async () => {
    const { code, out } = await run('config', { PORT: '5000' });
    expect(code).toBe(0);
    expect(out).toMatch(/│ PORT +│ 5000 +│ environment │/);
    const lines = JSON.parse((await run('config --json')).out) as { key: string; value: string }[];
    expect(lines).toContainEqual(expect.objectContaining({ key: 'PORT', value: '4000' }));
  });
});
