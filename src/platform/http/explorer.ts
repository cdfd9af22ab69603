/**
 * Serves the explorer page (GraphiQL, built from web/ into dist/web) at `/` and its files at
 * /explorer/assets. Guarantees: nothing comes from another origin, and the Content-Security-Policy enforces
 * that in the browser. Mounted by the application before its 404 handler; it needs no body parser and no
 * viewer.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import compression from 'compression';
import express, { Router } from 'express';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * The page's own policy: everything is forbidden that is not listed. Helmet's default is not used because it
 * allows styles and fonts from any https: origin, and upgrades plain HTTP, which breaks a development server
 * that is opened from another machine. Two relaxations of 'self' are needed:
 *
 * - `style-src 'unsafe-inline'`: the editor (Monaco) positions its lines with style attributes and writes its
 *   theme into style elements; it has no nonce to give them.
 * - `img-src data:`: the editor's style sheet draws squiggles and folding marks from data: pictures.
 *
 * Scripts, workers, fonts and connections are 'self' only: no eval, no inline script, no blob worker.
 * `connect-src 'self'` includes the WebSocket of the same host.
 */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    workerSrc: ["'self'"],
    connectSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** Where the built page lies. */
export interface ExplorerOptions {
  /** Folder with index.html and assets/, as `npm run build:web` writes it: dist/web. */
  dir: string;
}

/**
 * Makes the router for `/` and `/explorer/assets/*`. The page is revalidated on each visit, its hashed files
 * are immutable and compressed. Without a build, `/` answers 503 and says how to make one.
 */
export function explorer(options: ExplorerOptions): Router {
  const dir = resolve(options.dir);
  const router = Router();
  // On the assets as well: a worker obeys the policy of its own response, not that of the page. HTTPS is not
  // promised here: whoever ends TLS in front of the server decides about that.
  router.use(['/explorer', /^\/$/], helmet({ contentSecurityPolicy, strictTransportSecurity: false }));
  router.get('/', page(dir));
  // Browsers ask for it beside every page that names no icon of its own.
  router.get('/favicon.ico', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=86400').status(204).end();
  });
  router.use(
    '/explorer/assets',
    compression(),
    express.static(join(dir, 'assets'), {
      cacheControl: false,
      index: false,
      redirect: false,
      setHeaders: (response) =>
        void response.setHeader('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  );
  return router;
}

function page(dir: string): RequestHandler {
  return (_request, response) => {
    if (!existsSync(join(dir, 'index.html'))) {
      response.status(503).type('text/plain').send('The explorer is not built yet. Run `npm run build`.\n');
      return;
    }
    response.set('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: dir, cacheControl: false });
  };
}
