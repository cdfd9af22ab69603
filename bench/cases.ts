/**
 * The rows of the bench's table: which peer our server is held against in which work, and the bar. Used by
 * run.ts and report.ts.
 */
import type { ContenderName } from './contenders.ts';
import type { Work } from './works.ts';

/** A comparison with a bar. */
export interface Case {
  readonly name: string;
  readonly title: string;
  readonly work: Work['name'];
  /** The contender that is ours in it: `ours` unless it has to share a process with its peer. */
  readonly ours?: ContenderName;
  /** The contender compared with; absent where SQL statements are counted. */
  readonly peer?: ContenderName;
  /** The ratio ours/theirs is to be at least this, or at most where statements are counted. */
  readonly bar: number;
}

/** Every case, in the order of the table. */
export const cases: readonly Case[] = [
  {
    name: 'nested-postgraphile',
    title: '20 events × 10 sessions × speakers, requests/s',
    work: 'nested',
    peer: 'postgraphile',
    bar: 2,
  },
  {
    name: 'nested-bare',
    title: '20 events × 10 sessions × speakers, requests/s',
    work: 'nested',
    peer: 'bare',
    bar: 0.6,
  },
  {
    name: 'flat-postgraphile',
    title: '100 events, flat, requests/s',
    work: 'flat',
    peer: 'postgraphile',
    bar: 1.75,
  },
  {
    name: 'authorization',
    title: 'nested, tables against conditions by hand',
    work: 'nested',
    ours: 'tables',
    peer: 'by-hand',
    bar: 0.95,
  },
  {
    name: 'control',
    title: 'nested, the server against itself',
    work: 'nested',
    ours: 'tables',
    peer: 'twin',
    bar: 0.98,
  },
  { name: 'statements', title: 'SQL statements per nested request', work: 'nested', bar: 1 },
];
