/** `convoke node run`: a small compute node, which runs a command for each result that it is given. */
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Bearer, Connection } from '../client/connection.ts';
import { NodeRun } from '../client/node-run.ts';
import { WrongKey, checkKey } from '../client/own-key.ts';
import { ofApiKey } from '../client/sign-in.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { UsageError, examples } from '../platform/cli/cli.ts';
import { createLogger } from '../platform/observe/log.ts';
import { serverUrl } from './server-url.ts';
import { untilEnded } from './until-ended.ts';

/** Adds `convoke node run`. */
export const addNode: AddCommand = (program, cli) => {
  program
    .command('node')
    .description('compute nodes')
    .command('run <command...>')
    .description(
      'wait for work, and run a command for each result: input on standard input, result from standard output, log from standard error',
    )
    .option(
      '--api-key <key>',
      'the key of the compute node (default: CONVOKE_API_KEY, which other people of the machine cannot see)',
    )
    .option('--server <url>', 'where the server is (default: PUBLIC_URL)')
    .option(
      '--private-key <file>',
      "the private key of the compute node's organization as PEM: opens inputs of encrypted collaborations",
    )
    .option('--once', 'end after one result')
    .addHelpText(
      'after',
      '\nThe command finds CONVOKE_TASK_ID, CONVOKE_RESULT_ID, CONVOKE_SERVER and CONVOKE_CONTAINER_TOKEN in its environment; with\n' +
        'the token it makes subtasks. Exit code 0 is COMPLETED, another FAILED, a signal CRASHED. What runs may finish when the\nnode is told to end; told twice, it ends at once.\n' +
        examples(
          'convoke node run --api-key KEY -- wc -w',
          'convoke node run --api-key KEY --server https://convoke.example --once -- python3 average.py',
        ),
    )
    .action(
      cli.action(async ({ config }, command, options) => {
        const apiKey = String(options.apiKey ?? process.env.CONVOKE_API_KEY ?? '');
        if (apiKey === '')
          throw new UsageError('Give the key of the compute node: --api-key KEY, or CONVOKE_API_KEY.');
        const privateKey =
          options.privateKey === undefined ? null : readPrivateKey(String(options.privateKey));
        const server = serverUrl(options.server, config);
        assertProgram(command[0]);
        const log = createLogger(config);
        const tell = (line: string) => log.info(line);
        const [stopped, done] = [new AbortController(), new AbortController()];
        const nobody = new Connection(server, null, done.signal, tell);
        const bearer = new Bearer(ofApiKey(apiKey, nobody));
        const asking = new Connection(server, bearer, done.signal, tell);
        const listening = new Connection(server, bearer, stopped.signal, tell);
        const env = Object.fromEntries(
          Object.entries(process.env).filter(([, value]) => !value?.includes(apiKey)),
        );
        const ended = untilEnded(log, { left: 'the server gives out again what runs' }).finally(() =>
          stopped.abort(),
        );
        const work = async () => {
          await checkKey(listening, privateKey, tell);
          tell(`waiting for work from ${server}`);
          await new NodeRun(
            listening,
            asking,
            { command, env, once: options.once === true, privateKey, tell },
            () => stopped.abort(),
          ).run();
        };
        const run = work().catch((error: unknown) => {
          // Told to end before there was an answer.
          if (stopped.signal.aborted && error === stopped.signal.reason) return;
          throw error instanceof WrongKey ? new UsageError(error.message) : error;
        });
        try {
          await Promise.all([run, Promise.race([ended, run])]);
        } finally {
          done.abort();
        }
      }),
    );
};

/** Throws UsageError where the program of a command is not there: each result would be START_FAILED. */
function assertProgram(program: string): void {
  const folders = program.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  const isThere = folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!isThere) throw new UsageError(`There is no command ${program} here that can be run.`);
}

/** Reads the PEM of an RSA key as organizations have; a usage error where it is none, or one that needs a passphrase. */
function readPrivateKey(path: string): string {
  const refused = (words: string) => new UsageError(`--private-key ${path} ${words}.`);
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw refused(`cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
  if (pem.includes('BEGIN ENCRYPTED PRIVATE KEY') || pem.includes('Proc-Type: 4,ENCRYPTED'))
    throw refused('needs a passphrase: write it without one');
  if (pem.includes('BEGIN PUBLIC KEY')) throw refused('holds a public key: the private one is needed');
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw refused('holds no private key as PEM');
  }
  if (key.asymmetricKeyType !== 'rsa' || key.asymmetricKeyDetails?.modulusLength !== 4096)
    throw refused('is no RSA key of 4096 bits, as organizations have');
  return pem;
}
