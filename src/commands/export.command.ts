/** `convoke export`: an event becomes a file, with everything that hangs on it. */
import { resolve } from 'node:path';
import { ExportFormat, endings, writeExport } from '../exports/export.formats.ts';
import { serverViewer } from '../permissions/viewer.ts';
import { examples, UsageError } from '../platform/cli/cli.ts';
import type { AddCommand } from '../platform/cli/cli.ts';
import { quote } from '../imports/import-error.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { viewerByEmail } from './permissions.viewer.ts';
import { withApp } from './with-app.ts';

/** Adds the command. */
export const addExport: AddCommand = (program, cli) => {
  program
    .command('export <event>')
    .description('write an event, named by its identifier, into a file')
    .option(
      '--format <format>',
      `one of ${Object.values(ExportFormat)
        .map((name) => name.toLowerCase())
        .join(', ')}`,
      'open_event_zip',
    )
    .option('--out <file>', 'the file to write (default: the identifier with the ending of the format)')
    .option('--as <email>', 'with what this user may see (default: everything)')
    .addHelpText(
      'after',
      examples(
        'convoke export a2b3c4d5',
        'convoke export a2b3c4d5 --format ical --out days.ics',
        'convoke export a2b3c4d5 --format sessions_csv --as ada@example.org',
      ),
    )
    .action(
      cli.action(async ({ config, print }, [identifier], options) => {
        const format = String(options.format).toUpperCase() as ExportFormat;
        if (!Object.hasOwn(ExportFormat, format))
          throw new UsageError(`There is no format ${quote(options.format)}.`);
        const path = resolve(String(options.out ?? `${identifier}.${endings[format]}`));
        await withApp(config, async ({ database, storage, ask }) => {
          const [event] = await database.query<{ id: string; name: string }>(
            'SELECT id, name FROM events WHERE identifier = $1 AND deleted_at IS NULL',
            [identifier],
          );
          if (!event) throw new Error(`There is no event with the identifier ${quote(identifier)}.`);
          const viewer =
            options.as === undefined ? serverViewer : await viewerByEmail(database, String(options.as));
          await writeExport(
            { ask: (document, variables) => ask(viewer, document, variables), storage, database, config },
            encodeId('Event', event.id),
            format,
            path,
          );
          print({ file: path, format, identifier }, () => `Wrote ${quote(event.name)} to ${path}.`);
        });
      }),
    );
};
