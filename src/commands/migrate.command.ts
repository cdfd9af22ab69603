/** `convoke migrate`: brings the database up to date, as a start does; with --check it only looks. */
import { pendingMigrations, schemaDifference } from '../platform/data/migrate.ts';
import { examples } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { withApp } from './with-app.ts';

/** Adds the command. */
export const addMigrate: AddCommand = (program, cli) => {
  program
    .command('migrate')
    .description('bring the database up to date; a start does the same')
    .option(
      '--check',
      'change nothing; fail when migrations are pending or the database differs from the model',
    )
    .addHelpText(
      'after',
      examples(
        'convoke migrate',
        'DATABASE_URL=postgres://… convoke migrate --json',
        'convoke migrate --check',
      ),
    )
    .action(
      cli.action(({ config, print }, _, options) =>
        withApp(
          config,
          async ({ database, migrate }) => {
            if (options.check !== true) {
              const done = await migrate();
              print(
                { done },
                () =>
                  done.map((name) => `Ran ${name}.`).join('\n') || 'Nothing to do: every migration has run.',
              );
              return;
            }
            const pending = await pendingMigrations(database);
            if (pending.length > 0) throw new Error(`Pending: ${pending.join(', ')}. Run "convoke migrate".`);
            // Asked after that: before they have run, the database lacks all that they bring.
            const difference = await schemaDifference(database);
            if (difference)
              throw new Error(
                `The database differs from the model; these statements would make them equal:\n${difference}`,
              );
            print(
              { pending, difference },
              () => 'Every migration has run, and the database equals the model.',
            );
          },
          { migrate: false },
        ),
      ),
    );
};
