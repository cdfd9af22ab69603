/** Serving: an application with its HTTP server, listening. `convoke start` and the tests run this. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Authenticator } from './accounts/authenticate.ts';
import { accountPages } from './accounts/pages.ts';
import type { App } from './app.ts';
import { checksOf } from './checks.ts';
import { endPresence, renewLeases } from './compute-nodes/presence.ts';
import { eventPages } from './exports/event.pages.ts';
import { scheduleRoutes } from './exports/schedule.routes.ts';
import { uploadRoutes } from './images/index.ts';
import { invitePages } from './invites/invite.pages.ts';
import { jobDashboard } from './jobs/dashboard.ts';
import { jobPage } from './jobs/job.page.ts';
import { fileRoutes } from './platform/files/file.routes.ts';
import { Contexts } from './platform/graphql/context.ts';
import { Executor } from './platform/graphql/execute.ts';
import { limitRules } from './platform/graphql/limits.ts';
import { createRun } from './platform/graphql/run.ts';
import { explorer } from './platform/http/explorer.ts';
import { createHealth } from './platform/http/health.ts';
import { mailbox } from './platform/http/mailbox.ts';
import { metricsRoute } from './platform/http/metrics.ts';
import { createHttpServer } from './platform/http/server.ts';
import { clearIncoming } from './platform/http/upload/graphql-upload.ts';
import { openQueue } from './platform/jobs/queue.ts';
import { Hub } from './platform/live/hub.ts';
import { attachLive } from './platform/live/socket.ts';
import { createMetrics } from './platform/observe/metrics.ts';
import { payloadRoutes } from './tasks/payload.routes.ts';
import { projectRoot } from './platform/project.ts';
import type { Workers } from './worker.ts';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** From now on answers /ready with 503 and ends connections after their answers; requests are served. The first thing at a shutdown. */
  drain(): void;
  /** Stops accepting, lets running requests end, and closes. The application stays open. */
  stop(): Promise<void>;
}

/** Starts to serve an application at its configured address; /ready and /metrics look after the workers of the process too. */
export async function serve(app: App, { workers }: { workers?: Workers } = {}): Promise<RunningServer> {
  const { config, log } = app;
  const schema = app.schema();
  const limits = { anonymous: config.limits.maxCostAnonymous, signedIn: config.limits.maxCostSignedIn };
  const { executor: kind, compileAfter, guards } = config.graphql;
  const metrics = createMetrics();
  const executor = new Executor({
    schema,
    executor: kind,
    compileAfter,
    limits,
    textAnswers: guards === 'compiled',
    metrics,
  });
  const contexts = new Contexts(app);
  const authenticator = new Authenticator(app.database, config, log);
  await clearIncoming(config);
  const health = createHealth(checksOf(app, workers));
  const rules = limitRules(config.limits);
  const authenticate = (authorization: string | undefined) => authenticator.authenticate(authorization);
  const run = createRun({ executor, contexts, authenticate });
  const databaseUrl = config.database.url ?? app.embedded!.url;
  const dashboard = jobDashboard({
    config,
    contexts,
    authenticate,
    openQueue: () => openQueue({ databaseUrl, redisUrl: config.redis.url, log }),
  });
  const http = await createHttpServer({
    config,
    log,
    schema,
    executor,
    contexts,
    rules,
    authenticate,
    routes: (express) =>
      express.use(
        health.router,
        metricsRoute(config.http.metricsToken, () =>
          metrics.text({ connections: database.connections, jobs: workers?.counts, live: live.counts }),
        ),
        fileRoutes(config, app.storage),
        uploadRoutes(app, authenticate),
        scheduleRoutes(app),
        payloadRoutes(app, authenticate),
        mailbox(config, app.database),
        dashboard.router,
        accountPages(run),
        invitePages(run),
        eventPages(app),
        jobPage(run),
        explorer({ dir: join(projectRoot, 'dist/web') }),
      ),
  });
  const hub = new Hub({ url: databaseUrl, redisUrl: config.redis.url, database: app.database, log });
  await hub.start();
  const { server } = http;
  const { permissions, operations, database } = app;
  const live = attachLive({
    server,
    path: '/graphql',
    schema,
    rules,
    executor,
    contexts,
    permissions,
    operations,
    database,
    hub,
    authenticate,
    config,
    log,
    onPing: async (machines) => {
      await renewLeases(database, machines);
      await endPresence(database);
    },
  });
  await new Promise<void>((resolve, reject) => {
    http.server.once('error', reject);
    http.server.listen(config.http.port, config.http.host, resolve);
  }).catch(async (error: unknown) => {
    await live.stop();
    throw error;
  });
  const { port } = http.server.address() as AddressInfo;
  const drain = () => {
    health.drain();
    http.drain();
  };
  const stop = async () => {
    drain();
    await live.stop();
    await http.stop();
    await dashboard.close();
  };
  return { url: `http://${config.http.host}:${port}`, drain, stop };
}
