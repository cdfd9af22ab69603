/** Where a socket comes from: the page that opens it, and the address behind it. */
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/index.ts';

/**
 * Whether the page that opens a socket may: browsers name its origin and leave the decision to the server. Programs
 * name none. Allowed are our own host, PUBLIC_URL and the origins of the configuration.
 */
export function mayConnect(
  { headers }: IncomingMessage,
  { corsOrigins, publicUrl }: Config['http'],
): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return (
    new URL(origin).host === host || origin === new URL(publicUrl).origin || corsOrigins.includes(origin)
  );
}

/** The address of the caller. As over HTTP, a proxy on this machine is believed when it names another. */
export function addressOf({ socket, headers }: IncomingMessage): string {
  const address = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  const isLoopback = address === '::1' || /^(::ffff:)?127\./.test(address);
  const named = isLoopback
    ? String(forwarded ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : '';
  return named || address;
}
