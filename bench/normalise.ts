/**
 * Brings the answers of different servers to one form, so that they can be compared by hash: ids become the
 * UUID inside, times become UTC, a link row gives way to the row it leads to, and a session's speakers stand
 * in the order of their ids (which order a peer can give them depends on the peer; which rows they are does
 * not). Used by run.ts before timing.
 */
import { createHash } from 'node:crypto';
import { TypeID } from 'typeid-js';

const typeId = /^[a-z_]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/**
 * The SHA-256 of an answer's data in normal form.
 * @throws when the answer carries errors, or no data.
 */
export function hashOf(answer: string): string {
  return createHash('sha256')
    .update(JSON.stringify(normalise(dataOf(answer))))
    .digest('hex');
}

/**
 * Where two values in normal form part first, with both sides: `events.nodes.3.name: "A" / "B"`; undefined
 * where they do not.
 */
export function firstDifference(ours: unknown, theirs: unknown, path = ''): string | undefined {
  if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null) {
    return ours === theirs ? undefined : `${path}: ${brief(ours)} / ${brief(theirs)}`;
  }
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  for (const key of keys) {
    const [a, b] = [ours, theirs].map((side) => (side as Record<string, unknown>)[key]);
    const difference = firstDifference(a, b, path ? `${path}.${key}` : key);
    if (difference) return difference;
  }
  return undefined;
}

function brief(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 120) ?? 'nothing';
}

/**
 * An answer's data.
 * @throws when the answer carries errors, or no data.
 */
export function dataOf(answer: string): unknown {
  const { data, errors } = JSON.parse(answer) as { data?: unknown; errors?: unknown };
  if (errors) throw new Error(`the answer carries errors: ${JSON.stringify(errors).slice(0, 500)}`);
  if (!data) throw new Error(`the answer carries no data: ${answer.slice(0, 200)}`);
  return data;
}

/** Any value of an answer in normal form; objects get their keys in the order of the alphabet. */
export function normalise(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => normalise(item));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.length === 1 && entries[0]![0] === 'speaker') return normalise(entries[0]![1]);
    return Object.fromEntries(
      entries.map(([name, inner]) => [
        name,
        name === 'speakers' ? byId(normalise(inner)) : normalise(inner, name),
      ]),
    );
  }
  if (typeof value !== 'string') return value;
  if (key === 'id' && typeId.test(value)) return TypeID.fromString(value).toUUID();
  return key.endsWith('At') && time.test(value) ? new Date(value).toISOString() : value;
}

function byId(connection: unknown): unknown {
  const { nodes, ...rest } = connection as { nodes: { id: string }[] };
  return { ...rest, nodes: nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}
