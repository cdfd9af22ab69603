/**
 * Starts Convoke again on the Node 24 that came with its packages, where the machine's own is older. The first
 * process stays as thin as it can: it replaces itself, or passes signals and the exit code on.
 */
'use strict';

const { spawn } = require('node:child_process');
const { join } = require('node:path');

const NEEDED = 24;
const PLATFORMS = { win32: 'win' };

/** Whether another process does the work; the caller has nothing more to do then. */
exports.runOnNewerNode = function runOnNewerNode(root) {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED) return false;
  const node = bundledNode(root);
  const args = [...process.execArgv, join(root, 'bin', 'convoke'), ...process.argv.slice(2)];
  if (process.execve) process.execve(node, [node, ...args], process.env);
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const pass = (signal) => {
    // A terminal sends Ctrl-C to the child by itself.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  child.on('error', (error) => {
    console.error(`convoke: ${node} cannot be run: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
  return true;
};

function bundledNode(root) {
  const name = `node-${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const path = join('bin', process.platform === 'win32' ? 'node.exe' : 'node');
  try {
    return require.resolve(`${name}/${path}`, { paths: [root] });
  } catch {
    console.error(
      `convoke: this is Node ${process.versions.node}, and Convoke needs Node ${NEEDED} or newer. Its own copy (the ` +
        `package ${name}) is not installed: run \`npm ci\` without leaving out optional packages, or install Node ${NEEDED}.`,
    );
    process.exit(1);
  }
}
