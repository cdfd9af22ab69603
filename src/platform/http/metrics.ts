/**
 * `/metrics`, for Prometheus: for programs on this machine and for the bearer of METRICS_TOKEN. To everybody else the
 * address does not exist.
 */
import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import { isSameSecret } from '../auth/secrets.ts';
import { metricsType } from '../observe/metrics.ts';

/** Headers by which a proxy says that it speaks for another. */
const forwarding = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'forwarded',
  'via',
];

/** Makes the router. Who may not read falls through to whatever answers for addresses that do not exist. */
export function metricsRoute(token: string | undefined, text: () => Promise<string>): Router {
  const router = Router();
  router.get('/metrics', async (request, response, next) => {
    if (!isLocal(request) && !bears(request, token)) return next();
    response
      .set('Cache-Control', 'no-store')
      .set('Content-Type', metricsType)
      .send(await text());
  });
  return router;
}

/**
 * Whether a program on this machine asks, for itself. It is the connection that counts: express believes a proxy on
 * loopback about who is behind it (`request.ip`), and a header must open nothing here.
 */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? '';
  const isLoopback = address === '::1' || /^(::ffff:)?127\./.test(address);
  return isLoopback && forwarding.every((name) => headers[name] === undefined);
}

function bears({ headers }: IncomingMessage, token: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return token !== undefined && given !== undefined && isSameSecret(given, token);
}
