/**
 * The application: everything that a process is made of, built from its configuration in one place. Commands and
 * tests make one, use what they need of it, and close it.
 */
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { migrations } from '../migrations/index.ts';
import { ensureImageSizes } from './images/index.ts';
import { joinOperations } from './permissions/operations.ts';
import type { OperationsTable } from './permissions/operations.ts';
import { Permissions } from './permissions/registry.ts';
import type { Config } from './platform/config/index.ts';
import { Database } from './platform/data/database.ts';
import { startEmbedded } from './platform/data/embedded.ts';
import type { Embedded } from './platform/data/embedded.ts';
import { migrate } from './platform/data/migrate.ts';
import { servePicturesFrom } from './platform/html.ts';
import { createStorage } from './platform/files/storage.ts';
import type { Storage } from './platform/files/storage.ts';
import { createAsk } from './platform/graphql/ask.ts';
import type { Ask } from './platform/graphql/ask.ts';
import { buildSchema } from './platform/graphql/schema.ts';
import { Decoder } from './platform/images/decoder.ts';
import { createLogger } from './platform/observe/log.ts';
import { ensureMessageSettings } from './mails/message-setting.service.ts';
import { syncRoles } from './roles/sync.ts';
import { ensureSettings } from './settings/ensure-settings.ts';
import { entities, mailKinds, notificationKinds, slices } from './slices.ts';

/** The parts of a running application. */
export interface App {
  readonly config: Config;
  readonly log: Logger;
  readonly database: Database;
  readonly embedded: Embedded | null;
  readonly permissions: Permissions;
  readonly operations: OperationsTable;
  readonly storage: Storage;
  readonly decoder: Decoder;
  /** Asks the schema from inside, as a viewer. */
  readonly ask: Ask;
  /** Built on first use: commands that only write rows do without it. */
  readonly schema: () => GraphQLSchema;
  /**
   * Brings the database up to date, the rows of settings, rules and default roles included; returns the names of the
   * migrations that ran. Safe to call from several processes at once.
   */
  migrate(): Promise<string[]>;
  /** Gives everything back, the embedded database last. */
  close(): Promise<void>;
}

/** Connects to the database (starting the embedded one where none is configured) and builds the application on it. */
export async function createApp(config: Config, log: Logger = createLogger(config)): Promise<App> {
  const embedded = config.database.url ? null : await startEmbedded({ dataDir: config.run.dataDir, log });
  try {
    const database = await Database.connect({
      url: config.database.url ?? embedded!.url,
      poolSize: config.database.poolSize,
      statementTimeoutMs: config.database.statementTimeoutMs,
      anonymous: {
        poolSize: config.database.anonymousPoolSize,
        statementTimeoutMs: config.database.anonymousStatementTimeoutMs,
      },
      // What waits counts among the requests that are worked on: half of those stay for others.
      mostWaiting: Math.floor(config.limits.maxRequestsAtOnce / 2),
      entities,
      migrations,
      log,
    });
    const storage = await createStorage(config, log);
    servePicturesFrom(config.http.publicUrl);
    const decoder = new Decoder({ limits: { pixels: config.limits.maxImagePixels, frames: 300 } });
    const permissions = new Permissions(
      slices.flatMap((slice) => slice.permissions ?? []),
      database.models,
    );
    const operations = joinOperations(slices.map((slice) => slice.operations ?? {}));
    const resolvers = slices.flatMap((slice) => slice.resolvers ?? []);
    let built: GraphQLSchema | undefined;
    const schema = () =>
      (built ??= buildSchema({ resolvers, permissions, operations, guards: config.graphql.guards }));
    return {
      config,
      log,
      database,
      embedded,
      permissions,
      operations,
      storage,
      decoder,
      schema,
      ask: createAsk({ database, permissions, storage, decoder, config, log }, schema),
      async migrate() {
        const done = await migrate(database);
        await ensureSettings(database);
        await syncRoles(database);
        await ensureImageSizes(database);
        await ensureMessageSettings(database, mailKinds, notificationKinds);
        return done;
      },
      async close() {
        decoder.close();
        await database.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
