/** Load in an open loop: requests leave at their times, whether or not those before were answered. */
import { setTimeout as rest } from 'node:timers/promises';
import type { Answer } from './server.ts';

/** What became of one request. */
export interface Sample {
  /** When it left, in milliseconds of `performance.now()`. */
  readonly at: number;
  readonly ms: number;
  /** `ok`, the code of the first error, or what the connection said. */
  readonly outcome: string;
  readonly status: number | null;
}

/** Load that runs until it is stopped. */
export interface Load {
  readonly samples: readonly Sample[];
  /** Sends no more, waits for the answers, and returns what became of all. */
  stop(): Promise<readonly Sample[]>;
}

/** Sends so many requests a second. */
export function startLoad(perSecond: number, send: (index: number) => Promise<Answer>): Load {
  const samples: Sample[] = [];
  const underway = new Set<Promise<void>>();
  let isOver = false;
  const one = async (index: number): Promise<void> => {
    const at = performance.now();
    const seen = await send(index).then(
      ({ status, errors }) => ({ status, outcome: errors[0] ? String(errors[0].extensions?.code) : 'ok' }),
      (error: { code?: string; message: string }) => ({ status: null, outcome: error.code ?? error.message }),
    );
    samples.push({ at, ms: performance.now() - at, ...seen });
  };
  const loop = (async () => {
    const began = performance.now();
    for (let sent = 0; !isOver; await rest(5)) {
      for (const due = ((performance.now() - began) / 1000) * perSecond; sent < due && !isOver; sent += 1) {
        const request: Promise<void> = one(sent).finally(() => underway.delete(request));
        underway.add(request);
      }
    }
  })();
  return {
    samples,
    async stop() {
      isOver = true;
      await loop;
      await Promise.all(underway);
      return samples;
    },
  };
}

/** How often each outcome came, as text. */
export function tally(samples: readonly Pick<Sample, 'outcome'>[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of samples) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}
