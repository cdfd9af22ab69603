/**
 * The job behind a named picture: fetches it, makes the variants, keeps them, and changes the row. The person who named
 * the picture is asked for their right again when it is done. Repeating it makes the same files again; where the row
 * names another picture by then, it changes nothing.
 */
import { z } from 'zod';
import { notify } from '../notifications/notify.ts';
import type { Changes } from '../platform/data/writer.ts';
import { FileSettings } from '../platform/files/file.settings.ts';
import { FetchError, fetchUrl } from '../platform/files/fetch-url.ts';
import { fileKey, filePath, filesPath, isPublicKey, keyOfPath } from '../platform/files/keys.ts';
import { PublicError } from '../platform/graphql/errors.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { PictureRefused } from '../platform/images/decoder.ts';
import type { JobContext } from '../platform/jobs/context.ts';
import type { JobDefinition } from '../platform/jobs/job.ts';
import { PermanentError } from '../platform/jobs/job.ts';
import type { Prune } from '../platform/jobs/prune.ts';
import { notificationKind } from '../platform/mail/notification-kind.ts';
import { settingsOf } from '../platform/settings/read.ts';
import { imageOrder } from './image-sizes.service.ts';
import { pictureJobName, removalJobName } from './picture.names.ts';
import { removeFiles } from './picture.service.ts';
import type { Pictured, PicturedRow } from './pictured.ts';
import { picturedField } from './pictured.ts';

const payload = z.object({
  resource: z.string(),
  id: z.uuid(),
  field: z.string(),
  /** What the row names: the path of an upload, or an address. */
  source: z.string(),
  /** The path of the file that the field showed before. */
  replaced: z.string().nullable(),
});
type Payload = z.output<typeof payload>;

/** What another attempt would not mend: the row keeps its address where that is somebody else's. */
class Hopeless extends Error {}

/** Makes the variants. */
export const pictureJob: JobDefinition<Payload> = {
  name: pictureJobName,
  payload,
  deadlineSeconds: 120,
  async run(named, context) {
    const target = picturedField(named.resource, named.field);
    if ((await standing(context, target, named.id)) !== named.source)
      return settle(named, target, context, null);
    try {
      const paths = await make(named, target, context);
      await settle(named, target, context, paths);
    } catch (error) {
      if (!(error instanceof Hopeless) && !context.isLastAttempt) throw error;
      const reason =
        error instanceof Hopeless ? error.message : 'could not be fetched now; name it again later';
      context.log.info(
        { resource: named.resource, id: named.id, field: named.field, reason: (error as Error).message },
        'a picture was not taken',
      );
      await settle(named, target, context, { reason });
      throw new PermanentError(`The picture ${reason}`, { cause: error });
    }
  },
};

/** Removes files. */
export const removalJob: JobDefinition<{ keys: string[] }> = {
  name: removalJobName,
  payload: z.object({ keys: z.array(z.string()) }),
  async run({ keys }, { storage }) {
    for (const key of keys) await storage.remove(key);
  },
};

async function standing(
  { database }: JobContext,
  { entity, field }: Pictured,
  id: string,
): Promise<string | null> {
  const row = await database.orm.em.fork().findOne(entity, { id });
  return (row as PicturedRow | null)?.[field] ?? null;
}

/** Makes and keeps the variants of what the row names; answers their paths by column. */
async function make(
  { source, id }: Payload,
  { kind, sizes, variants }: Pictured,
  context: JobContext,
): Promise<Map<string, string>> {
  const { database, decoder, storage, id: job } = context;
  try {
    const bytes = await bytesOf(source, context);
    const order = await imageOrder(
      database,
      sizes,
      variants.map(([name]) => name),
    );
    const produced = await decoder.produce(bytes, order);
    context.signal.throwIfAborted();
    const paths = new Map<string, string>();
    for (const [index, [name, column]] of variants.entries()) {
      const key = fileKey(kind, id, job, `${name}.${order.format === 'webp' ? 'webp' : 'jpg'}`);
      await storage.put(key, produced[index].bytes);
      paths.set(column, filePath(key));
    }
    return paths;
  } catch (error) {
    if (error instanceof PictureRefused || (error instanceof FetchError && error.isPermanent))
      throw new Hopeless(error.message);
    throw error;
  }
}

async function bytesOf(source: string, context: JobContext): Promise<Buffer> {
  const { storage, config, signal } = context;
  const { maxImageBytes: maxBytes } = config.limits;
  const { staticDomain } = await settingsOf(context, FileSettings);
  const bases = [config.http.publicUrl, staticDomain?.replace(/\/+$/, '')];
  const own =
    keyOfPath(source) ??
    bases.flatMap((base) =>
      base && source.startsWith(`${base}${filesPath}/`) ? publicKey(source.slice(base.length)) : [],
    )[0];
  if (own === undefined) return fetchUrl(source, { maxBytes, allow: config.files.fetchPrivate, signal });
  return storage.read(own).catch((error: unknown) => {
    throw new Hopeless('the file is not there any more', { cause: error });
  });
}

function publicKey(path: string): string[] {
  const key = keyOfPath(path);
  return key !== null && isPublicKey(key) ? [key] : [];
}

/**
 * Ends the story in one transaction, as the person who began it: the row gets the variants where it still names the
 * picture, and the files that nothing names after that are removed. Where there are none, the row says why.
 */
async function settle(
  named: Payload,
  target: Pictured,
  context: JobContext,
  made: Map<string, string> | { readonly reason: string } | null,
): Promise<void> {
  const { id, field, source, replaced } = named;
  const columns = target.variants.map(([, column]) => column);
  const paths = made instanceof Map ? made : null;
  // What this job may have made and the row does not name: an earlier attempt may have been interrupted before that.
  const makeable = paths
    ? [...paths.values()]
    : target.variants.flatMap(([name]) =>
        ['jpg', 'webp'].map((ending) => filePath(fileKey(target.kind, id, context.id, `${name}.${ending}`))),
      );
  try {
    await context.write.transaction(async (changes) => {
      const row = (await changes.take(target.entity, encodeId(named.resource, id), 'update')) as PicturedRow;
      const before = (await changes.snapshot(named.resource, id))!;
      const gone = [replaced, ...makeable];
      if (made !== null && row[field] === source) {
        const failed = keyOfPath(source) === null ? source : null;
        for (const column of columns) {
          if (row[column] !== source) gone.push(row[column] ?? null);
          row[column] = paths ? paths.get(column) : column === field ? failed : null;
        }
        await changes.em.flush();
        if (!paths) await tellFailure(changes, named, context, (made as { reason: string }).reason);
        await target.publish?.(changes, id, before);
      }
      const kept = columns.map((column) => row[column]);
      await removeFiles(
        changes,
        gone.filter((path) => !kept.includes(path)),
      );
    });
  } catch (error) {
    // They may not any more, or the row is gone: what was made for them goes too.
    if (
      !(error instanceof PublicError) ||
      !['NOT_FOUND', 'FORBIDDEN', 'UNAUTHENTICATED'].includes(error.code)
    )
      throw error;
    for (const path of makeable) await context.storage.remove(keyOfPath(path)!);
    context.log.info(
      { resource: named.resource, id, field },
      'the person who named a picture may not change the row any more',
    );
  }
}

/** Writes down why a picture was not taken, and tells whoever named it. */
async function tellFailure(
  changes: Changes,
  { id, field, resource }: Payload,
  { actorId }: JobContext,
  reason: string,
): Promise<void> {
  await changes.query(
    `INSERT INTO picture_failures (row_id, field, reason) VALUES ($1, $2, $3)
     ON CONFLICT (row_id, field) DO UPDATE SET reason = excluded.reason, created_at = now()`,
    [id, field, reason],
  );
  if (actorId !== null)
    await notify(changes, {
      kind: pictureFailed,
      recipients: [actorId],
      actors: [],
      subject: { resource, id },
    });
}

/** What people are told when a picture that they named is not taken. */
export const pictureFailed = notificationKind({
  name: 'picture.failed',
  description: 'A picture that one named could not be fetched or read; the field beside it says why.',
});

/** Failures of rows that are gone, or that nobody minds any more. */
export const pruneFailures: Prune = async (database) => {
  await database.query(`DELETE FROM picture_failures WHERE created_at < now() - interval '90 days'`);
};
