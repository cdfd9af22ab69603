/**
 * Receives multipart/form-data: fields into memory, files onto disk, within limits. The whole body is read before
 * anything is made of it, so a body that breaks off leaves nothing behind; whatever is wrong with it is a PublicError
 * that says what, and never a wait without an end.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Logger } from 'pino';
import { cannotKeep, isDiskFault } from '../../files/fault.ts';
import { PublicError, badInput, limitExceeded } from '../../graphql/errors.ts';
import { UploadedFile } from './uploaded-file.ts';

/** What a body may have. */
export interface ReceiveLimits {
  readonly files: number;
  readonly fields: number;
  readonly fieldBytes: number;
  /** The most that a file may have, by its field and the fields before it. Throws where there is to be none. */
  readonly fileBytes: (field: string, fields: ReadonlyMap<string, string>) => number;
}

/** What a body had. */
export interface Received {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, UploadedFile>;
  /** Removes the files from disk. */
  discard(): Promise<void>;
}

/** Receives the body of a request. Throws UNAVAILABLE where files cannot be kept. @param folder where the files are kept meanwhile */
export async function receive(
  request: IncomingMessage,
  folder: string,
  limits: ReceiveLimits,
  log: Logger,
): Promise<Received> {
  const parser = parserOf(request, limits);
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  const names = new Set<string>();
  const paths: string[] = [];
  const discard = async () => void (await Promise.all(paths.map((path) => rm(path, { force: true }))));
  await mkdir(folder, { recursive: true }).catch((error) => Promise.reject(broken(error, log)));
  const writing: Promise<void>[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: unknown) => reject(error instanceof PublicError ? error : broken(error, log));
      parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
        if (nameTruncated || valueTruncated)
          return fail(limitExceeded(`A field has more than ${limits.fieldBytes} bytes`));
        if (fields.has(name)) return fail(problem(`the field ${quoted(name)} is there twice`));
        fields.set(name, value);
      });
      parser.on('file', (name, stream, { filename }) => {
        const path = join(folder, randomUUID());
        paths.push(path);
        const isSecond = names.has(name);
        names.add(name);
        const written = keep(stream, path, () => {
          if (isSecond) throw problem(`the file ${quoted(name)} is there twice`);
          return limits.fileBytes(name, fields);
        });
        writing.push(
          written.then((bytes) => void files.set(name, new UploadedFile(path, bytes, filename ?? ''))),
        );
        written.catch(fail);
      });
      for (const what of ['files', 'fields', 'parts'] as const)
        parser.on(`${what}Limit`, () => fail(problem(`there are too many ${what}`)));
      parser.on('error', fail);
      parser.on('close', () => Promise.all(writing).then(() => resolve(), fail));
      request.on('error', fail);
      request.on('close', () => request.complete || fail(new Error('the connection was lost')));
      request.pipe(parser);
    });
    return { fields, files, discard };
  } catch (error) {
    request.unpipe(parser);
    parser.destroy();
    await Promise.allSettled(writing);
    await discard();
    throw error;
  }
}

/** Keeps a file; answers how many bytes it has. */
async function keep(
  stream: Readable & { truncated?: boolean },
  path: string,
  mostBytes: () => number,
): Promise<number> {
  let bytes = 0;
  try {
    const most = mostBytes();
    await pipeline(
      stream,
      async function* counted(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > most) throw limitExceeded(`The file has more than ${most} bytes`);
          yield chunk;
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    );
  } catch (error) {
    stream.on('error', () => {}).destroy();
    throw error;
  }
  return bytes;
}

function parserOf({ headers }: IncomingMessage, limits: ReceiveLimits): busboy.Busboy {
  try {
    return busboy({
      headers,
      defParamCharset: 'utf8',
      limits: {
        files: limits.files,
        fields: limits.fields,
        parts: limits.files + limits.fields,
        fieldSize: limits.fieldBytes,
        fieldNameSize: 200,
      },
    });
  } catch (error) {
    throw incomplete(error);
  }
}

/** Faults of our own disk are not the sender's. */
function broken(error: unknown, log: Logger): Error {
  if (isDiskFault(error)) return cannotKeep(error, log);
  return typeof (error as NodeJS.ErrnoException).syscall === 'string' ? (error as Error) : incomplete(error);
}

function incomplete(error: unknown): PublicError {
  return problem(`it is no complete multipart body: ${(error as Error).message}`);
}

function problem(message: string): PublicError {
  return badInput([{ path: [], message: `The body cannot be read: ${message}` }]);
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}
