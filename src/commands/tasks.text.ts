/** Watched tasks as text: one line for a change, and a table of how all of them stand, which fits into a terminal. */
import { styleText, stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Step, WatchedTask } from '../client/task-watch.ts';

/** What a terminal can show. */
export interface Terminal {
  readonly rows: number;
  readonly columns: number;
  readonly hasColours: boolean;
}

const none = '–';
const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** A change as one line. */
export function lineOf({ at, task, result, status, previousStatus }: Step): string {
  const who = result
    ? `${safe(result.organization)} (${safe(result.computeNode)}${result.attempt > 1 ? `, attempt ${result.attempt}` : ''})`
    : 'task';
  return `${at}  ${safe(task.name)}  ${who}  ${previousStatus ? `${previousStatus} -> ` : ''}${status}`;
}

/** A change as JSON, with the names of the API. */
export function jsonOf({ at, task, result, status, previousStatus }: Step): string {
  const { id, name, finishedAt } = task;
  return JSON.stringify({
    at,
    task: { id, name, status: task.status, finishedAt },
    result,
    status,
    previousStatus,
  });
}

/** All tasks as lines of a table; those that are over first, and only as many as there is room for: the oldest are left out. */
export function tableOf(
  tasks: readonly WatchedTask[],
  now: number,
  { rows, columns, hasColours }: Terminal,
): string[] {
  const colour = (status: string, text = status) =>
    hasColours ? styleText(colourOf(status), text, { validateStream: false }) : text;
  const lines = tasks.flatMap((task) => {
    const results = [...task.results.values()];
    const done = results.filter(({ finishedAt }) => finishedAt !== null).length;
    const head = [
      safe(task.name),
      task.id,
      colour(task.status),
      bar(done, results.length),
      lasting(task.createdAt, task.finishedAt, now),
    ];
    return [
      head,
      ...results.map((result) => [
        `  ${safe(result.organization)}`,
        safe(result.computeNode),
        colour(result.status),
        result.attempt > 1 ? `attempt ${result.attempt}` : '',
        result.startedAt ? lasting(result.startedAt, result.finishedAt, now) : none,
      ]),
    ];
  });
  const room = Math.max(3, rows - 4);
  const left = Math.max(0, lines.length - room);
  // What is wide is cut: a line that wraps would break the next drawing.
  const rest = Math.max(12, Math.floor((columns - 14 - 14 - 10 - 4) / 2));
  const table = new Table({
    head: ['task, organization', 'id, compute node', 'status', 'progress', 'time'],
    colWidths: [rest, rest, 14, 14, 10],
    chars: plain,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    wordWrap: false,
  });
  table.push(...lines.slice(left));
  const drawn = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return left > 0 ? [...drawn, `… and ${left} lines before`] : drawn;
}

/** Names are other people's: nothing in them may steer a terminal. */
function safe(text: string | null): string {
  return text === null ? none : stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}

function colourOf(status: string): 'gray' | 'cyan' | 'green' | 'yellow' | 'red' {
  if (status === 'PENDING') return 'gray';
  if (status === 'INITIALIZING' || status === 'ACTIVE') return 'cyan';
  if (status === 'COMPLETED') return 'green';
  return status === 'CANCELED' ? 'yellow' : 'red';
}

function bar(done: number, all: number): string {
  const full = all === 0 ? 0 : Math.round((done / all) * 5);
  return `${'█'.repeat(full)}${'░'.repeat(5 - full)} ${done}/${all}`;
}

/** How long something took, or takes already. */
function lasting(from: string, to: string | null, now: number): string {
  const seconds = Math.max(0, Math.round(((to ? Date.parse(to) : now) - Date.parse(from)) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
}
