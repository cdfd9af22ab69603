/**
 * Builds Convoke when dist is missing or was made from other sources: the server with tsc, which leaves the types to
 * `npm run typecheck` and is four times as fast for it, and the pages with Vite. Says so in one line on standard error. Two processes that come at once build once. An installation without sources
 * is never built.
 */
'use strict';

const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { join } = require('node:path');

const SOURCES = ['src', 'migrations', 'web', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const LEFT_OUT = /^(node_modules|dist)$|\.test\.ts$/;
const WAIT_MS = 250;

exports.buildIfNeeded = async function buildIfNeeded(root) {
  if (!fs.existsSync(join(root, 'src')) || isFresh(root)) return;
  const dist = join(root, 'dist');
  const lock = join(dist, '.building');
  fs.mkdirSync(dist, { recursive: true });
  while (!take(lock)) {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  try {
    // Somebody else may have built while we waited.
    if (!isFresh(root)) await build(root, dist);
  } finally {
    fs.rmSync(lock, { force: true });
  }
};

async function build(root, dist) {
  const first = !fs.existsSync(join(dist, '.built'));
  console.error(`Building Convoke (${first ? 'first run' : 'sources have changed'}) …`);
  // Taken before: a source saved meanwhile will be built next time.
  const made = fingerprint(root);
  for (const name of fs.readdirSync(dist)) {
    if (name !== '.building') fs.rmSync(join(dist, name), { recursive: true, force: true });
  }
  const tools = [run(root, 'typescript', 'tsc', ['-p', 'tsconfig.build.json'])];
  if (fs.existsSync(join(root, 'web', 'vite.config.ts')))
    tools.push(run(root, 'vite', 'vite', ['build', 'web', '--logLevel', 'warn']));
  const failures = (await Promise.allSettled(tools)).filter(({ status }) => status === 'rejected');
  if (failures.length > 0) throw failures[0].reason;
  fs.writeFileSync(join(dist, '.built'), made);
}

async function run(root, name, command, args) {
  const tool = spawn(process.execPath, [programOf(root, name, command), ...args], {
    cwd: root,
    // What tools say must not get between the lines of a command that prints JSON.
    stdio: ['ignore', 2, 2],
  });
  const status = await new Promise((resolve, reject) => tool.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`the build has failed (${command} ended with ${status}).`);
}

function programOf(root, name, command) {
  let path;
  try {
    path = fs.realpathSync(join(root, 'node_modules', name, 'package.json'));
  } catch {
    throw new Error(
      `Convoke is not built, and ${name} is not installed to build it: run \`npm ci\` with development packages.`,
    );
  }
  const { bin } = JSON.parse(fs.readFileSync(path, 'utf8'));
  return join(path, '..', typeof bin === 'string' ? bin : bin[command]);
}

function isFresh(root) {
  return readIfThere(join(root, 'dist', '.built')) === fingerprint(root);
}

/** Changes when a source is saved, added, renamed or removed. Names and times, not contents: this runs at each start. */
function fingerprint(root) {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of fs.readdirSync(path).sort()) if (!LEFT_OUT.test(name)) add(join(path, name));
    } else if (stat) {
      hash.update(`${path} ${stat.mtimeMs} ${stat.size}\n`);
    }
  };
  for (const name of SOURCES) add(join(root, name));
  return hash.digest('hex');
}

function readIfThere(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether we may build. A lock whose holder is gone is free; a holder that has just made it has not written its pid yet. */
function take(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const holder = Number(readIfThere(lock));
  if (holder ? !isAlive(holder) : age > 5_000) fs.rmSync(lock, { force: true });
  return false;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// `npm run build`: the same, without running anything afterwards.
if (require.main === module) {
  exports.buildIfNeeded(join(__dirname, '..')).catch((error) => {
    console.error(`convoke: ${error.message}`);
    process.exitCode = 1;
  });
}
