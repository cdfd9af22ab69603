/**
 * What the bench says at its end: the outcome of each case, as a table and as the document of `--json`. Used
 * by run.ts.
 */
import Table from 'cli-table3';
import type { Case } from './cases.ts';
import { spreadOf, type Spread } from './measure.ts';

/** A case as measured. */
export interface Outcome {
  readonly name: string;
  readonly peer: string;
  /** Requests per second (median of the rounds), or SQL statements. */
  readonly ours: number;
  readonly theirs: number;
  /** ours / theirs. */
  readonly ratio: number;
  readonly bar: number;
  /** Whether the ratio must reach the bar from above or stay below it. */
  readonly bound: 'at least' | 'at most';
  readonly pass: boolean;
  /** The figures of each round. */
  readonly rounds?: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

/** The outcome of a race: the ratio of the medians against the bar. */
export function raceOutcome(
  { name, bar }: Case,
  peer: string,
  ours: readonly number[],
  theirs: readonly number[],
): Outcome {
  return outcome(name, peer, spreadOf(ours).median, spreadOf(theirs).median, bar, 'at least', {
    ours,
    theirs,
  });
}

/** The outcome of counting statements: how many, against how many are allowed. */
export function countOutcome({ name, bar }: Case, statements: number, allowed: number): Outcome {
  return outcome(name, 'one per level', statements, allowed, bar, 'at most');
}

function outcome(
  name: string,
  peer: string,
  ours: number,
  theirs: number,
  bar: number,
  bound: Outcome['bound'],
  rounds?: Outcome['rounds'],
): Outcome {
  const ratio = ours / theirs;
  return {
    name,
    peer,
    ours,
    theirs,
    ratio,
    bar,
    bound,
    pass: bound === 'at least' ? ratio >= bar : ratio <= bar,
    ...(rounds && { rounds }),
  };
}

/** The table of the outcomes, with the least and greatest of the rounds in brackets. */
export function table(outcomes: readonly Outcome[], titles: ReadonlyMap<string, string>): string {
  const rows = new Table({
    head: ['work', 'peer', 'ours', 'theirs', 'ratio', 'bar', ''],
    style: { head: [], border: [] },
  });
  for (const { name, peer, ours, theirs, ratio, bar, bound, pass, rounds } of outcomes) {
    const ratios = rounds && spreadOf(rounds.ours.map((figure, round) => figure / rounds.theirs[round]!));
    rows.push([
      `${titles.get(name) ?? ''}\n${name}`,
      peer,
      figure(ours, rounds && spreadOf(rounds.ours)),
      figure(theirs, rounds && spreadOf(rounds.theirs)),
      ratio.toFixed(2) + (ratios ? `\n(${ratios.least.toFixed(2)}–${ratios.greatest.toFixed(2)})` : ''),
      `${bound === 'at least' ? '≥' : '≤'} ${bar}`,
      pass ? 'pass' : 'FAIL',
    ]);
  }
  return rows.toString();
}

function figure(value: number, spread?: Spread): string {
  return value.toFixed(0) + (spread ? `\n(${spread.least.toFixed(0)}–${spread.greatest.toFixed(0)})` : '');
}
