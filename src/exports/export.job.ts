/** The job that writes an export: as the person who asked for it, with what they may see when it runs. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileKey, filePath, keyOfPath } from '../platform/files/keys.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { incomingFolder } from '../platform/http/upload/graphql-upload.ts';
import type { JobDefinition, JobKind } from '../platform/jobs/job.ts';
import type { Prune } from '../platform/jobs/prune.ts';
import { ExportFormat, endings, writeExport } from './export.formats.ts';

const payload = z.object({ eventId: z.uuid(), identifier: z.string(), format: z.enum(ExportFormat) });

/** The kind of the job, for whoever queues one. */
export const exportJobKind: JobKind<z.output<typeof payload>> = {
  name: 'events.export',
  payload,
  isFollowed: true,
};

/** Writes the export; its address is the job's. */
export const exportJob: JobDefinition<z.output<typeof payload>> = {
  ...exportJobKind,
  lane: 'long',
  deadlineSeconds: 600,
  attempts: 3,
  right: ({ eventId: id }) => ({ action: 'update', subject: { resource: 'Event', id } }),
  async run({ eventId, identifier, format }, { id, ask, storage, database, config, signal, progress }) {
    const folder = incomingFolder(config);
    await mkdir(folder, { recursive: true });
    const path = join(folder, randomUUID());
    try {
      await progress(0.05, 'Reading the event');
      await writeExport(
        { ask, storage, database, config, signal, progress },
        encodeId('Event', eventId),
        format,
        path,
      );
      const [kind, ending] =
        endings[format].split('.').length > 1 ? endings[format].split('.') : ['', endings[format]];
      const name = [identifier.replace(/[^\w-]/g, '-'), kind].filter(Boolean).join('-');
      const key = fileKey('exports', id, `${name}.${ending}`);
      await storage.put(key, { path });
      await progress(1, 'Ready', filePath(key));
    } finally {
      await rm(path, { force: true });
    }
  },
};

/** How long an export can be fetched, in days. */
const days = 3;

/** Exports that nobody fetches any more. Their jobs stay, without an address. */
export const pruneExports: Prune = async (database, { storage }) => {
  const old = await database.query<{ id: string; url: string }>(
    `SELECT id, url FROM jobs WHERE starts_with(url, '/files/exports/') AND finished_at < now() - make_interval(days => ${days})`,
  );
  for (const { id, url } of old) {
    const key = keyOfPath(url);
    if (key) await storage.remove(key);
    await database.query('UPDATE jobs SET url = NULL WHERE id = $1', [id]);
  }
};
