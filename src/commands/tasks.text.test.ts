/** What of watched tasks comes to a terminal: as wide and as high as it is, with colours only where they are wanted. */
import { expect, it } from '@jest/globals';
import type { WatchedTask } from '../client/task-watch.ts';
import { tableOf } from './tasks.text.ts';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
function task(name: string, statuses: readonly string[]): WatchedTask {
  const results = statuses.map((status, index) => {
    const finishedAt = status === 'COMPLETED' ? at(75) : null;
    return {
      id: `result_${index}`,
      organization: `Hospital ${index}`,
      computeNode: 'north',
      status,
      attempt: index + 1,
      startedAt: status === 'PENDING' ? null : at(10),
      finishedAt,
    };
  });
  return {
    id: 'task_x',
    name,
    status: 'ACTIVE',
    createdAt: at(0),
    finishedAt: null,
    results: new Map(results.map((result) => [result.id, result])),
  };
}
const terminal = { rows: 24, columns: 80, hasColours: false };

it('a task stands above its results, with how far they are and how long they take', () => {
  expect(tableOf([task('Average', ['COMPLETED', 'ACTIVE', 'PENDING'])], 100_000, terminal)).toEqual([
    'task, organization  id, compute node    status         progress       time',
    'Average             task_x              ACTIVE         ██░░░ 1/3      01:40',
    '  Hospital 0        north               COMPLETED                     01:05',
    '  Hospital 1        north               ACTIVE         attempt 2      01:30',
    '  Hospital 2        north               PENDING        attempt 3      –',
  ]);
});

it('nothing is wider or higher than the terminal, nor steers it', () => {
  const lines = tableOf(
    [
      task(
        '\u001B[2J\u0007Long'.repeat(40),
        Array.from({ length: 40 }, () => 'ACTIVE'),
      ),
    ],
    0,
    { ...terminal, rows: 10, columns: 70 },
  );
  expect(lines.length).toBeLessThan(10);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70);
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  expect(lines.at(-1)).toBe('… and 35 lines before');
});

it('statuses have colours where these are wanted', () => {
  const drawn = tableOf([task('Average', ['COMPLETED'])], 0, { ...terminal, hasColours: true }).join('\n');
  expect(drawn).toContain('\u001B[32mCOMPLETED\u001B[39m');
});
