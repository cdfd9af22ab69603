/** bin/convoke on a small project of its own: builds when it must and only then, and hands signals and codes on. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectRoot } from '../../src/platform/project.ts';

let root: string;
const main = (body: string) => `export async function main(args: string[]): Promise<void> {\n${body}\n}\n`;

beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'convoke-launcher-'));
  fs.cpSync(join(projectRoot, 'bin'), join(root, 'bin'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json'])
    fs.copyFileSync(join(projectRoot, name), join(root, name));
  fs.symlinkSync(fs.realpathSync(join(projectRoot, 'node_modules')), join(root, 'node_modules'));
  fs.mkdirSync(join(root, 'migrations'));
  fs.mkdirSync(join(root, 'src'));
  // The compiler keeps src/ in dist only when there is more than one folder, as in the real project.
  fs.writeFileSync(join(root, 'migrations', 'one.ts'), 'export const one = 1;\n');
  write(main("  console.log(['ran', ...args].join(' '));"));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(source: string): void {
  fs.writeFileSync(join(root, 'src', 'main.ts'), source);
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'convoke'), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('bin/convoke', () => {
  it('builds at the first run, then only when a source has changed', () => {
    expect(run('a', '--b')).toEqual({
      status: 0,
      stdout: 'ran a --b\n',
      stderr: 'Building Convoke (first run) …\n',
    });
    expect(run()).toEqual({ status: 0, stdout: 'ran\n', stderr: '' });
    write(main("  console.log('changed');"));
    expect(run()).toEqual({
      status: 0,
      stdout: 'changed\n',
      stderr: 'Building Convoke (sources have changed) …\n',
    });
    fs.rmSync(join(root, 'migrations', 'one.ts'));
    fs.writeFileSync(join(root, 'migrations', 'two.ts'), 'export const two = 2;\n');
    expect(run().stderr).toContain('sources have changed');
    expect(fs.existsSync(join(root, 'dist', 'migrations', 'one.js'))).toBe(false);
    fs.writeFileSync(join(root, 'src', 'main.test.ts'), 'not looked at');
    expect(run().stderr).toBe('');
  });

  it('says what is wrong when the build fails, and builds again next time', () => {
    write(main('  const no = ;'));
    const failed = run();
    expect(failed.status).toBe(1);
    expect(failed.stdout).toBe('');
    expect(failed.stderr).toMatch(/src\/main\.ts[^]*error TS1109[^]*convoke: the build has failed/);
    write(main("  console.log('mended');"));
    expect(run().stdout).toBe('mended\n');
  });

  it('builds once for several that come at the same moment, over the lock of one that was killed', async () => {
    fs.mkdirSync(join(root, 'dist'));
    fs.writeFileSync(join(root, 'dist', '.building'), '2147483647');
    const runs = [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, [join(root, 'bin', 'convoke')]);
      let said = '';
      child.stdout.on('data', (data) => (said += data));
      child.stderr.on('data', (data) => (said += data));
      await once(child, 'close');
      return said;
    });
    const said = (await Promise.all(runs)).sort();
    expect(said).toEqual(['Building Convoke (first run) …\nran\n', 'ran\n', 'ran\n']);
  });
});

/** A Node on this machine that is too old for us; not there on most machines. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find(
    (path) =>
      Number.parseInt(spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout) < 24,
  );

(oldNode ? describe : describe.skip)('bin/convoke on an older Node', () => {
  /** Starts the launcher on a program that says its pid and waits for a signal, and reads the pid. */
  async function waiting() {
    write(
      main(`  process.once('SIGTERM', () => process.exit(7));
  setInterval(() => {}, 1000);
  console.log(process.versions.node.split('.')[0], process.pid);`),
    );
    const launcher = spawn(oldNode!, [join(root, 'bin', 'convoke')], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(launcher.stdout!, 'data')) as [Buffer];
    const [major, pid] = line.toString().split(' ').map(Number);
    return { launcher, major, pid };
  }

  it('goes on on the one that came with the packages, and hands on signals and exit codes', async () => {
    const { launcher, major } = await waiting();
    expect(major).toBeGreaterThanOrEqual(24);
    const ended = once(launcher, 'exit');
    launcher.kill('SIGTERM');
    expect(await ended).toEqual([7, null]);
  });

  it('does not leave the program behind when it is killed', async () => {
    const { launcher, pid } = await waiting();
    launcher.kill('SIGKILL');
    for (let alive = true; alive; await pause(20)) {
      try {
        process.kill(pid, 0);
      } catch {
        alive = false;
      }
    }
  });
});
