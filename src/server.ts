/** Serving: an application with its HTTP server, listening. `convoke start` and the tests run this. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Authenticator } from './accounts/authenticate.ts';
import type { App } from './app.ts';
import { Contexts } from './platform/graphql/context.ts';
import { Executor } from './platform/graphql/execute.ts';
import { limitRules } from './platform/graphql/limits.ts';
import { explorer } from './platform/http/explorer.ts';
import { projectRoot } from './platform/project.ts';
import { createHttpServer } from './platform/http/server.ts';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Stops accepting, lets running requests end, and closes. The application stays open. */
  stop(): Promise<void>;
}

/** Starts to serve an application at its configured address. */
export async function serve(app: App): Promise<RunningServer> {
  const { config, log } = app;
  const schema = app.schema();
  const limits = { anonymous: config.limits.maxCostAnonymous, signedIn: config.limits.maxCostSignedIn };
  const executor = new Executor({ schema, executor: config.graphql.executor, compileAfter: config.graphql.compileAfter, limits });
  const contexts = new Contexts(app.database, app.permissions, config, log);
  const authenticator = new Authenticator(app.database, config, log);
  const http = await createHttpServer({
    config,
    log,
    schema,
    executor,
    contexts,
    rules: limitRules(config.limits),
    authenticate: (authorization) => authenticator.authenticate(authorization),
    routes: (express) => express.use(explorer({ dir: join(projectRoot, 'dist/web') })),
  });
  await new Promise<void>((resolve, reject) => {
    http.server.once('error', reject);
    http.server.listen(config.http.port, config.http.host, resolve);
  });
  const { port } = http.server.address() as AddressInfo;
  return { url: `http://${config.http.host}:${port}`, stop: () => http.stop() };
}
