/**
 * Hands files out at /files: public ones to everybody, for ever cacheable since a key never changes its contents, and
 * private ones to whoever has a signed link. A file is only ever shown as what its key says it is, runs nothing and
 * loads nothing. There are no lists; what is not there and what may not be seen look the same.
 */
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Config } from '../config/index.ts';
import { filesPath, isFileKey, isPublicKey, typeOfKey } from './keys.ts';
import { judgeLink } from './links.ts';
import type { Storage } from './storage.ts';

/** Makes the router for /files. */
export function fileRoutes(config: Config, storage: Storage): Router {
  const router = Router();
  router.get(`${filesPath}/*key`, async (request, response, next) => {
    const key = (request.params.key as unknown as string[]).join('/');
    if (!isFileKey(key)) return next();
    const name = isPublicKey(key) ? null : admitted(config, key, request, response);
    if (name === undefined) return response.headersSent ? undefined : next();
    if (storage.folder !== null) return sendFrom(storage.folder, key, name, response, next);
    const file = await storage.open(key);
    if (!file) return next();
    response.set({ ...headersOf(key, name), 'Content-Length': String(file.bytes) });
    if (request.method === 'HEAD') {
      file.stream.destroy();
      return void response.end();
    }
    // Whoever goes away in the middle has no more use for the rest.
    await pipeline(file.stream, response).catch(() => response.destroy());
  });
  return router;
}

/** The name under which a link lets its holder save a file, null for none; undefined where it lets nobody in. */
function admitted(
  config: Config,
  key: string,
  { query }: Request,
  response: Response,
): string | null | undefined {
  const { expires, signature, name } = query;
  if (typeof expires !== 'string' || typeof signature !== 'string') return undefined;
  const verdict = judgeLink(config, key, {
    expires,
    signature,
    ...(typeof name === 'string' ? { name } : {}),
  });
  if (verdict === 'expired') {
    const message = 'This link has expired; read the row that it came from again for a new one';
    response.status(404).json({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] });
  }
  return verdict === 'good' ? (typeof name === 'string' ? name : null) : undefined;
}

function sendFrom(
  folder: string,
  key: string,
  name: string | null,
  response: Response,
  next: () => void,
): void {
  response.sendFile(
    key,
    { root: folder, headers: headersOf(key, name), cacheControl: false, dotfiles: 'deny' },
    (error) => {
      // Absent, or (for a folder) nothing that is shown: as whatever is not there.
      if (error && !response.headersSent) {
        for (const header of Object.keys(headersOf(key, name))) response.removeHeader(header);
        next();
      }
    },
  );
}

function headersOf(key: string, name: string | null): Record<string, string> {
  const isPublic = isPublicKey(key);
  return {
    'Content-Type': typeOfKey(key),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'Cache-Control': isPublic ? 'public, max-age=31536000, immutable' : 'private, no-store',
    // Pictures are shown by front ends of other origins.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ...(name === null
      ? {}
      : { 'Content-Disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"` }),
  };
}
