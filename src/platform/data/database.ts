/**
 * The database: one pool of connections to PostgreSQL, shared by the readers' plain SQL and by MikroORM's entities.
 * Faults of PostgreSQL become errors of the contract here and nowhere else.
 */
import { MikroORM } from '@mikro-orm/postgresql';
import type { EntityManager, MigrationObject, Options } from '@mikro-orm/postgresql';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { CompiledQuery } from 'kysely';
import { Pool } from 'pg';
import type { ClientConfig, QueryArrayConfig } from 'pg';
import type { Logger } from 'pino';
import { PublicError, conflict, limitExceeded, unavailable } from '../graphql/errors.ts';
import { Lines } from './lines.ts';
import { NormalTexts } from './normal.ts';
import type { Models } from './model.ts';
import { buildModels } from './model.ts';
import { Share } from './share.ts';
import { cutWhenSilent, silentAfter } from './silence.ts';

/** How to connect. */
export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
  /** Connections beside the pool for reads of people who are not signed in, and the limit of their statements. */
  readonly anonymous?: { readonly poolSize: number; readonly statementTimeoutMs: number };
  /** Most reads that wait for a connection. */
  readonly mostWaiting?: number;
  readonly entities: readonly (new () => object)[];
  readonly migrations: readonly MigrationObject[];
  readonly log: Logger;
}

/** A row of a plain query: columns by name. */
export type QueryRow = Record<string, unknown>;

/** What services do their work in: one transaction, its entities and its plain SQL. */
export interface Transaction {
  readonly em: EntityManager;
  /** Runs a statement in the transaction. */
  query(text: string, values?: readonly unknown[]): Promise<QueryRow[]>;
}

/** A statement as it is sent: its text, its parameters, and how. */
export interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Under which it is prepared, once for each connection. */
  readonly name?: string | undefined;
  /** Known to take hardly any time: it may share a line (lines.ts). */
  readonly isQuick?: boolean;
}

/** Who reads: what they may have underway depends on it. */
export interface ReadBy {
  readonly isAnonymous: boolean;
  /** Their network address; empty for work of the server's own. */
  readonly address: string;
}

/** How reads are sent for somebody: the same statements as those of the database, within the reader's share of it. */
export interface Reads {
  texts(sent: Sent): Promise<readonly (string | null)[]>;
  query<T extends QueryRow = QueryRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
}

/** Connections for reads, and how they are shared. */
interface ReadPool {
  readonly pool: Pool;
  readonly share: Share;
}

/**
 * The pool of connections, and everything that goes through it. Reads of people who are not signed in have a smaller pool and lines
 * of their own: however many there are, signing in and whoever is signed in find connections.
 */
export class Database {
  /** Told of the text of every statement that a reader or a service sends; tests count with it. */
  onStatement: ((text: string) => void) | null = null;

  private constructor(
    readonly orm: MikroORM,
    readonly pool: Pool,
    readonly models: Models,
    private readonly lines: Lines,
    private readonly readPools: { readonly anonymous: ReadPool; readonly signedIn: ReadPool },
  ) {}

  /** Connects; throws UNAVAILABLE when PostgreSQL does not answer. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const orm = await MikroORM.init(ormOptions(options));
    const pool = (await orm.em.getDriver().getConnection().getNativeClient().catch(unreached)) as unknown as Pool;
    const lost = (error: Error) => options.log.warn({ error: error.message }, 'a database connection was lost');
    pool.on('error', lost);
    const silentMs = silentAfter(options.statementTimeoutMs);
    pool.on('connect', (client) => cutWhenSilent(client, silentMs));
    const { anonymous = { poolSize: 1, statementTimeoutMs: options.statementTimeoutMs }, mostWaiting: waiting = 100 } = options;
    // The pool hides the password from whoever copies its options.
    const forAnonymous = { ...pool.options, password: pool.options.password, max: anonymous.poolSize, options: settingsText(anonymous.statementTimeoutMs) };
    const anonymousPool = new Pool(forAnonymous);
    anonymousPool.on('error', lost);
    anonymousPool.on('connect', (client) => cutWhenSilent(client, silentAfter(anonymous.statementTimeoutMs)));
    const lines = new Lines(forAnonymous as ClientConfig, silentAfter(anonymous.statementTimeoutMs), lost);
    const shared = (of: Pool, most: number): ReadPool => ({
      pool: of,
      share: new Share({ most, mostOfOne: Math.ceil(most / 2), waiting, patienceMs: connectionTimeoutMs }),
    });
    const readPools = { anonymous: shared(anonymousPool, anonymous.poolSize), signedIn: shared(pool, options.poolSize) };
    return new Database(orm, pool, buildModels(orm.getMetadata()), lines, readPools);
  }

  /** The one value of the one row of a statement, as PostgreSQL wrote it; named statements are prepared once. */
  async value(text: string, values: readonly unknown[], name?: string): Promise<string | null> {
    return (await this.texts({ text, values, name }))[0] ?? null;
  }

  /** The one row of a statement, each value as PostgreSQL wrote it; empty where there is none. @param by see `readsFor` */
  async texts({ text, values, name, isQuick }: Sent, by?: ReadBy): Promise<readonly (string | null)[]> {
    this.onStatement?.(text);
    const statement: QueryArrayConfig = { text, values: values as unknown[], rowMode: 'array', types: asText, ...(name ? { name } : {}) };
    const result = await this.guarded(() => (isQuick ? this.lines.send(statement) : null) ?? this.shared(by, (pool) => pool.query(statement)));
    return result.rows[0] ?? [];
  }

  /** The rows of a statement. @param by see `readsFor` */
  async query<T extends QueryRow = QueryRow>(text: string, values: readonly unknown[] = [], by?: ReadBy): Promise<T[]> {
    this.onStatement?.(text);
    const result = await this.guarded(() => this.shared(by, (pool) => pool.query<T>(text, values as unknown[])));
    return result.rows;
  }

  /** How reads are sent for somebody. They throw RATE_LIMITED or UNAVAILABLE beyond the share of the reader (share.ts). */
  readsFor(by: ReadBy): Reads {
    return { texts: (sent) => this.texts(sent, by), query: (text, values) => this.query(text, values, by) };
  }

  private shared<T>(by: ReadBy | undefined, work: (pool: Pool) => Promise<T>): Promise<T> {
    if (!by) return work(this.pool);
    const { pool, share } = this.readPools[by.isAnonymous ? 'anonymous' : 'signedIn'];
    return share.run(by.address, () => work(pool));
  }

  /** Runs the work in one transaction: all of it is kept, or none. Deadlocks are tried again, three times in all. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.guarded(() => this.once(work));
      } catch (error) {
        if (!(error instanceof RetryableError)) throw error;
        if (attempt === 3) throw conflict('Several people changed this at once; try again');
      }
    }
  }

  /** How many connections there are for requests, how many of them nobody uses, and how many statements wait for one. */
  get connections(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { anonymous, signedIn } = this.readPools;
    const pools = [this.pool, anonymous.pool];
    const sum = (of: (pool: Pool) => number) => pools.reduce((count, pool) => count + of(pool), 0);
    const waiting = anonymous.share.waiting + signedIn.share.waiting;
    return { total: sum((pool) => pool.totalCount), idle: sum((pool) => pool.idleCount), waiting: waiting + sum((pool) => pool.waitingCount) };
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    // An embedded database that ends next may still reach connections that are on their way out: no loss to report.
    this.pool.removeAllListeners('error').on('error', () => {});
    const { pool } = this.readPools.anonymous;
    pool.removeAllListeners('error').on('error', () => {});
    await this.lines.close();
    await pool.end();
    await this.orm.close(true);
  }

  private async once<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const em = this.orm.em.fork();
    return em.transactional(async (inner) => {
      const query = async (text: string, values: readonly unknown[] = []): Promise<QueryRow[]> => {
        this.onStatement?.(text);
        const kysely = inner.getTransactionContext() as { executeQuery(query: CompiledQuery): Promise<{ rows: unknown[] }> };
        return (await kysely.executeQuery(CompiledQuery.raw(text, values as unknown[]))).rows as QueryRow[];
      };
      return work({ em: inner, query });
    });
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw translated(error);
    }
  }
}

/** A transaction that PostgreSQL gave up on and that may succeed when it is tried again. */
class RetryableError extends Error {}

const asText = { getTypeParser: () => (value: string) => value };

/** A fault of PostgreSQL as an error of the contract; anything else unchanged. */
export function translated(error: unknown): unknown {
  if (error instanceof PublicError) return error;
  const { code } = causeOf(error);
  if (code === undefined) return error;
  if (code === '40001' || code === '40P01') return new RetryableError(code, { cause: error });
  if (code === '57014') return limitExceeded('The database took too long; ask for less at once');
  if (code === '55P03') return conflict('Somebody else is changing this; try again');
  if (code === '23505') return conflict('Another one has this value already', { constraint: causeOf(error).constraint });
  if (code === '23503') return conflict('Something that this refers to, or that refers to it, was changed meanwhile; read it again and retry');
  if (/^(57P0|08|53|25006)/.test(code) || ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND'].includes(code)) {
    return unavailable();
  }
  return error;
}

/** Says where the first connection could not be made, in words for whoever starts the program. */
function unreached({ message }: Error): never {
  throw unavailable(`The database cannot be reached (${message}); does PostgreSQL run, and is DATABASE_URL right?`);
}

function causeOf(error: unknown): { code?: string; constraint?: string } {
  const known = error as { code?: unknown; constraint?: string; cause?: unknown; message?: string } | null;
  if (typeof known?.code === 'string') return { code: known.code, constraint: known.constraint };
  if (/timeout exceeded when trying to connect|Connection terminated|is not queryable/.test(known?.message ?? '')) return { code: '08006' };
  return known?.cause ? causeOf(known.cause) : {};
}

/** The model of entities, read from their metadata without a database. */
export function modelsOf(entities: DatabaseOptions['entities']): Models {
  const nowhere = { url: 'postgresql://localhost/none', poolSize: 1, statementTimeoutMs: 0, migrations: [] };
  return buildModels(new MikroORM(ormOptions({ ...nowhere, entities })).getMetadata());
}

/** How long a connection is waited for, in milliseconds. */
const connectionTimeoutMs = 5000;

/** The settings of a connection, as libpq's `options` has them. */
function settingsText(statementTimeoutMs: number): string {
  const settings = {
    timezone: 'UTC',
    datestyle: 'ISO',
    jit: 'off',
    // Tables are in memory or on solid state; at the default of 4 the planner passes over the partial indexes.
    random_page_cost: '1.1',
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: '10000',
    idle_in_transaction_session_timeout: '60000',
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/** The options of MikroORM. */
function ormOptions({ log, ...options }: Omit<DatabaseOptions, 'log'> & { readonly log?: Logger }): Options {
  return {
    clientUrl: options.url,
    entities: [...options.entities],
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    subscribers: [new NormalTexts()],
    discovery: { warnWhenNoEntities: false, checkDuplicateFieldNames: false },
    forceUtcTimezone: true,
    pool: { min: 0, max: options.poolSize },
    driverOptions: { connectionTimeoutMillis: connectionTimeoutMs, options: settingsText(options.statementTimeoutMs) },
    // Silent: what ran is told by whoever asked for it; standard output belongs to what commands print.
    migrations: {
      migrationsList: [...options.migrations], snapshot: false, tableName: 'migrations', transactional: true, silent: true,
    },
    // BullMQ's tables are its own; it migrates them itself. Triggers are written in migrations (see live/rights.ts).
    schemaGenerator: { ignoreSchema: ['bullmq'], ignoreTriggers: true },
    implicitTransactions: true,
    debug: false,
    logger: (message) => log?.debug(message),
  };
}
