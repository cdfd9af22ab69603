/** `convoke shell`: a JavaScript prompt on the application, for looking into things and for trying what others see. */
import { once } from 'node:events';
import { inspect } from 'node:util';
import type { ExecutionResult } from 'graphql';
import { GraphQLError, parse, specifiedRules, validate } from 'graphql';
import { loadViewer } from '../accounts/authenticate.ts';
import type { App } from '../app.ts';
import { anonymous } from '../permissions/viewer.ts';
import type { Viewer } from '../permissions/viewer.ts';
import { examples, UsageError } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { Contexts } from '../platform/graphql/context.ts';
import { Executor } from '../platform/graphql/execute.ts';
import { withApp } from './with-app.ts';

/** What is at hand in the shell, by its name there. */
interface Tools {
  readonly app: App;
  /** The rows of a statement. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** What the API answers to a person, named by e-mail address, or to nobody. */
  ask(document: string, as?: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
}

/** Adds the command. */
export const addShell: AddCommand = (program, cli) => {
  program
    .command('shell')
    .description('open a JavaScript prompt with app, sql(text, values?) and ask(document, as?, variables?)')
    .option('--eval <expression>', 'print the value of one expression instead, awaited')
    .addHelpText(
      'after',
      '\nask answers as the API does, to the person with the e-mail address `as`, or to somebody who is not signed in.\n' +
        examples(
          'convoke shell',
          'convoke shell --eval \'sql("SELECT count(*) FROM sessions")\' --json',
          'convoke shell --eval \'ask("{ events { totalCount } }", "speaker@demo.example")\'',
        ),
    )
    .action(
      cli.action(async ({ config, print }, _, { eval: expression }) => {
        // Lines of a pipe would not wait for one another.
        if (typeof expression !== 'string' && !process.stdin.isTTY) {
          throw new UsageError('The shell needs a terminal; elsewhere use convoke shell --eval EXPRESSION.');
        }
        await withApp(config, async (app) => {
          const tools = toolsOf(app);
          if (typeof expression !== 'string') return prompt(tools);
          const value = await evaluate(expression, tools);
          print(value ?? null, () => inspect(value, { depth: 8 }));
        });
      }),
    );
};

async function prompt(tools: Tools): Promise<void> {
  process.stdout.write('app, sql(text, values?), ask(document, as?, variables?); .exit or Ctrl+D ends.\n');
  // Loading it loads node:domain, which slows every event emitter of the process down.
  const { start } = await import('node:repl');
  const repl = start({ prompt: 'convoke> ' });
  Object.assign(repl.context, tools);
  await once(repl, 'exit');
}

/** The expression is the operator's own, who could as well write a program. */
async function evaluate(expression: string, tools: Tools): Promise<unknown> {
  const names = Object.keys(tools);
  const run = new Function(...names, `return (async () => (${expression}\n))()`) as (
    ...values: unknown[]
  ) => Promise<unknown>;
  return run(...Object.values(tools));
}

function toolsOf(app: App): Tools {
  const { config, database } = app;
  const limits = { anonymous: config.limits.maxCostAnonymous, signedIn: config.limits.maxCostSignedIn };
  const contexts = new Contexts(app);
  let executor: Executor | undefined;
  return {
    app,
    sql: (text, values = []) => database.query(text, values),
    async ask(text, as, variables = {}) {
      const schema = app.schema();
      const { executor: engine, compileAfter } = config.graphql;
      executor ??= new Executor({ schema, executor: engine, compileAfter, limits });
      const document = parse(text);
      const errors: readonly GraphQLError[] = validate(schema, document, specifiedRules);
      if (errors.length > 0) return { errors };
      const viewer = as === undefined ? anonymous : await viewerOf(app, as);
      const context = contexts.make({ viewer, isRejected: false }, { id: 'shell', address: 'shell' });
      return executor.execute({ document, variables, context });
    },
  };
}

async function viewerOf({ database }: App, email: string): Promise<Viewer> {
  const [user] = await database.query(
    'SELECT id FROM users WHERE lower(email) = lower($1) AND deleted_at IS NULL',
    [email],
  );
  const found =
    user && (await loadViewer(database, { userId: user.id as string, familyId: null, expiresAt: null }));
  if (!found) throw new Error(`There is no user ${JSON.stringify(email)} who could sign in.`);
  return found.viewer;
}
