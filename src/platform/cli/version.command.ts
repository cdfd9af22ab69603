/** `convoke version`: what to name in a bug report. */
import { version } from '../project.ts';
import { examples } from './cli.ts';
import type { AddCommand } from './cli.ts';

export const addVersion: AddCommand = (program, cli) => {
  program
    .command('version')
    .description('print the versions of Convoke and of Node, and the platform')
    .addHelpText('after', examples('convoke version', 'convoke version --json'))
    .action(
      cli.action(({ print }) => {
        const data = {
          version,
          node: process.versions.node,
          platform: `${process.platform}-${process.arch}`,
        };
        print(data, () => `convoke ${version} (Node ${data.node}, ${data.platform})`);
      }),
    );
};
