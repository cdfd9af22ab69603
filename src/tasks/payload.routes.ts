/**
 * PUT /payloads: takes an input or result that is too large for a row, streamed, and answers `{ "id": "payload_…" }`, which
 * the same sender may name once, within a day. For compute nodes, containers, and people who may create tasks. What it is
 * held to (encrypted or not) is judged where it is named.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import type { Request } from 'express';
import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../permissions/viewer.ts';
import { identityOf } from '../permissions/viewer.ts';
import { DepthScan } from '../platform/depth.ts';
import { cannotKeep, isDiskFault } from '../platform/files/fault.ts';
import { fileKey } from '../platform/files/keys.ts';
import type { Authentication, Installation } from '../platform/graphql/context.ts';
import { PublicError, forbidden, invalid, unauthenticated } from '../platform/graphql/errors.ts';
import { encodeId } from '../platform/graphql/node.ts';
import { drain } from '../platform/http/upload/drain.ts';
import { CiphertextShape } from './ciphertext.ts';

/** Makes the router for /payloads. */
export function payloadRoutes(
  { config, database, log, permissions, storage }: Installation,
  authenticate: (authorization: string | undefined) => Promise<Authentication>,
): Router {
  const router = Router();
  router.put('/payloads', async (request, response) => {
    try {
      const { viewer, isRejected } = await authenticate(request.headers.authorization);
      if (isRejected || viewer.kind === 'anonymous') throw unauthenticated();
      const maySend = viewer.kind !== 'user' || permissions.action('Task', 'create', viewer).kind !== 'never';
      if (!maySend)
        throw forbidden('Payloads are for compute nodes, containers, and people who may create tasks');
      const { id, bytes } = await keep(request, viewer);
      response.status(201).json({ id: encodeId('Payload', id), bytes });
    } catch (error) {
      await drain(request, response);
      throw error;
    }
  });

  async function keep(request: Request, viewer: Viewer): Promise<{ id: string; bytes: number }> {
    const folder = await mkdtemp(join(tmpdir(), 'convoke-payload-'));
    try {
      const path = join(folder, 'payload');
      const measure = new Measure(
        config.limits.maxPayloadBytes,
        request.is('json') ? new DepthScan('json') : null,
      );
      // Not the request itself, which a refusal would cut off before its sender has read the answer.
      const body = Readable.from(request.iterator({ destroyOnReturn: false }));
      await pipeline(body, measure, createWriteStream(path)).catch((error: Error) => {
        if (error instanceof PublicError) throw error;
        if (isDiskFault(error)) throw cannotKeep(error, log);
        throw invalid('the body ended before its time', 'body');
      });
      if (measure.bytes === 0) throw invalid('is empty', 'body');
      const id = uuidv7();
      await storage.put(fileKey('payloads', id), { path });
      await database.query(
        'INSERT INTO payloads (id, uploader, bytes, is_ciphertext) VALUES ($1, $2, $3, $4)',
        [id, identityOf(viewer), measure.bytes, measure.shape.end()],
      );
      return { id, bytes: measure.bytes };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return router;
}

/** Counts and judges what runs through, and stops it at the limit. */
class Measure extends Transform {
  readonly shape = new CiphertextShape();
  bytes = 0;

  /** @param depth measures what says that it is JSON: whoever reads it later has to be able to */
  constructor(
    private readonly most: number,
    private readonly depth: DepthScan | null,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.most)
      return done(new PublicError('LIMIT_EXCEEDED', `A payload has at most ${this.most} bytes`));
    const text = chunk.toString('latin1');
    try {
      this.depth?.push(text);
    } catch (error) {
      return done(error as Error);
    }
    this.shape.push(text);
    done(null, chunk);
  }
}
