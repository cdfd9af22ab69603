/** `convoke import`: an Open Event export becomes an event, fixtures become organizations. Reads the whole file before it touches the database. */
import { EventState } from '../events/event.states.ts';
import { quote } from '../imports/import-error.ts';
import { formatSummary, importEvent, keepPictures, readOpenEventZip, zipLimits } from '../imports/index.ts';
import type { ImportResult } from '../imports/index.ts';
import { examples, UsageError } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import type { Database } from '../platform/data/database.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { importFixtureFile, isFixtureFile, reportFixtures } from './import.fixtures.ts';
import { withApp } from './with-app.ts';

const makeOne = 'make a super admin with "convoke admin create --email EMAIL --password -"';

/** Adds the command. */
export const addImport: AddCommand = (program, cli) => {
  program
    .command('import <file>')
    .description(
      'read an Open Event export (zip) into an event, or fixtures (yaml) into organizations and collaborations',
    )
    .option('--owner <email>', 'the user who will own the event (default: the only super admin)')
    .option('--publish', 'publish the event at once; otherwise it is a draft')
    .option('--dry-run', 'fixtures: check and count, and write nothing')
    .option(
      '--generate-passwords',
      'fixtures: make up passwords that are weak and keys that are used twice, and print them',
    )
    .addHelpText(
      'after',
      '\nThe same file again, for the same owner, writes nothing twice. The summary names everything that could not be taken.\n' +
        examples(
          'convoke import fossasia.zip',
          'convoke import fossasia.zip --owner ada@example.org --publish',
          'convoke import fossasia.zip --json > summary.json',
          'convoke import federation.yaml --dry-run',
        ),
    )
    .action(
      cli.action(async ({ config, print, progress }, [file], options) => {
        progress(`Reading ${file} …`);
        if (isFixtureFile(file)) {
          const how = {
            dryRun: options.dryRun === true,
            generatePasswords: options.generatePasswords === true,
          };
          await withApp(config, async (app) => {
            const result = await importFixtureFile(app, file, how);
            print(result, () => reportFixtures(result));
          });
          return;
        }
        const limits = { ...zipLimits, fileSize: config.limits.maxImportBytes };
        const content = await readOpenEventZip(file, limits);
        await withApp(config, async ({ database, storage }) => {
          const owner = await findOwner(database, options.owner as string | undefined);
          const publish = options.publish === true;
          if (publish && !owner.isVerified) {
            throw new Error(
              `${owner.email} is not verified and cannot publish: run "convoke user verify ${owner.email}" first, or import without --publish.`,
            );
          }
          progress(`Writing ${content.sessions.length} sessions and ${content.speakers.length} speakers …`);
          const pictures = await keepPictures(
            { database, storage },
            {
              content,
              source: file,
              owner: owner.id,
              limits: { ...limits, entrySize: config.limits.maxImageBytes },
            },
          );
          const result = await importEvent(database, { content, owner: owner.id, publish, pictures });
          print({ ...result, eventId: encodeId('Event', result.eventId) }, () =>
            report(result, owner.email, publish),
          );
        });
      }),
    );
};

interface Owner {
  readonly id: string;
  readonly email: string;
  readonly isVerified: boolean;
}

const columns = 'SELECT id, email, is_verified AS "isVerified" FROM users WHERE deleted_at IS NULL';

async function findOwner(database: Database, email: string | undefined): Promise<Owner> {
  if (email !== undefined) {
    const [found] = await database.query(`${columns} AND lower(email) = lower($1)`, [email.trim()]);
    if (!found)
      throw new Error(`There is no user ${quote(email)}. Name another with --owner EMAIL, or ${makeOne}.`);
    return found as unknown as Owner;
  }
  const found = await database.query(`${columns} AND is_super_admin AND NOT is_blocked ORDER BY email`);
  if (found.length === 1) return found[0] as unknown as Owner;
  const count = found.length === 0 ? 'There is no super admin' : `There are ${found.length} super admins`;
  throw new UsageError(`${count} to own the event: name the owner with --owner EMAIL, or ${makeOne}.`);
}

function report(result: ImportResult, owner: string, publish: boolean): string {
  const { identifier, name, state, created, summary } = result;
  const as = state === EventState.PUBLISHED ? 'published' : 'a draft';
  if (created)
    return `Imported ${quote(name)} for ${owner} as event ${identifier} (${as}).\n\n${formatSummary(summary)}`;
  const left =
    publish && state !== EventState.PUBLISHED
      ? ' It stays a draft: publish it with the mutation publishEvent.'
      : '';
  return `Nothing was written: ${owner} has ${quote(name)} already, as event ${identifier} (${as}).${left}`;
}
