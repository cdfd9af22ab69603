/**
 * What faults do to the server: `npm run bench:faults [-- --only K01 --only K09 …] [--json FILE]`, after `npm run build`.
 * Each case starts the program as operators do, breaks something for real, and holds what came of it against what is
 * expected. Ends with 0 when everything held, with 1 otherwise. docs/reliability.md says what the cases mean.
 */
// First of all: what cases take from the program needs it.
import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { styleText, parseArgs } from 'node:util';
import Table from 'cli-table3';
import type { Outcome } from './case.ts';
import { cases } from './cases/index.ts';
import { withStage } from './stage.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, json: { type: 'string' } },
});
const unknown = values.only.find((id) => !cases.some((one) => one.id === id));
if (unknown !== undefined)
  throw new Error(`--only ${unknown}: no such case; there are ${cases.map(({ id }) => id).join(', ')}`);
const chosen = cases.filter(({ id }) => values.only.length === 0 || values.only.includes(id));

const outcomes: (Outcome & { id: string; fault: string; expected: string; seconds: number })[] = [];
await withStage(async (stage, endCase) => {
  for (const one of chosen) {
    const { id, fault, expected } = one;
    const began = performance.now();
    const outcome = await one
      .run(stage)
      .catch((error: Error): Outcome => ({ passed: false, figure: `the case broke: ${error.stack}` }));
    await endCase();
    const seconds = (performance.now() - began) / 1000;
    outcomes.push({ id, fault, expected, ...outcome, seconds });
    const word = outcome.passed ? styleText('green', 'passed') : styleText('red', 'missed');
    process.stderr.write(`${id} ${word} in ${seconds.toFixed(1)} s: ${outcome.figure}\n`);
  }
});

const table = new Table({
  head: ['id', 'fault', 'expected', 'figure', ''],
  colWidths: [5, 34, 40, 48, 8],
  wordWrap: true,
  style: { head: [], border: [] },
});
for (const { id, fault, expected, figure, passed } of outcomes)
  table.push([id, fault, expected, figure, passed ? 'passed' : 'MISSED']);
process.stdout.write(`${table.toString()}\n`);
if (values.json) await writeFile(values.json, `${JSON.stringify({ cases: outcomes }, null, 2)}\n`);
process.exit(outcomes.every(({ passed }) => passed) ? 0 : 1);
