/** The command line of the bench. Used by run.ts. */
import { parseArgs } from 'node:util';
import { cases } from './cases.ts';

/** What the bench is asked to do. */
export interface Options {
  readonly rounds: number;
  /** Seconds of each round and of each warm-up. */
  readonly seconds: number;
  readonly connections: number;
  /** Processes of each server. */
  readonly processes: number;
  /** Names of cases; empty: all. */
  readonly only: readonly string[];
  /** Where the outcomes go as JSON. */
  readonly json?: string;
  readonly help: boolean;
}

/** What `--help` prints. */
export const help = `Usage: npm run bench -- [options]

Measures the server against its peers on one database, in one run.

  --rounds N        rounds of each work, peers taking turns (default 6)
  --seconds N       seconds of a round, and of the warm-up before (default 4)
  --connections N   connections that each wait for their answer (default 20)
  --processes N     processes of each server, which take the rounds in turns (default 3)
  --only NAME       this case alone; may be repeated: ${cases.map(({ name }) => name).join(', ')}
  --json FILE       also write { cases: [{ name, peer, ours, theirs, ratio, bar, … }] }
  --help            this text

Ends with 0 when every bar is reached, 1 when one is missed, 2 when it could not measure.`;

/**
 * Reads the arguments after the script's name.
 * @throws naming the argument that is wrong.
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '6' },
      seconds: { type: 'string', default: '4' },
      connections: { type: 'string', default: '20' },
      processes: { type: 'string', default: '3' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !cases.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown}: no such case; there are ${cases.map(({ name }) => name).join(', ')}`);
  return {
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    connections: positive('connections', values.connections),
    processes: positive('processes', values.processes),
    only: values.only,
    help: values.help,
    ...(values.json === undefined ? {} : { json: values.json }),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} ${text}: not a whole number from 1`);
  return value;
}
