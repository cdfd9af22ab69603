/** `convoke user …`: what only whoever has the machine can do for people who are locked out. */
import type { KnownPerson } from '../accounts/admin.service.ts';
import { resetSecondFactorOf, verifyUser } from '../accounts/admin.service.ts';
import type { App } from '../app.ts';
import { createApp } from '../app.ts';
import { examples } from '../platform/cli/cli.ts';
import type { AddCommand, Cli } from '../platform/cli/cli.ts';
import { encodeId } from '../platform/graphql/node.ts';

/** Adds `convoke user verify` and `convoke user reset-second-factor`. */
export const addUser: AddCommand = (program, cli) => {
  const user = program.command('user').description('people with an account');
  user
    .command('verify <email>')
    .description('verify the e-mail address of an account without a mail')
    .addHelpText(
      'after',
      examples('convoke user verify ada@example.org', 'convoke user verify ada@example.org --json'),
    )
    .action(onPerson(cli, verifyUser, (email) => `${email} is verified.`));
  user
    .command('reset-second-factor <email>')
    .description('switch off the second factor of somebody who has lost it, and end their sign-ins')
    .addHelpText('after', examples('convoke user reset-second-factor ada@example.org'))
    .action(onPerson(cli, resetSecondFactorOf, (email) => `${email} signs in with the password alone now.`));
};

/** The action of a command that does something to the account with an e-mail address, and prints who that was. */
function onPerson(
  cli: Cli,
  work: (app: App, email: string) => Promise<KnownPerson>,
  words: (email: string) => string,
) {
  return cli.action(async ({ config, print }, [email = '']) => {
    const app = await createApp(config);
    try {
      await app.migrate();
      const known = await work(app, email);
      print({ id: encodeId('User', known.userId), email: known.email }, () => words(known.email));
    } finally {
      await app.close();
    }
  });
}
