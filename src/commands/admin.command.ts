/** `convoke admin create`: a super admin for an installation that has none, or needs another. */
import { text } from 'node:stream/consumers';
import { createAdmin } from '../accounts/admin.service.ts';
import { createApp } from '../app.ts';
import { UsageError, examples } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { encodeId } from '../platform/graphql/node.ts';

/** Adds `convoke admin create`. */
export const addAdmin: AddCommand = (program, cli) => {
  program
    .command('admin')
    .description('administrators')
    .command('create')
    .description('make a super admin with a verified e-mail address')
    .requiredOption('--email <address>', 'the e-mail address to sign in with')
    .requiredOption('--password <password>', 'at least 8 characters; - reads it from standard input')
    .addHelpText(
      'after',
      examples(
        'printf %s "$PASSWORD" | convoke admin create --email ada@example.org --password -',
        'convoke admin create --email ada@example.org --password "correct horse battery" --json',
      ),
    )
    .action(
      cli.action(async ({ config, print }, _args, options) => {
        const { email, password: given } = options as { email: string; password: string };
        const password = given === '-' ? await passwordFromInput() : given;
        const app = await createApp(config);
        try {
          await app.migrate();
          const made = await createAdmin(app, email, password);
          print(
            { id: encodeId('User', made.userId), email: made.email },
            () => `${made.email} is a super admin now.`,
          );
        } finally {
          await app.close();
        }
      }),
    );
};

/** What standard input has, without the line break at its end. */
async function passwordFromInput(): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') throw new UsageError('Standard input has no password.');
  return password;
}
