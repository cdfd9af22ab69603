/**
 * Lists of an Open Event file: rows of one kind by their source ids, each taken or left out with a reason.
 * Called by the reader for every kind of rows.
 */
import type { z } from 'zod';
import { ImportError, quote } from './import-error.ts';
import type { ImportPath } from './import-error.ts';
import { isObject, plainName, Row, sourceId } from './open-event.rows.ts';
import type { Setting } from './open-event.rows.ts';
import type { ImportKind } from './summary.ts';

/** A row as it was taken, beside what the file says about it. */
export interface Taken<T> {
  value: T;
  row: Row;
  /** Whether no list of the file holds it. */
  isDerived: boolean;
}

/** Gives the fields of a row without its id, or null, having noted why; `index` is its place in the file's list. */
type Build = (row: Row, index: number) => Record<string, unknown> | null;

/** One kind of rows while a file is read. */
export class List<T extends { id: string }> {
  readonly kind: ImportKind;
  /** What a person calls one row of it. */
  readonly noun: string;
  /** Rows that were taken, by source id, in the order of the file. */
  readonly taken = new Map<string, Taken<T>>();
  /** Rows that were left out although they have an id, and their names as `plainName` gives them. */
  readonly lost = new Map<string, { rows: Row[]; names: Set<string> }>();
  readonly #schema: z.ZodType<T>;
  readonly #setting: Setting;

  constructor(kind: ImportKind, noun: string, schema: z.ZodType<T>, setting: Setting) {
    this.kind = kind;
    this.noun = noun;
    this.#schema = schema;
    this.#setting = setting;
  }

  /** The rows that were taken. */
  get values(): T[] {
    return [...this.taken.values()].map(({ value }) => value);
  }

  /** Takes every row of an entry that is fit to be taken; `build` gives a row's fields without its id. */
  takeAll(rows: Row[], build: Build, idOf = (row: Row) => this.#idOf(row)): void {
    rows.forEach((row, index) => {
      const id = idOf(row);
      const value = this.#fit(row, id ?? `row ${index}`, build, index);
      if (value) this.taken.set(value.id, { value, row, isDerived: false });
      else if (id !== null) this.#lose(id, row);
    });
  }

  /** Adds a row that no list of the file holds; null, with a note, when it has no name. */
  derive(row: Row, id: string, fields: Record<string, unknown>): T | null {
    const made = this.#schema.safeParse({ ...fields, id });
    if (!made.success) return null;
    this.taken.set(id, { value: made.data, row, isDerived: true });
    this.#setting.account.summary.counts[this.kind].derived += 1;
    return made.data;
  }

  #idOf(row: Row): string | null {
    const raw = row.find(['id']);
    const id = sourceId(raw?.value);
    if (raw && id === null)
      this.#setting.account.leftOut(raw.path, 'not an id', { detail: quote(raw.value) });
    return id;
  }

  #lose(id: string, row: Row): void {
    const lost = this.lost.get(id) ?? { rows: [], names: new Set() };
    lost.rows.push(row);
    lost.names.add(plainName(String(row.find(['name', 'title'])?.value)));
    this.lost.set(id, lost);
  }

  #fit(row: Row, id: string, build: Build, index: number): T | null {
    const { account } = this.#setting;
    const deleted = row.find(['deletedAt']);
    if (deleted) return this.#leaveOut(row, 'rows that were deleted at their source', deleted.value);
    if (this.taken.has(id)) {
      return this.#leaveOut(row, `a second ${this.noun} with the same id; the first was kept`, id);
    }
    const built = build(row, index);
    if (built === null) return null;
    const made = this.#schema.safeParse({ ...built, id });
    if (made.success) return made.data;
    const [
      {
        path: [key],
        message,
      },
    ] = made.error.issues;
    if (built[String(key)] === null)
      return this.#leaveOut(
        row,
        `${this.noun} without ${String(key) === 'answer' ? 'an' : 'a'} ${String(key)}`,
      );
    account.leftOut([...row.path, String(key)], `${this.noun} that cannot be stored`, { detail: message });
    return null;
  }

  #leaveOut(row: Row, reason: string, value?: unknown): null {
    const name = row.find(['name', 'title'])?.value;
    const detail = [value, name]
      .filter((part) => part !== undefined)
      .map(quote)
      .join(' ');
    this.#setting.account.leftOut(row.path, reason, detail ? { detail } : {});
    return null;
  }
}

/** More rows of one kind, or links in one row, than any conference has: they would only keep the server busy. */
export const rowLimit = 20_000;

/**
 * The rows of a list of the file; none where it has no such list.
 * @throws ImportError WRONG_SHAPE when it is no list, TOO_LARGE when it has more than 20,000 rows
 */
export function rowsOf(raw: unknown, path: ImportPath, kind: ImportKind, setting: Setting): Row[] {
  if (raw === null || raw === undefined) return [];
  if (!Array.isArray(raw)) throw new ImportError('WRONG_SHAPE', 'expected a list of rows', path);
  if (raw.length > rowLimit)
    throw new ImportError('TOO_LARGE', `${raw.length} rows; at most ${rowLimit} are read`, path);
  setting.account.summary.counts[kind].read += raw.length;
  return raw.flatMap((item: unknown, index) => {
    if (isObject(item)) return [new Row(item, [...path, index], setting)];
    setting.account.leftOut([...path, index], 'a row that is no object', { detail: quote(item) });
    return [];
  });
}
