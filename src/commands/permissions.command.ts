/** `convoke permissions`: the tables on the terminal, what they come to for somebody, and whether they cover the schema. */
import type { Command } from 'commander';
import { drawBlueprint } from '../blueprint.ts';
import type { Blueprint } from '../blueprint.ts';
import { describeTable } from '../permissions/document.ts';
import { questionOnObject } from '../permissions/explain.ts';
import { decide, hiddenDecision } from '../permissions/decide.ts';
import type { Permissions } from '../permissions/registry.ts';
import type { PermissionTable } from '../permissions/table.ts';
import { createApp } from '../app.ts';
import { examples, UsageError } from '../platform/cli/cli.ts';
import type { AddCommand, Cli } from '../platform/cli/cli.ts';
import { createLogger } from '../platform/observe/log.ts';
import {
  explainAction,
  explainField,
  kindOfViewer,
  kindsOfViewers,
  sentenceOfDecision,
} from './permissions.explain.ts';
import { tableText } from './permissions.text.ts';
import { viewerByEmail } from './permissions.viewer.ts';

/** Adds the command. */
export const addPermissions: AddCommand = (program, cli) => {
  const permissions = program
    .command('permissions')
    .description('the permission tables: print, explain, check');
  addPrint(permissions, cli);
  addExplain(permissions, cli);
  addCheck(permissions, cli);
};

function addPrint(parent: Command, cli: Cli): void {
  parent
    .command('print')
    .description('print the permission tables')
    .argument('[type]', 'only the table of this type')
    .addHelpText(
      'after',
      examples(
        'convoke permissions print',
        'convoke permissions print Session',
        'convoke permissions print --json',
      ),
    )
    .action(
      cli.action(({ print }, [type]) => {
        const blueprint = drawBlueprint();
        const schema = blueprint.schema();
        const tables =
          type === undefined ? blueprint.permissions.all : [tableNamed(blueprint.permissions, type)];
        print(
          tables.map((one) => describeTable(one, schema)),
          () => tables.map((one) => tableText(one, schema)).join('\n\n'),
        );
      }),
    );
}

interface ExplainOptions {
  readonly as?: string;
  readonly field?: string;
  readonly action?: string;
  readonly type?: string;
  readonly id?: string;
  readonly user?: string;
}

function addExplain(parent: Command, cli: Cli): void {
  parent
    .command('explain')
    .description('say what the tables come to for a kind of person, or decide for one person and one object')
    .option('--as <kind>', `a kind of person: ${kindsOfViewers.join(', ')}`)
    .option('--field <Type.field>', 'who reads and writes this field')
    .option('--action <action>', 'who does this, such as UPDATE; with --type, or with --id')
    .option('--type <type>', 'the type that the action is done to')
    .option('--id <id>', 'the object: decides in the database')
    .option('--user <email>', 'with --id: the person; without, anybody who is not signed in')
    .addHelpText(
      'after',
      examples(
        'convoke permissions explain --as anonymous --field Speaker.email',
        'convoke permissions explain --as organizer --action UPDATE --type Session',
        'convoke permissions explain --action DELETE --id session_01jd3k7xq8f3vbn0tq4s1c2d3e --user ada@example.org',
      ),
    )
    .action(
      cli.action(async ({ config, print }, _, options) => {
        const asked = options as ExplainOptions;
        if (asked.id !== undefined) {
          if (asked.as || asked.field || asked.type)
            throw new UsageError('--id goes with --action and --user only.');
          const decision = await decideFor(config, asked.id, actionIn(asked), asked.user);
          print(decision, () => sentenceOfDecision(decision));
          return;
        }
        if (asked.user !== undefined)
          throw new UsageError('--user goes with --id; name a kind of person with --as.');
        const explanation = explain(drawBlueprint(), asked);
        print(explanation, () => explanation.sentences.join('\n'));
      }),
    );
}

function addCheck(parent: Command, cli: Cli): void {
  parent
    .command('check')
    .description('fail, naming each gap, unless the permission tables cover the schema')
    .addHelpText('after', examples('convoke permissions check', 'convoke permissions check --json'))
    .action(
      cli.action(({ print }) => {
        const { permissions, gaps } = drawBlueprint();
        const found = gaps();
        print(
          { gaps: found },
          () => found.join('\n') || `${permissions.all.length} tables cover the schema.`,
        );
        if (found.length > 0) throw new Error(`The permission tables leave ${found.length} gaps.`);
      }),
    );
}

function explain({ permissions, schema }: Blueprint, { as, field, action, type }: ExplainOptions) {
  const kind = kindOfViewer(as ?? 'anonymous');
  if (field !== undefined) {
    if (action !== undefined || type !== undefined)
      throw new UsageError('Give --field, or --action with --type.');
    const [resource, name] = field.split('.');
    const table = tableNamed(permissions, resource);
    if (!name || !permissions.isField(resource, name))
      throw new UsageError(`--field ${field}: the table of ${resource} has no such field.`);
    return explainField(permissions, schema(), table, name, kind);
  }
  if (type === undefined) throw new UsageError('Give --field Type.field, or --action with --type or --id.');
  return explainAction(permissions, tableNamed(permissions, type), actionIn({ action }), kind);
}

function actionIn({ action }: ExplainOptions): string {
  if (action === undefined) throw new UsageError('Say what is done with --action, such as --action UPDATE.');
  return action.toUpperCase();
}

function tableNamed(permissions: Permissions, name: string): PermissionTable {
  const table = permissions.all.find(({ resource }) => resource.toLowerCase() === name.toLowerCase());
  if (!table) {
    throw new UsageError(
      `No permission table is called ${name}; there are ${permissions.all.map(({ resource }) => resource).join(', ')}.`,
    );
  }
  return table;
}

async function decideFor(
  config: Parameters<typeof createApp>[0],
  id: string,
  action: string,
  email: string | undefined,
) {
  const log = createLogger(config);
  if (log.isLevelEnabled('info') && config.sources.LOG_LEVEL === 'default') log.level = 'warn';
  const app = await createApp(config, log);
  try {
    const viewer = await viewerByEmail(app.database, email);
    const question = questionOnObject(app.permissions, action, id);
    if (!question) return hiddenDecision;
    const query = (text: string, values: readonly unknown[]) => app.database.query(text, values);
    return await decide(query, app.permissions, viewer, question.action, question.subject);
  } finally {
    await app.close();
  }
}
