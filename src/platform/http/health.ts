/**
 * `/health` says that the process lives, `/ready` that it can do its work: a load balancer sends nobody here while
 * it answers 503. The checks come from whoever has something to check (app.ts); they run side by side, each with a
 * deadline, and their results are kept for a moment, so that many probes cost no more than one.
 */
import { once } from 'node:events';
import { hostname } from 'node:os';
import { Router } from 'express';
import type { Response } from 'express';

/** Something that has to be well for the process to be ready. */
export interface Check {
  /** Short name, for instance `database`. */
  checker: string;
  /**
   * Resolves to a few words about what was found, or throws: the error's message is shown to whoever asks, so it
   * holds nothing that is not for everybody.
   * @param signal aborted at the deadline
   */
  run(signal: AbortSignal): Promise<string>;
}

/** What came of one check. Times are seconds since 1970. */
export interface CheckResult {
  checker: string;
  output: string;
  passed: boolean;
  timestamp: number;
  /** Until then the result is not looked up again. */
  expires: number;
}

/** The body of both answers; `/health` has no results. */
export interface HealthReport {
  status: 'success' | 'failure';
  /** Seconds since 1970. */
  timestamp: number;
  hostname: string;
  results: CheckResult[];
}

/** How long things last, in milliseconds. */
export interface HealthOptions {
  /** A check that has not answered by then has failed. */
  timeoutMs?: number;
  /** How long a result is used again. */
  keepMs?: number;
}

/** The two routes, and the switch for the end. */
export interface Health {
  router: Router;
  /** All checks now, as `/ready` reports them. */
  report(): Promise<HealthReport>;
  /** From now on not ready, whatever the checks say: the first thing to do at a shutdown. */
  drain(): void;
}

/** Makes the routes. Mount the router before anything that limits or asks who is there. */
export function createHealth(
  checks: readonly Check[],
  { timeoutMs = 3000, keepMs = 1000 }: HealthOptions = {},
): Health {
  let draining = false;
  const kept = checks.map((check) => keep(() => run(check, timeoutMs, keepMs)));
  const report = async (): Promise<HealthReport> => {
    const results = await Promise.all(kept.map((result) => result()));
    if (draining) {
      const timestamp = seconds();
      results.push({
        checker: 'shutdown',
        output: 'shutting down',
        passed: false,
        timestamp,
        expires: timestamp,
      });
    }
    return reportOf(results);
  };
  const router = Router();
  router.get('/health', (_request, response) => send(response, reportOf([])));
  router.get('/ready', async (_request, response) => send(response, await report()));
  return { router, report, drain: () => void (draining = true) };
}

/** One result for all who ask at the same time, and until it expires. */
function keep(run: () => Promise<CheckResult>): () => Promise<CheckResult> {
  let running: Promise<CheckResult> | undefined;
  let last: CheckResult | undefined;
  return async () => {
    if (last && seconds() < last.expires) return last;
    running ??= run().finally(() => (running = undefined));
    return (last = await running);
  };
}

/** Never rejects: a check that throws has failed. */
async function run({ checker, run: check }: Check, timeoutMs: number, keepMs: number): Promise<CheckResult> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const late = once(deadline.signal, 'abort').then(() => {
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  const done = (output: string, passed: boolean): CheckResult => {
    const timestamp = seconds();
    return { checker, output, passed, timestamp, expires: timestamp + keepMs / 1000 };
  };
  try {
    // In a function of its own, so that a check that throws at once fails like one that rejects.
    const found = (async () => check(deadline.signal))();
    return done(await Promise.race([found, late]), true);
  } catch (error) {
    return done(error instanceof Error ? error.message : String(error), false);
  } finally {
    clearTimeout(timer);
  }
}

function reportOf(results: CheckResult[]): HealthReport {
  const status = results.every(({ passed }) => passed) ? 'success' : 'failure';
  return { status, timestamp: seconds(), hostname: hostname(), results };
}

function send(response: Response, report: HealthReport): void {
  response
    .status(report.status === 'success' ? 200 : 503)
    .set('Cache-Control', 'no-store')
    .json(report);
}

function seconds(): number {
  return Date.now() / 1000;
}
