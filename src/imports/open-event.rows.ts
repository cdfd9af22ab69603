/**
 * Rows of an Open Event file: finds the value of a field under any of its keys, and sees to it that every
 * key of a row that holds something is either read or reported. Called by the reader.
 */
import { quote, spell } from './import-error.ts';
import type { ImportPath } from './import-error.ts';
import { ignoredKeys } from './open-event.fields.ts';
import type { Fields, Values } from './open-event.fields.ts';
import { isEmpty, storable } from './open-event.values.ts';
import type { Place } from './open-event.values.ts';

/** A JSON object. */
export type Json = Record<string, unknown>;

/** Whether a value of the file is a JSON object. */
export const isObject = (raw: unknown): raw is Json =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

/** What the places of one file share. */
export type Setting = Omit<Place, 'path'>;

/** A value with the place where the file has it. */
export interface Found {
  value: unknown;
  path: ImportPath;
  key: string;
  /** Whether the row itself has it, not another place of the file that tells about the same thing. */
  isOwn: boolean;
}

/** `starts-at`, `starts_at`, `startsAt` and `Starts At` are one key. */
export function camelKey(key: string): string {
  const joined = key.trim().replace(/[-_\s]+(.)/g, (_, next: string) => next.toUpperCase());
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

/** One object of the file, whose values are asked for by camel-case key; what is empty counts as absent. */
export class Row {
  readonly path: ImportPath;
  readonly #setting: Setting;
  readonly #values = new Map<string, Found[]>();
  readonly #asked = new Set<string>();

  constructor(raw: Json, path: ImportPath, setting: Setting) {
    this.path = path;
    this.#setting = setting;
    this.add(raw, path);
  }

  /** Further values of the same thing from another place of the file, used where the row itself has none. */
  add(raw: Json, path: ImportPath): void {
    for (const [key, value] of Object.entries(raw)) {
      if (isEmpty(value)) continue;
      const name = camelKey(key);
      const found = { key, value, path: [...path, key], isOwn: path === this.path };
      const others = this.#values.get(name);
      if (others) others.push(found);
      else this.#values.set(name, [found]);
    }
  }

  /** The first value under one of the keys; a second one that says something else is reported. */
  find(keys: readonly string[]): Found | undefined {
    const isNew = !this.#asked.has(keys[0]);
    for (const key of keys) this.#asked.add(key);
    const found = keys.flatMap((key) => this.#values.get(key) ?? []);
    const first = found.find(({ isOwn }) => isOwn) ?? found[0];
    for (const other of isNew ? found : []) {
      if (!other.isOwn || spell(other.value) === spell(first.value)) continue;
      const detail = quote(other.value);
      this.#setting.account.leftOut(other.path, 'said twice in other words; the first was taken', { detail });
    }
    return first;
  }

  /** The values of a table of fields, converted; null where there is none or it was not usable. */
  read<F extends Fields>(fields: F, zone = this.#setting.zone): Values<F> {
    const values = Object.entries(fields).map(([name, { keys, convert }]) => {
      const found = this.find([name, ...keys]);
      if (!found) return [name, null];
      const value = convert(found.value, { ...this.#setting, zone, path: found.path });
      if (value !== null && !found.isOwn) {
        const reason = 'taken from what the sessions say, the row has nothing';
        this.#setting.account.tally([this.path[0], found.key], 'changed', reason);
      }
      return [name, value];
    });
    return Object.fromEntries(values) as Values<F>;
  }

  /** Reports, once for each key of a kind, what nobody asked for. */
  reportRest(kind: string): void {
    const known = { ...ignoredKeys.row, ...ignoredKeys[kind] };
    for (const [name, found] of this.#values) {
      if (this.#asked.has(name)) continue;
      const reason = Object.hasOwn(known, name) ? known[name] : 'keys that are not known';
      for (const { value, path } of found) {
        const place = path.filter((step) => typeof step === 'string');
        const count = Array.isArray(value) ? value.length : 1;
        this.#setting.account.tally(place, 'left-out', reason, undefined, count);
      }
    }
  }
}

/** An id of the file as text; null when there is none. */
export function sourceId(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw);
  if (typeof raw !== 'string') return null;
  return storable(raw).trim().slice(0, 200) || null;
}

/** A name without regard to case and spacing. */
export const plainName = (name: string): string =>
  name.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();

/** Whether two names differ at most in case and spacing. */
export const sameName = (one: string, other: string): boolean => plainName(one) === plainName(other);
