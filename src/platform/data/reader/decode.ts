/**
 * Decoding: rows leave PostgreSQL as arrays of text, since that is what it makes fastest (docs/bench.md); here each
 * text becomes the value that the schema has, ids and times included, so that nothing is left for the executor to do.
 */
import { encodeUuid, prefixOf } from '../../graphql/node.ts';
import type { Column, Model } from '../model.ts';

/** Turns the text of a column into its value. */
export type Decoder = (text: string) => unknown;

/** A plain row: properties by name, grants by `?name`, relations by their key in the document. */
export type PlainRow = Record<string, unknown>;

const asText: Decoder = (text) => text;
const asNumber: Decoder = Number;
const asBoolean: Decoder = (text) => text === 'true';
const asJson: Decoder = (text) => JSON.parse(text) as unknown;

/** `2027-03-01 09:00:00.5+00` (the server's time zone is UTC) as RFC 3339. */
function asTime(text: string): string {
  const time = text.endsWith('+00') ? text.slice(0, -3) : text;
  return `${time.slice(0, 10)}T${time.slice(11)}Z`;
}

/** The decoder of a column. A primary or foreign key becomes the id that clients see. */
export function decoderOf(model: Model, column: Column): Decoder {
  if (column.property === 'id') {
    const prefix = `${prefixOf(model.name)}_`;
    return (text) => prefix + encodeUuid(text);
  }
  const { type } = column;
  if (type === 'boolean') return asBoolean;
  if (type === 'int' || type === 'double precision') return asNumber;
  if (type === 'jsonb') return asJson;
  return type.startsWith('timestamptz') ? asTime : asText;
}

/** The decoder of a boolean expression. */
export const decodeBoolean = asBoolean;
