/**
 * The frame of `convoke`: one program, its commands, one way to print results and errors, and the exit codes
 * (0 done, 1 failed, 2 used or configured wrongly). Results go to standard output, with --json as one document;
 * errors are one clear line on standard error.
 *
 * To add a command, write `x.command.ts` beside this file:
 *
 *   export const addX: AddCommand = (program, cli) =>
 *     program
 *       .command('x <file>')
 *       .description('what it does, in one sentence')
 *       .addHelpText('after', examples('convoke x demo.zip', 'convoke x demo.zip --json'))
 *       .action(cli.action(async ({ config, print }, [file], options) => {
 *         print({ file }, () => `Read ${file}.`);
 *       }));
 *
 * and name it in the list of src/main.ts. A command with words of its own (`admin create`) adds them to
 * `program.command('admin')`. What it does and needs from above the platform (the application) it gets by closing
 * over it: main.ts calls `addX` through a function that takes it. Failing is throwing: UsageError for exit code 2,
 * Ended for one of the command's own, anything else for 1.
 */
import { Command, CommanderError } from 'commander';
import { ConfigError, loadConfig } from '../config/index.ts';
import type { Config } from '../config/index.ts';

/** The world around a program: process.env and so on, or a test's own. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  cwd: string;
  out: (text: string) => void;
  err: (text: string) => void;
  /** Whether somebody watches `err`: a terminal, not a file or a pipe. */
  isWatched?: boolean;
}

/** What the work of a command is given. */
export interface CommandContext {
  /** Loaded when it is first asked for: what does not need it works with a broken configuration too. */
  readonly config: Config;
  /** Whether --json was given. */
  json: boolean;
  /** Prints the result: `data` as one JSON document with --json, and what `text` returns otherwise. */
  print: (data: unknown, text: () => string) => void;
  /** Says in one line what goes on, where somebody watches and waits; not part of the result. */
  progress: (line: string) => void;
}

/** The work of a command. `args` are the words after its name, `options` what commander made of the dashes. */
export type Work = (
  context: CommandContext,
  args: string[],
  options: Record<string, unknown>,
) => Promise<void> | void;

/** What a command file may use of the frame. */
export interface Cli {
  /** What to give to commander's `action`. */
  action(work: Work): (...given: unknown[]) => Promise<void>;
}

/** Adds one command, with its options and help, to the program. */
export type AddCommand = (program: Command, cli: Cli) => void;

/** The words on the command line make no sense together; exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The work is done, and what came of it is an exit code of the command's own; all there is to say was said. */
export class Ended extends Error {
  override name = 'Ended';
  constructor(readonly exitCode: number) {
    super(`ended with exit code ${exitCode}`);
  }
}

/** The examples that end a command's help, one a line. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/**
 * Runs one command line.
 * @param args without the program's name
 * @returns the exit code; never throws
 */
export async function runCli(
  args: string[],
  commands: readonly AddCommand[],
  around: Surroundings,
): Promise<number> {
  const program = createProgram(commands, around);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, args.includes('--json'), around);
  }
}

/** The program with all of its commands. */
export function createProgram(commands: readonly AddCommand[], around: Surroundings): Command {
  const program = new Command('convoke')
    .description('A GraphQL server with field-level authorization for events and collaborations.')
    .option('--json', 'print the result as one JSON document')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: around.out, writeErr: around.err })
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 used or configured wrongly.\nconvoke <command> --help shows examples.',
    );
  for (const add of commands) add(program, { action: (work) => action(work, around) });
  return program;
}

function action(work: Work, { env, cwd, out, err, isWatched }: Surroundings) {
  return async (...given: unknown[]): Promise<void> => {
    // Commander calls with each argument, then the options, then the command.
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<Record<string, unknown>>();
    const json = options['json'] === true;
    const print: CommandContext['print'] = (data, text) =>
      out(`${json ? JSON.stringify(data, null, 2) : text()}\n`);
    let config: Config | undefined;
    const context: CommandContext = {
      get config() {
        return (config ??= loadConfig(env, cwd));
      },
      json,
      print,
      progress: (line) => {
        if (isWatched) err(`${line}\n`);
      },
    };
    await work(context, command.args, options);
  };
}

function report(error: unknown, json: boolean, { env, out, err }: Surroundings): number {
  // Help that was asked for ends commander's work in the same way as an error.
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof Ended) return error.exitCode;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const problems = error instanceof ConfigError ? error.problems : undefined;
  if (json) out(`${JSON.stringify({ error: { message, problems } }, null, 2)}\n`);
  // Commander has already said its own.
  if (error instanceof CommanderError) return 2;
  const detailed = ['debug', 'trace'].includes(env['LOG_LEVEL'] ?? '');
  err(`convoke: ${detailed ? stack : message}\n`);
  return problems || error instanceof UsageError ? 2 : 1;
}
