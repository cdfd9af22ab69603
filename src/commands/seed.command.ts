/** `convoke seed`: the demo, where a start has not loaded it: on a PostgreSQL of one's own, or after `--no-demo`. */
import { formatDemo, loadDemo } from '../demo/index.ts';
import { examples } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { withApp } from './with-app.ts';

/** Adds the command. */
export const addSeed: AddCommand = (program, cli) => {
  program
    .command('seed')
    .description('load the demo (two events, a person in every role) into an empty database')
    .addHelpText(
      'after',
      '\nThe passwords are printed once and kept as hashes only.\n' +
        examples('convoke seed', 'convoke seed --json > people.json'),
    )
    .action(
      cli.action(({ config, print, progress }) =>
        withApp(config, async (app) => {
          progress('Loading the demo …');
          const signIns = await loadDemo(app);
          if (!signIns)
            throw new Error(
              'The database has users or events already: the demo goes into an empty one only.',
            );
          print(
            { people: signIns },
            () => `Loaded the demo. Its passwords are shown this one time:\n\n${formatDemo(signIns)}`,
          );
        }),
      ),
    );
};
