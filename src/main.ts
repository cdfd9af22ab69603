/**
 * The command line: which commands there are. Called by bin/convoke with the words after the program's name; how
 * commands are written is said in platform/cli/cli.ts.
 */
// First of all: the decorators of whatever a command loads need it.
import 'reflect-metadata';
import { runCli } from './platform/cli/cli.ts';
import type { AddCommand } from './platform/cli/cli.ts';

/** The commands by name, in the order in which help lists them. Each loads what it needs when it is asked for. */
const commands = {
  start: async () => (await import('./commands/start.command.ts')).addStart,
  worker: async () => (await import('./commands/worker.command.ts')).addWorker,
  migrate: async () => (await import('./commands/migrate.command.ts')).addMigrate,
  seed: async () => (await import('./commands/seed.command.ts')).addSeed,
  import: async () => (await import('./commands/import.command.ts')).addImport,
  export: async () => (await import('./commands/export.command.ts')).addExport,
  files: async () => (await import('./commands/files.command.ts')).addFiles,
  admin: async () => (await import('./commands/admin.command.ts')).addAdmin,
  user: async () => (await import('./commands/user.command.ts')).addUser,
  node: async () => (await import('./commands/node.command.ts')).addNode,
  tasks: async () => (await import('./commands/tasks.command.ts')).addTasks,
  permissions: async () => (await import('./commands/permissions.command.ts')).addPermissions,
  shell: async () => (await import('./commands/shell.command.ts')).addShell,
  config: async () => (await import('./platform/cli/config.command.ts')).addConfig,
  version: async () => (await import('./platform/cli/version.command.ts')).addVersion,
} satisfies Record<string, () => Promise<AddCommand>>;

/** The command that the words name, or all of them where they name none: help lists them, and a mistake is told what is near. */
export async function loadCommands([name]: readonly string[]): Promise<AddCommand[]> {
  const named = Object.entries(commands).filter(([known]) => known === name);
  const wanted = named.length > 0 ? named : Object.entries(commands);
  return Promise.all(wanted.map(([, load]) => load()));
}

/** Runs one command and leaves its exit code to the process, which ends when nothing is left to do. */
export async function main(args: string[]): Promise<void> {
  // The reader of a pipe may leave early (`convoke config | head`): nobody is left to tell then.
  process.stdout.on('error', () => process.exit(1));
  process.exitCode = await runCli(args, await loadCommands(args), {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isWatched: process.stderr.isTTY,
  });
}
