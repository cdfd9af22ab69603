/** `convoke user verify`: verifies an e-mail address where no mail gets through. */
import { verifyUser } from '../accounts/admin.service.ts';
import { createApp } from '../app.ts';
import { examples } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { encodeId } from '../platform/graphql/node.ts';

/** Adds `convoke user verify`. */
export const addUser: AddCommand = (program, cli) => {
  program
    .command('user')
    .description('people with an account')
    .command('verify <email>')
    .description('verify the e-mail address of an account without a mail')
    .addHelpText('after', examples('convoke user verify ada@example.org', 'convoke user verify ada@example.org --json'))
    .action(
      cli.action(async ({ config, print }, [email = '']) => {
        const app = await createApp(config);
        try {
          await app.migrate();
          const known = await verifyUser(app, email);
          print({ id: encodeId('User', known.userId), email: known.email }, () => `${known.email} is verified.`);
        } finally {
          await app.close();
        }
      }),
    );
};
