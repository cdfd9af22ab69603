/**
 * The account of an import: how many rows of each kind were read, taken and left out, and a note for each
 * thing that was not taken as it stood. The reader fills it, the command prints it, `--json` gives it whole.
 */
import { formatPath, ImportError } from './import-error.ts';
import type { ImportPath } from './import-error.ts';

/** The kinds of rows that an import counts, in the order of the table. */
export const importKinds = [
  'event',
  'tracks',
  'rooms',
  'sessionTypes',
  'sponsors',
  'socialLinks',
  'faqs',
  'forms',
  'sessions',
  'speakers',
  'links',
] as const;

/** One of the counted kinds; `links` are pairs of a session and a speaker. */
export type ImportKind = (typeof importKinds)[number];

/** Always `imported = read - leftOut + derived`. */
export interface ImportCount {
  /** Rows that the file holds. */
  read: number;
  /** Rows that the import structure holds. */
  imported: number;
  leftOut: number;
  /** Rows that no list of the file holds, made from what its sessions say about them. */
  derived: number;
}

/** Something that was not taken as it stood. Notes of one cause share the same `reason`. */
export interface ImportNote {
  /** Where in the file, with the file's own spelling of the keys. */
  path: ImportPath;
  kind: 'left-out' | 'changed';
  reason: string;
  /** What is particular to this place, mostly the value, safe to print. */
  detail?: string;
  /** How many rows or values the note stands for, when more than one. */
  count?: number;
}

/** The whole account. */
export interface ImportSummary {
  counts: Record<ImportKind, ImportCount>;
  notes: ImportNote[];
}

/** A file that needs more notes than this is no export, and its summary would help nobody. */
const noteLimit = 50_000;

/** Collects counts and notes while a file is read. */
export class Account {
  readonly summary: ImportSummary = {
    counts: Object.fromEntries(
      importKinds.map((kind) => [kind, { read: 0, imported: 0, leftOut: 0, derived: 0 }]),
    ) as Record<ImportKind, ImportCount>,
    notes: [],
  };

  readonly #tallies = new Map<string, ImportNote>();

  /** A value or row that is missing from the result. */
  leftOut(path: ImportPath, reason: string, more: Pick<ImportNote, 'detail' | 'count'> = {}): void {
    this.#note({ path, kind: 'left-out', reason, ...more });
  }

  /** A value that is in the result, but not as the file has it. */
  changed(path: ImportPath, reason: string, more: Pick<ImportNote, 'detail' | 'count'> = {}): void {
    this.#note({ path, kind: 'changed', reason, ...more });
  }

  /** Counts a note with the same words at the same place instead of repeating it. */
  tally(path: ImportPath, kind: ImportNote['kind'], reason: string, detail?: string, count = 1): void {
    const key = JSON.stringify([path, kind, reason, detail]);
    const found = this.#tallies.get(key);
    if (found) found.count! += count;
    else {
      const note: ImportNote = { path, kind, reason, ...(detail !== undefined && { detail }), count };
      this.#tallies.set(key, note);
      this.#note(note);
    }
  }

  #note(note: ImportNote): void {
    if (this.summary.notes.length >= noteLimit) {
      throw new ImportError(
        'WRONG_SHAPE',
        `more than ${noteLimit} things in this file cannot be taken as they are`,
      );
    }
    this.summary.notes.push(note);
  }
}

const titles: Record<ImportKind, string> = {
  event: 'event',
  tracks: 'tracks',
  rooms: 'rooms',
  sessionTypes: 'session types',
  sponsors: 'sponsors',
  socialLinks: 'social links',
  faqs: 'FAQs',
  forms: 'fields of forms',
  sessions: 'sessions',
  speakers: 'speakers',
  links: 'session–speaker links',
};

const examples = 5;

/** The summary for a terminal: a table of counts, then the notes by cause with a few examples each. */
export function formatSummary(summary: ImportSummary): string {
  const parts = [countTable(summary)];
  for (const [kind, heading] of [
    ['left-out', 'Left out'],
    ['changed', 'Changed'],
  ] as const) {
    const notes = summary.notes.filter((note) => note.kind === kind);
    const groups = Map.groupBy(notes, (note) => note.reason);
    if (!groups.size) continue;
    const blocks = [...groups].map(([reason, notes]) => ({ reason, notes, total: total(notes) }));
    const width = Math.max(...blocks.map((block) => String(block.total).length));
    const lines = blocks.flatMap(({ reason, notes, total }) => [
      `  ${String(total).padStart(width)} × ${reason}`,
      ...exampleLines(notes).map((line) => `  ${' '.repeat(width)}   ${line}`),
    ]);
    parts.push([heading, ...lines].join('\n'));
  }
  return parts.join('\n\n');
}

function countTable({ counts }: ImportSummary): string {
  const derived = importKinds.some((kind) => counts[kind].derived > 0);
  const rows = importKinds.map((kind) => {
    const { read, imported, leftOut, derived: made } = counts[kind];
    return [titles[kind], read, imported, leftOut, ...(derived ? [made] : [])].map(String);
  });
  const head = ['', 'read', 'imported', 'left out', ...(derived ? ['made from sessions'] : [])];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  return [head, ...rows]
    .map((row) => row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '))
    .join('\n');
}

function exampleLines(notes: ImportNote[]): string[] {
  const shown = notes.slice(0, examples).map(({ path, detail, count }) => {
    const amount = count && count > 1 && notes.length > 1 ? `(${count})` : undefined;
    return [formatPath(path), amount, detail].filter(Boolean).join(' ');
  });
  const rest = total(notes.slice(examples));
  return rest ? [...shown, `… and ${rest} more; --json lists all`] : shown;
}

function total(notes: ImportNote[]): number {
  return notes.reduce((sum, note) => sum + (note.count ?? 1), 0);
}
