/** `convoke files`: holds the stored files against the rows that name them. */
import { reconcileFiles } from '../images/index.ts';
import { examples } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { withApp } from './with-app.ts';

/** Adds the command. */
export const addFiles: AddCommand = (program, cli) => {
  program
    .command('files')
    .description('compare the stored files with the rows that name them')
    .option('--remove', 'remove the files that no row has named for an hour')
    .addHelpText('after', examples('convoke files', 'convoke files --remove', 'convoke files --json'))
    .action(
      cli.action(async ({ config, print }, _args, options) => {
        await withApp(config, async (app) => {
          const found = await reconcileFiles(app);
          const isRemoved = options.remove === true;
          if (isRemoved) for (const key of found.unnamed) await app.storage.remove(key);
          print({ ...found, removed: isRemoved }, () =>
            [
              `${found.files} files; ${found.unnamed.length} that no row names${isRemoved ? ' (removed)' : ''}, ${found.missing.length} that rows name and that are not there.`,
              ...found.unnamed.map((key) => `  not named  ${key}`),
              ...found.missing.map((key) => `  not there  ${key}`),
            ].join('\n'),
          );
        });
      }),
    );
};
