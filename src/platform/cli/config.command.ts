/** `convoke config`: what is in force and where it comes from, secrets hidden. */
import Table from 'cli-table3';
import { describeConfig } from '../config/index.ts';
import { examples } from './cli.ts';
import type { AddCommand } from './cli.ts';

/** No lines between the rows. */
const NO_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

export const addConfig: AddCommand = (program, cli) => {
  program
    .command('config')
    .description('print the configuration in force, and where each value comes from')
    .addHelpText(
      'after',
      examples(
        'convoke config',
        'PORT=5000 convoke config --json',
        'CONVOKE_CONFIG=staging.env convoke config',
      ),
    )
    .action(
      cli.action(({ config, print }) => {
        const lines = describeConfig(config);
        print(lines, () => {
          const table = new Table({
            head: ['key', 'value', 'source'],
            style: { head: [], border: [] },
            chars: NO_LINES,
          });
          table.push(...lines.map(({ key, value, source }) => [key, value ?? '', source]));
          return table.toString();
        });
      }),
    );
};
