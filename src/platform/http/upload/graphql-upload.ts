/**
 * GraphQL multipart requests (github.com/jaydenseric/graphql-multipart-request-spec): `operations`, then `map`, then
 * the files that the map places among the variables. Only from signed-in people, and only with the header that no
 * form of another page can send.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../../config/index.ts';
import { assertDepth } from '../../depth.ts';
import type { Authentication } from '../../graphql/context.ts';
import type { PublicError } from '../../graphql/errors.ts';
import { badInput, unauthenticated } from '../../graphql/errors.ts';
import { drain } from './drain.ts';
import { receive } from './receive.ts';
import type { Received } from './receive.ts';

/** The folder under DATA_DIR where files are while their request runs. */
export const incomingFolder = (config: Config): string => join(config.run.dataDir, 'incoming');

/** Removes what a process that was killed has left there; files of requests that run are young. */
export async function clearIncoming(config: Config): Promise<void> {
  const folder = incomingFolder(config);
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (mtimeMs < Date.now() - 3_600_000) await rm(path, { force: true });
  }
}

const mostFiles = 10;

/** Turns a multipart request into the operation that it carries; other requests pass by. */
export function graphqlUploads(
  config: Config,
  log: Logger,
  authenticate: (authorization: string | undefined) => Promise<Authentication>,
): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'POST' || !request.is('multipart/form-data')) return next();
    try {
      if (!request.headers['apollo-require-preflight'] && !request.headers['x-apollo-operation-name']) {
        throw problem('a multipart request needs the header apollo-require-preflight');
      }
      const { viewer, isRejected } = await authenticate(request.headers.authorization);
      if (viewer.userId === null)
        throw unauthenticated(
          isRejected ? 'The bearer token is bad, expired or revoked' : 'Sign in first; then you can upload',
        );
      const received = await receive(
        request,
        incomingFolder(config),
        {
          files: mostFiles,
          fields: 2,
          fieldBytes: config.limits.maxBodyBytes,
          fileBytes: (_field, fields) => {
            const operations = fields.get('operations');
            if (operations === undefined || !fields.has('map'))
              throw problem('the fields operations and map come before the files');
            return /\bimportEvent\b/.test(operations)
              ? config.limits.maxImportBytes
              : config.limits.maxImageBytes;
          },
        },
        log,
      );
      response.on('close', () => void received.discard());
      request.body = operationOf(received);
      next();
    } catch (error) {
      await drain(request, response);
      next(error);
    }
  };
}

/** The operation, with each file at the places that the map gives it. Throws BAD_USER_INPUT. */
function operationOf({ fields, files }: Pick<Received, 'fields' | 'files'>): Record<string, unknown> {
  const operations = objectIn(fields, 'operations');
  const map = objectIn(fields, 'map');
  for (const name of files.keys())
    if (!Object.hasOwn(map, name)) throw problem(`the map does not place the file ${JSON.stringify(name)}`);
  for (const [name, places] of Object.entries(map)) {
    const file = files.get(name);
    if (!file) throw problem(`the map names a file ${JSON.stringify(name)} that is not there`);
    if (!Array.isArray(places) || places.length === 0)
      throw problem(`the map gives no list of places for ${JSON.stringify(name)}`);
    for (const place of places) put(operations, place, file);
  }
  return operations;
}

function objectIn(fields: ReadonlyMap<string, string>, name: string): Record<string, unknown> {
  const text = fields.get(name);
  if (text === undefined) throw problem(`the field ${name} is missing`);
  assertDepth(text, 'json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem(`the field ${name} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw problem(`the field ${name} is no JSON object (several operations at once are not taken)`);
  return value as Record<string, unknown>;
}

/** Puts a file where the operations have null, such as `variables.file` or `variables.files.0`. */
function put(operations: Record<string, unknown>, place: unknown, file: unknown): void {
  const steps = typeof place === 'string' ? place.split('.') : [];
  const last = steps.pop();
  let at: unknown = operations;
  for (const step of steps) at = isHolder(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  if (
    steps[0] !== 'variables' ||
    last === undefined ||
    !isHolder(at) ||
    !Object.hasOwn(at, last) ||
    at[last] !== null
  ) {
    throw problem(
      `the map names the place ${JSON.stringify(place)?.slice(0, 60)}, where the variables have no null`,
    );
  }
  at[last] = file;
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null;
}

function problem(message: string): PublicError {
  return badInput([{ path: [], message: `The upload cannot be read: ${message}` }]);
}
