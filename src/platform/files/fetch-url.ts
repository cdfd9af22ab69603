/**
 * Fetches what somebody has named by its address, without lending them the server's place in the network: only from
 * public addresses, resolved once and connected to as resolved, at every redirect anew; within limits of time and
 * size; without credentials of any kind.
 */
import type { LookupAddress } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { isPublicAddress, isWithin } from './addresses.ts';

/** What a fetch may take. */
export interface FetchLimits {
  readonly maxBytes: number;
  /** For everything together, in milliseconds; 20,000 unless told. */
  readonly timeoutMs?: number;
  /** Private networks that may be fetched from all the same, in CIDR notation. */
  readonly allow?: readonly string[];
  readonly signal?: AbortSignal;
}

/** An address that cannot be fetched. `isPermanent`: it will not be otherwise at another attempt. */
export class FetchError extends Error {
  override name = 'FetchError';

  constructor(
    message: string,
    readonly isPermanent: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const mostRedirects = 3;

/** The bytes behind an http or https address. Throws FetchError. */
export async function fetchUrl(address: string, limits: FetchLimits): Promise<Buffer> {
  const { timeoutMs = 20_000, signal } = limits;
  const deadline = AbortSignal.timeout(timeoutMs);
  const until = signal ? AbortSignal.any([signal, deadline]) : deadline;
  const agent = new Agent({
    connect: { lookup: publicLookup(limits.allow ?? []), timeout: Math.min(timeoutMs, 5000) },
    pipelining: 0,
  });
  try {
    let url = checked(address, limits);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await ask(url, agent, until);
      const target = redirectOf(answer, url);
      if (target === null) return await readAll(answer, limits.maxBytes);
      discard(answer);
      if (redirects === mostRedirects) throw new FetchError(`more than ${mostRedirects} redirects`, true);
      url = checked(target, limits);
    }
  } catch (error) {
    if (error instanceof FetchError) throw error;
    signal?.throwIfAborted();
    if (deadline.aborted) throw new FetchError(`it took longer than ${timeoutMs} ms`, false);
    const { message, cause } = error as Error;
    const known = [error, cause].find((fault) => fault instanceof FetchError);
    throw known ?? new FetchError(`it cannot be reached: ${message}`, false, { cause: error });
  } finally {
    void agent.destroy();
  }
}

/** The address, once it is one that may be asked. Names are judged by what they resolve to, when they are connected to. */
function checked(address: string, { allow = [] }: FetchLimits): URL {
  if (!URL.canParse(address)) throw new FetchError('this is no address', true);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new FetchError(`${url.protocol} is not fetched from`, true);
  if (url.username !== '' || url.password !== '')
    throw new FetchError('an address with a password is not fetched from', true);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // The parser of addresses has turned every spelling of an IPv4 address (0x7f.1, 2130706433) into the usual one.
  const isLiteral = /^[\d.]+$/.test(host) || host.includes(':');
  if (isLiteral && !mayConnect(host, allow)) throw notPublic(host);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (port < 1024 && port !== 80 && port !== 443)
    throw new FetchError(`port ${port} is not fetched from`, true);
  return url;
}

function mayConnect(address: string, allow: readonly string[]): boolean {
  return isPublicAddress(address) || isWithin(address, allow);
}

function notPublic(what: string): FetchError {
  return new FetchError(`${what} is no address of the public internet`, true);
}

/** Resolves a name for the connection that is about to be made: what was judged here is what is connected to. */
function publicLookup(allow: readonly string[]): LookupFunction {
  return (host, options, callback) => {
    resolveName(host, { all: true }).then(
      (found) => {
        const refused = found.find(({ address }) => !mayConnect(address, allow));
        // One private address among public ones is somebody's attempt: none of them is used.
        if (refused || found.length === 0) return callback(notPublic(host) as NodeJS.ErrnoException, []);
        if (options.all) return callback(null, found as LookupAddress[]);
        callback(null, found[0].address, found[0].family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

function ask(url: URL, dispatcher: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return request(url, {
    dispatcher,
    signal,
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
    // Nothing is unpacked: a small answer stays small.
    headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Convoke' },
  });
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData, from: URL): string | null {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return null;
  const location = headers.location;
  if (typeof location !== 'string' || !URL.canParse(location, from.href))
    throw new FetchError('it redirects to nowhere', true);
  return new URL(location, from).href;
}

async function readAll(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<Buffer> {
  const tooLarge = () => new FetchError(`it has more than ${maxBytes} bytes`, true);
  try {
    if (statusCode !== 200) {
      // What the client did wrong stays wrong; servers recover, and so does whoever is asked too often.
      const isPermanent = statusCode < 500 && ![408, 425, 429].includes(statusCode);
      throw new FetchError(`its server answers ${statusCode}`, isPermanent);
    }
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      throw new FetchError('it is sent packed', true);
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    discard({ body });
  }
}

/** Reads no further. That this ends the body before its time is no fault. */
function discard({ body }: Pick<Dispatcher.ResponseData, 'body'>): void {
  body.on('error', () => {}).destroy();
}
