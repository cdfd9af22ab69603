/**
 * The job dashboard at /admin/jobs: bull-board over the queue, for staff. It looks and changes nothing: trying again and
 * discarding are mutations, which leave an activity. Who comes with a browser signs in on the page in front of it, by the
 * service behind the mutation signIn; the access token is kept in a cookie that only these addresses are sent, that no
 * script reads and no other site can use, and is asked at each request for what its person may do now.
 */
import { randomUUID } from 'node:crypto';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import express, { Router } from 'express';
import type { Express, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { signIn } from '../accounts/account.service.ts';
import { anonymous, isStaff } from '../permissions/viewer.ts';
import type { Config } from '../platform/config/index.ts';
import type { Authentication, Contexts } from '../platform/graphql/context.ts';
import { PublicError } from '../platform/graphql/errors.ts';
import type { JobQueue } from '../platform/jobs/queue.ts';
import { signInPage } from './dashboard.page.ts';

const path = '/admin/jobs';
const cookieName = 'convoke_jobs';

/** What the dashboard is made with. */
export interface DashboardOptions {
  readonly config: Config;
  readonly contexts: Contexts;
  readonly authenticate: (authorization: string | undefined) => Promise<Authentication>;
  /** Opens the queue when somebody first looks at it. */
  readonly openQueue: () => Promise<JobQueue>;
}

/** The dashboard of a server. */
export interface Dashboard {
  readonly router: Router;
  close(): Promise<void>;
}

/** Nothing comes from elsewhere and nothing is embedded anywhere; the page's own styles are inline. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** Makes the dashboard; no queue is opened before somebody may see it. */
export function jobDashboard({ config, contexts, authenticate, openQueue }: DashboardOptions): Dashboard {
  let opened: Promise<{ queue: JobQueue; board: RequestHandler }> | undefined;
  const open = () => {
    opened ??= openQueue().then(
      (queue) => ({ queue, board: boardOf(queue) }),
      (error: unknown) => {
        opened = undefined;
        throw error;
      },
    );
    return opened;
  };
  const router = Router();
  router.use(
    path,
    helmet({ contentSecurityPolicy, strictTransportSecurity: false }),
    (request, response, next) => {
      response.set('Cache-Control', 'no-store');
      // SameSite keeps the cookie from other sites' requests; a form of theirs is not let in either.
      if (request.method !== 'GET' && request.method !== 'HEAD' && !isFromOurPage(request)) {
        response.status(403).type('text/plain').send('This is only for the pages of this server.\n');
        return;
      }
      next();
    },
  );
  router.post(
    `${path}/sign-in`,
    express.urlencoded({ extended: false, limit: 10_000 }),
    async (request, response) => {
      const { login, password, oneTimePassword } = request.body as Record<string, unknown>;
      const context = contexts.make(
        { viewer: anonymous, isRejected: false },
        { id: randomUUID(), address: request.ip ?? '' },
      );
      try {
        const tokens = await signIn(
          context,
          {
            login: String(login ?? ''),
            password: String(password ?? ''),
            oneTimePassword: oneTimePassword ? String(oneTimePassword) : null,
          },
          async (_, issued) => issued,
        );
        response.cookie(cookieName, tokens.accessToken, {
          path,
          httpOnly: true,
          sameSite: 'strict',
          secure: config.http.publicUrl.startsWith('https:'),
          expires: tokens.expiresAt,
        });
        response.redirect(303, path);
      } catch (error) {
        if (!(error instanceof PublicError)) throw error;
        refuse(response, error.code === 'RATE_LIMITED' ? 429 : 401, error.message);
      }
    },
  );
  router.use(path, async (request, response, next) => {
    const cookie = cookieOf(request);
    const { viewer } = await authenticate(
      request.headers.authorization ?? (cookie === null ? undefined : `Bearer ${cookie}`),
    );
    if (viewer.userId === null) return refuse(response, 401, null);
    if (!isStaff(viewer)) return refuse(response, 403, 'You may not see this: it is for administrators.');
    (await open()).board(request, response, next);
  });
  return {
    router,
    close: async () =>
      void (await opened?.then(
        ({ queue }) => queue.close(),
        () => {},
      )),
  };
}

function boardOf(queue: JobQueue): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(path);
  const queues = queue.inner.map(
    (one) =>
      new BullMQAdapter(one, {
        readOnlyMode: true,
        description: 'Background work; each kind waits in one of these queues',
      }),
  );
  const options = { uiConfig: { boardTitle: 'Convoke jobs', hideRedisDetails: true } };
  createBullBoard({ queues, serverAdapter, options });
  const router = serverAdapter.getRouter() as Express;
  withoutFonts(router);
  return router;
}

/** Its page names style sheets of fonts elsewhere, which the policy refuses: it is served without them. */
function withoutFonts(router: Express): void {
  const { '.ejs': render } = (router as Express & { readonly engines: Readonly<Record<string, Render>> })
    .engines;
  router.engine('ejs', (path, options, done) => {
    render(path, options, (fault, html) => done(fault, html?.replace(/<link [^>]*href="https?:[^>]*>/g, '')));
  });
}

type Render = (path: string, options: object, done: (fault: unknown, html?: string) => void) => void;

function refuse(response: Response, status: number, fault: string | null): void {
  response
    .status(status)
    .type('html')
    .send(signInPage(`${path}/sign-in`, fault));
}

function cookieOf({ headers }: Request): string | null {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === cookieName)?.[1] ?? null;
}

/** Browsers say where a request comes from; an old one that does not at least names the origin of a form. */
function isFromOurPage({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return (
    headers.origin !== undefined &&
    URL.canParse(headers.origin) &&
    new URL(headers.origin).host === headers.host
  );
}
