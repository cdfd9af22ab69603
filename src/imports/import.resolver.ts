/** The mutation that starts an import. */
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { v7 as uuidv7 } from 'uuid';
import { JobPayload } from '../jobs/job.resolver.ts';
import type { Changes } from '../platform/data/writer.ts';
import { fileKey } from '../platform/files/keys.ts';
import type { Context } from '../platform/graphql/context.ts';
import { forbidden, limitExceeded } from '../platform/graphql/errors.ts';
import { payload } from '../platform/graphql/payload.ts';
import { UploadScalar } from '../platform/graphql/scalars.ts';
import type { UploadedFile } from '../platform/http/upload/uploaded-file.ts';
import { countStart } from '../platform/jobs/starts.ts';
import { importJobKind } from './import.job.ts';

/** Mutations of imports. */
@Resolver()
export class ImportResolver {
  @Mutation(() => JobPayload, {
    description:
      "Reads an Open Event zip into a draft of the viewer's. The job says how far it is; its result is an account of what was taken and what was not.",
  })
  async importEvent(@Arg('file', () => UploadScalar) file: UploadedFile, @Ctx() context: Context) {
    const { write, installation } = context;
    const { database, storage, config } = installation;
    await write.transaction(authorizeImport);
    await countStart(context, importJobKind);
    if (file.bytes > config.limits.maxImportBytes)
      throw limitExceeded(`The file has more than ${config.limits.maxImportBytes} bytes`);
    const key = fileKey('imports', uuidv7(), 'event.zip');
    // The row first: whatever happens from here on, pruning finds what was kept (images/upload.service.ts).
    await database.query('INSERT INTO uploads (id, user_id, key) VALUES ($1, $2, $3)', [
      uuidv7(),
      write.viewer.userId,
      key,
    ]);
    await storage.put(key, { path: file.path });
    return write.transaction(async (changes) => {
      await authorizeImport(changes);
      return payload('job', 'Job', await changes.enqueue(importJobKind, { key }));
    });
  }
}

/** As createEvent. */
async function authorizeImport(changes: Changes): Promise<void> {
  if (!changes.viewer.isVerified)
    throw forbidden('Verify your e-mail address first; then you can import events');
  await changes.authorize('create', { resource: 'Event', values: {} });
}
