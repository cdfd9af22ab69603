/**
 * The command line: which commands there are. Called by bin/convoke with the words after the program's name; how
 * commands are written is said in platform/cli/cli.ts.
 */
// First of all: the decorators of whatever a command loads need it.
import 'reflect-metadata';
import { addAdmin } from './commands/admin.command.ts';
import { addExport } from './commands/export.command.ts';
import { addFiles } from './commands/files.command.ts';
import { addImport } from './commands/import.command.ts';
import { addMigrate } from './commands/migrate.command.ts';
import { addSeed } from './commands/seed.command.ts';
import { addShell } from './commands/shell.command.ts';
import { addNode } from './commands/node.command.ts';
import { addPermissions } from './commands/permissions.command.ts';
import { addStart } from './commands/start.command.ts';
import { addTasks } from './commands/tasks.command.ts';
import { addUser } from './commands/user.command.ts';
import { addWorker } from './commands/worker.command.ts';
import { runCli } from './platform/cli/cli.ts';
import type { AddCommand } from './platform/cli/cli.ts';
import { addConfig } from './platform/cli/config.command.ts';
import { addVersion } from './platform/cli/version.command.ts';

/** The commands, in the order in which help lists them. */
export const commands: readonly AddCommand[] = [
  addStart,
  addWorker,
  addMigrate,
  addSeed,
  addImport,
  addExport,
  addFiles,
  addAdmin,
  addUser,
  addNode,
  addTasks,
  addPermissions,
  addShell,
  addConfig,
  addVersion,
];

/** Runs one command and leaves its exit code to the process, which ends when nothing is left to do. */
export async function main(args: string[]): Promise<void> {
  // The reader of a pipe may leave early (`convoke config | head`): nobody is left to tell then.
  process.stdout.on('error', () => process.exit(1));
  process.exitCode = await runCli(args, commands, {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isWatched: process.stderr.isTTY,
  });
}
