/** `convoke tasks watch`: a task, or the tasks of a collaboration, as they go on at a server. */
import { Bearer, Connection } from '../client/connection.ts';
import { identityOf } from '../client/sign-in.ts';
import type { Watched, WatchedTask } from '../client/task-watch.ts';
import { TaskWatch } from '../client/task-watch.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { Ended, UsageError, examples } from '../platform/cli/cli.ts';
import { serverUrl } from './server-url.ts';
import { Screen } from './tasks.screen.ts';
import { jsonOf, lineOf, tableOf } from './tasks.text.ts';

/** Exit codes beside those of every command: 1 is that something failed. */
const codes = { canceled: 3, interrupted: 4 };
const drawEveryMs = 1000;

/** Adds `convoke tasks watch`. */
export const addTasks: AddCommand = (program, cli) => {
  program
    .command('tasks')
    .description('tasks of a collaboration')
    .command('watch')
    .description(
      'watch how tasks go on: a table in a terminal, a line for each change elsewhere, with --json each one a document',
    )
    .option('--task <id>', 'one task, until it is final')
    .option(
      '--collaboration <id>',
      'all tasks of a collaboration that you may see, until the command is told to end',
    )
    .option('--until-done', 'with --collaboration: end as soon as no task is open')
    .option('--server <url>', 'where the server is (default: PUBLIC_URL)')
    .addHelpText(
      'after',
      '\nYou are who CONVOKE_TOKEN says, a bearer token, or who CONVOKE_LOGIN and CONVOKE_PASSWORD sign in. NO_COLOR leaves out the colours.\n' +
        'Exit codes: 0 all that was watched is COMPLETED, 1 some of it failed or crashed, or may not be watched, 2 used wrongly,\n' +
        `${codes.canceled} some of it was CANCELED and nothing failed, ${codes.interrupted} told to end before it was final.\n` +
        examples(
          'convoke tasks watch --task task_…',
          'convoke tasks watch --collaboration collaboration_… --until-done --json',
        ),
    )
    .action(
      cli.action(async ({ config, json }, _args, options) => {
        const server = serverUrl(options.server, config);
        const ended = new AbortController();
        const stop = () => ended.abort();
        const view = json || !process.stdout.isTTY ? plainView(json) : tableView();
        const identity = identityOf(process.env, server, ended.signal, view.tell);
        const watched = watchedOf(options);
        if (!identity)
          throw new UsageError(
            'Say who you are: CONVOKE_TOKEN, or CONVOKE_LOGIN and CONVOKE_PASSWORD, in the environment.',
          );
        view.begin();
        const connection = new Connection(
          server,
          new Bearer(() => identity.token()),
          ended.signal,
          view.tell,
        );
        const watch = new TaskWatch(
          connection,
          { watched, untilDone: options.untilDone === true, changed: view.changed, upToDate: view.upToDate },
          stop,
        );
        // Told twice, it ends at once: the signal is nobody's then.
        let isInterrupted = false;
        const interrupt = () => {
          isInterrupted = true;
          stop();
        };
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
        try {
          await watch.run();
        } finally {
          view.end();
          await identity.leave();
        }
        // To be told to end is the only end of some.
        const isEndless = 'collaboration' in watched && options.untilDone !== true;
        const code = outcomeOf(watch.tasks, isInterrupted && !isEndless);
        if (code !== 0) throw new Ended(code);
      }),
    );
};

interface View {
  readonly begin: () => void;
  readonly changed: ConstructorParameters<typeof TaskWatch>[1]['changed'];
  readonly upToDate: () => void;
  /** Says what hinders. */
  readonly tell: (line: string) => void;
  readonly end: () => void;
}

function plainView(json: boolean): View {
  return {
    begin: () => {},
    changed: (step) => void process.stdout.write(`${json ? jsonOf(step) : lineOf(step)}\n`),
    upToDate: () => {},
    tell: (line) => void process.stderr.write(`${line}\n`),
    end: () => {},
  };
}

/** Drawn again at every change, and once a second for the times. */
function tableView(): View {
  let screen: Screen | null = null;
  let tasks: readonly WatchedTask[] = [];
  let note = 'connecting';
  let timer: NodeJS.Timeout | undefined;
  const draw = () =>
    screen?.draw([
      ...tableOf(tasks, Date.now(), screen.terminal),
      ...(note ? ['', note.slice(0, screen.terminal.columns)] : []),
    ]);
  return {
    begin() {
      screen = new Screen(process.stdout, !process.env.NO_COLOR);
      timer = setInterval(draw, drawEveryMs);
      draw();
    },
    changed(_step, all) {
      tasks = all;
      draw();
    },
    upToDate() {
      note = tasks.length === 0 ? 'no task is open' : '';
      draw();
    },
    tell(line) {
      note = line;
      draw();
    },
    end() {
      clearInterval(timer);
      note = '';
      draw();
      screen?.end();
    },
  };
}

/** @throws UsageError */
function watchedOf({ task, collaboration, untilDone }: Record<string, unknown>): Watched {
  if ((task === undefined) === (collaboration === undefined))
    throw new UsageError('Give one of --task ID and --collaboration ID.');
  for (const [option, id, other] of [
    ['--task', task, 'collaboration'],
    ['--collaboration', collaboration, 'task'],
  ] as const) {
    if (String(id).startsWith(`${other}_`))
      throw new UsageError(`${option} ${String(id)} names a ${other}: watch it with --${other}.`);
  }
  if (task !== undefined && untilDone === true)
    throw new UsageError(
      '--until-done goes with --collaboration; a task is watched until it is final anyway.',
    );
  return task === undefined ? { collaboration: String(collaboration) } : { task: String(task) };
}

function outcomeOf(tasks: readonly WatchedTask[], isInterrupted: boolean): number {
  const final = tasks.filter(({ finishedAt }) => finishedAt !== null);
  if (final.some(({ status }) => status !== 'COMPLETED' && status !== 'CANCELED')) return 1;
  if (isInterrupted) return codes.interrupted;
  return final.some(({ status }) => status === 'CANCELED') ? codes.canceled : 0;
}
