/**
 * The commands that talk to a server, in a process of their own, for tests that signal it.
 * Run by Node itself: node --experimental-transform-types command-child.ts node run …
 */
import { addNode } from '../../src/commands/node.command.ts';
import { addTasks } from '../../src/commands/tasks.command.ts';
import { runCli } from '../../src/platform/cli/cli.ts';

process.exitCode = await runCli(process.argv.slice(2), [addNode, addTasks], {
  env: process.env,
  cwd: '/',
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
