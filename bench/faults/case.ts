/** What a case of the fault bench is: a fault, what is expected of the server, and how to find out. */
import type { Stage } from './stage.ts';

/** One fault. */
export interface FaultCase {
  readonly id: string;
  /** What is done to the server, with the counts of this bench. */
  readonly fault: string;
  /** What has to come of it. */
  readonly expected: string;
  run(stage: Stage): Promise<Outcome>;
}

/** What came of a fault. */
export interface Outcome {
  readonly passed: boolean;
  /** What was measured, in words and figures. */
  readonly figure: string;
}

/** The median and the worst of some figures, as text. */
export function spread(figures: readonly number[], unit: string): string {
  const sorted = [...figures].sort((a, b) => a - b);
  const text = (value: number | undefined) =>
    value === undefined ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(1);
  if (sorted.length === 1) return `${text(sorted[0])} ${unit}`;
  return `median ${text(sorted[Math.floor((sorted.length - 1) / 2)])}, worst ${text(sorted.at(-1))} ${unit} (n = ${sorted.length})`;
}

/** The value below which that share of the figures lies. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Resolves to how many milliseconds it took until the condition held; throws where it does not in time. */
export async function until(
  condition: () => Promise<boolean>,
  withinMs = 30_000,
  everyMs = 20,
): Promise<number> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > withinMs)
      throw new Error(`waited ${withinMs} ms in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return performance.now() - began;
}
