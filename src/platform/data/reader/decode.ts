/**
 * Decoding: rows leave PostgreSQL as arrays of text, since that is what it makes fastest (docs/bench.md); here each
 * text becomes the value that the schema has, ids and times included, so that nothing is left for the executor to do.
 * Answers that need no executor are transcribed instead (transcribe.ts), value by value to the same effect.
 */
import { encodeUuid, prefixOf } from '../../graphql/node.ts';
import type { Column, Model } from '../model.ts';
import type { ValueWriter } from './transcribe.ts';
import { bytesOf } from './transcribe.ts';

/** Turns the text of a column into its value. */
export type Decoder = (text: string) => unknown;

/** A plain row: properties by name, grants by `?name`, relations by their key in the document. */
export type PlainRow = Record<string, unknown>;

/** The two ways of reading a value: decoded for the executor, or written as the JSON of what decoding would give. */
export interface Codec {
  readonly decode: Decoder;
  /** Null for a guarded value, of which the executor has to tell what was refused. */
  readonly write: ValueWriter | null;
}

function codec(decode: Decoder, write: ValueWriter = (transcript, from, to) => transcript.convert(from, to, decode)): Codec {
  return { decode, write };
}

/** `2027-03-01 09:00:00.5+00` (the server's time zone is UTC) as RFC 3339. */
function asTime(text: string): string {
  const time = text.endsWith('+00') ? text.slice(0, -3) : text;
  return `${time.slice(0, 10)}T${time.slice(11)}Z`;
}

const texts = codec((text) => text, (transcript, from, to) => transcript.copy(from, to));
const numbers = codec(Number);
const booleans = codec((text) => text === 'true');
const documents = codec((text) => JSON.parse(text) as unknown);
const times = codec(asTime, (transcript, from, to) => transcript.time(from, to));

/** The codec of a column. A primary or foreign key becomes the id that clients see. */
export function codecOf(model: Model, column: Column): Codec {
  if (column.property === 'id') {
    const prefix = `${prefixOf(model.name)}_`;
    const opening = bytesOf(`"${prefix}`);
    return codec((text) => prefix + encodeUuid(text), (transcript, from) => transcript.id(from, opening));
  }
  const { type } = column;
  if (type === 'boolean') return booleans;
  if (type === 'int' || type === 'double precision') return numbers;
  if (type === 'jsonb') return documents;
  return type.startsWith('timestamptz') ? times : texts;
}

/** The codec of a boolean expression. */
export const booleanCodec = booleans;
