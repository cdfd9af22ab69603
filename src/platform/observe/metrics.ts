/**
 * What a process tells Prometheus of itself. Labels are few and fixed: no name, no id and no text of a document is ever
 * one. Operations are observed once each; everything else is looked up when somebody asks.
 */
import type { ExecutionResult } from 'graphql';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Database } from '../data/database.ts';

/** What kind of operation ran; `unknown` where the name fits none of the document. */
export type OperationKind = 'query' | 'mutation' | 'subscription' | 'unknown';

/** `ok`; `refused`, with errors that are the caller's; `failed`, by a fault of ours. */
export type Outcome = 'ok' | 'refused' | 'failed';

/** Numbers by state. */
export type Counts = Readonly<Record<string, number>>;

/** Where the numbers come from that are looked up when they are asked for. */
export interface MetricsSources {
  readonly connections: Database['connections'];
  /** Jobs by state; absent where the process runs no workers. May reject: the jobs are left out then. */
  readonly jobs?: (() => Promise<Counts>) | undefined;
  readonly live: () => { readonly sockets: number; readonly subscriptions: number };
}

/** The metrics of a server. */
export interface Metrics {
  /** Counts an operation that took so many seconds. */
  observe(kind: OperationKind, outcome: Outcome, seconds: number): void;
  /** Everything as Prometheus reads it. */
  text(sources: MetricsSources): Promise<string>;
}

/** The media type of the text. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

const kinds: readonly OperationKind[] = ['query', 'mutation', 'subscription', 'unknown'];
const outcomes: readonly Outcome[] = ['ok', 'refused', 'failed'];

let ofProcess: Registry | undefined;

/** Memory, processor, event loop, garbage collection: watched once, however many servers a process has. */
function processMetrics(): Registry {
  if (!ofProcess) collectDefaultMetrics({ register: (ofProcess = new Registry()) });
  return ofProcess!;
}

/** Begins to measure. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const defaults = processMetrics();
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const operations = new Histogram({
    name: 'convoke_graphql_operation_duration_seconds',
    help: 'Executed GraphQL operations, and each message of a subscription, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  for (const kind of kinds) for (const outcome of outcomes) operations.zero({ kind, outcome });
  // Found once, so that an operation costs no look-up of its labels.
  const series = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      Object.fromEntries(outcomes.map((outcome) => [outcome, operations.labels(kind, outcome)])),
    ]),
  ) as Record<OperationKind, Record<Outcome, Histogram.Internal<string>>>;
  const pool = gauge(
    'convoke_database_connections',
    'Database connections for requests: all, and those that nobody uses.',
    'state',
  );
  const waiting = gauge('convoke_database_waiting', 'Requests that wait for a database connection.');
  const jobs = gauge(
    'convoke_jobs',
    'Jobs of the installation by state, where the process runs workers.',
    'state',
  );
  const sockets = gauge('convoke_sockets', 'Open WebSockets.');
  const subscriptions = gauge('convoke_subscriptions', 'Running subscriptions.');
  return {
    observe: (kind, outcome, seconds) => series[kind][outcome].observe(seconds),
    async text(sources) {
      const counts = (await sources.jobs?.().catch(() => undefined)) ?? {};
      const live = sources.live();
      pool.set({ state: 'total' }, sources.connections.total);
      pool.set({ state: 'idle' }, sources.connections.idle);
      waiting.set(sources.connections.waiting);
      sockets.set(live.sockets);
      subscriptions.set(live.subscriptions);
      jobs.reset();
      for (const [state, count] of Object.entries(counts)) jobs.set({ state }, count);
      return `${await registry.metrics()}\n${await defaults.metrics()}`;
    },
  };
}

/** What came of an operation. */
export function outcomeOf({ errors }: Pick<ExecutionResult, 'errors'>): Outcome {
  if (!errors || errors.length === 0) return 'ok';
  return errors.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR') ? 'failed' : 'refused';
}
