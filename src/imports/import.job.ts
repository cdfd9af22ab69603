/** The job that reads an Open Event zip into an event of whoever sent it, with its account as the result. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileKey, filePath } from '../platform/files/keys.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { incomingFolder } from '../platform/http/upload/graphql-upload.ts';
import type { JobContext } from '../platform/jobs/context.ts';
import type { JobDefinition, JobKind } from '../platform/jobs/job.ts';
import { PermanentError } from '../platform/jobs/job.ts';
import { ImportError } from './import-error.ts';
import { keepPictures } from './import.pictures.ts';
import { importEvent } from './import.service.ts';
import { readOpenEventZip } from './open-event.reader.ts';
import { zipLimits } from './open-event.zip.ts';

const payload = z.object({ key: z.string() });

/** The kind of the job, for whoever queues one. */
export const importJobKind: JobKind<z.output<typeof payload>> = {
  name: 'events.import',
  payload,
  isFollowed: true,
};

/** Reads the file that was sent. */
export const importJob: JobDefinition<z.output<typeof payload>> = {
  ...importJobKind,
  lane: 'long',
  deadlineSeconds: 900,
  attempts: 3,
  right: () => ({ action: 'create', subject: { resource: 'Event', values: {} } }),
  async run({ key }, context) {
    const { storage, database } = context;
    const { path, isCopy } = await onDisk(key, context);
    try {
      await bring(path, context);
    } catch (error) {
      throw error instanceof ImportError ? new PermanentError(error.message) : error;
    } finally {
      if (isCopy) await rm(path, { force: true });
    }
    await storage.remove(key);
    await database.query('DELETE FROM uploads WHERE key = $1', [key]);
  },
};

async function bring(
  path: string,
  { id, actorId, database, storage, config, signal, progress }: JobContext,
): Promise<void> {
  const owner = actorId as string;
  const limits = { ...zipLimits, fileSize: config.limits.maxImportBytes };
  await progress(0.05, 'Reading the file');
  const content = await readOpenEventZip(path, limits);
  signal.throwIfAborted();
  await progress(0.3, 'Taking the pictures');
  const pictures = await keepPictures(
    { database, storage },
    { content, source: path, owner, limits: { ...limits, entrySize: config.limits.maxImageBytes } },
  );
  signal.throwIfAborted();
  await progress(0.6, `Writing ${content.sessions.length} sessions and ${content.speakers.length} speakers`);
  const result = await importEvent(database, { content, owner, pictures });
  const { identifier, name, created, summary } = result;
  const account = fileKey('exports', id, 'import.json');
  await storage.put(
    account,
    Buffer.from(JSON.stringify({ ...result, eventId: encodeId('Event', result.eventId) }, null, 2)),
  );
  const missed = summary.notes.reduce(
    (sum, { kind, count = 1 }) => sum + (kind === 'left-out' ? count : 0),
    0,
  );
  const left =
    missed === 0
      ? 'nothing was left out'
      : `${missed} ${missed === 1 ? 'thing was' : 'things were'} left out, see the account`;
  const done = created
    ? `Imported ${name} as event ${identifier}; ${left}`
    : `${name} was there already, as event ${identifier}`;
  await progress(1, done, filePath(account));
}

/** The file on this machine: where the storage has it, or a copy. */
async function onDisk(
  key: string,
  { storage, config }: JobContext,
): Promise<{ path: string; isCopy: boolean }> {
  if (storage.folder !== null) return { path: join(storage.folder, key), isCopy: false };
  const folder = incomingFolder(config);
  await mkdir(folder, { recursive: true });
  const path = join(folder, randomUUID());
  await writeFile(path, await storage.read(key), { mode: 0o600 });
  return { path, isCopy: true };
}
