/**
 * The writers of rows and lists: what transcribe.ts needs to turn the JSON of one statement into an answer. Null where
 * an answer cannot be written so: a guarded or computed field, cursors, a list read backwards.
 */
import type { Codec } from './decode.ts';
import type { ListRequest, Output, RowRequest } from './request.ts';
import type { Transcript, ValueWriter, Writer } from './transcribe.ts';
import { NotTranscribable, bytesOf } from './transcribe.ts';

const [endOfObject, startOfList, endOfList, comma] = ['}', '[', ']', ','].map(bytesOf);

/** A field of an object that is written: its name, and where its value comes from. */
interface Field {
  readonly name: Uint8Array;
  readonly isNullable: boolean;
  /** The place of its value among the columns, or -1. */
  readonly column: number;
  readonly value: ValueWriter | null;
  readonly edge: Writer | null;
}

/** Writes rows that are an array of values as text, followed by the JSON of each edge. */
export function rowWriter(
  { model, outputs }: RowRequest,
  columns: readonly (readonly [key: string, codec: Codec])[],
  edges: readonly { readonly key: string; readonly compiled: { readonly write: Writer | null } }[],
): Writer | null {
  if (!outputs || outputs.length === 0) return null;
  const fields: Field[] = [];
  for (const [index, output] of outputs.entries()) {
    const column = columns.findIndex(([key]) => key === output.key);
    const value = columns[column]?.[1].write ?? null;
    const edge = edges.find(({ key }) => key === output.key)?.compiled.write ?? null;
    if (!value && !edge && output.key !== '__typename') return null;
    fields.push({ name: nameOf(output, index, model.name), isNullable: output.isNullable, column, value, edge });
  }
  // Values come before edges, whatever their order in the answer: where they lie is noted before any is written.
  const from = new Int32Array(columns.length);
  const to = new Int32Array(columns.length);
  return (transcript) => {
    transcript.open();
    transcript.open();
    for (let index = 0; index < columns.length; index += 1) {
      if (index > 0) transcript.next();
      from[index] = transcript.place;
      to[index] = transcript.pass();
    }
    transcript.close();
    for (let index = 0; index < fields.length; index += 1) {
      const { name, isNullable, column, value, edge } = fields[index];
      transcript.put(name);
      if (edge) {
        transcript.next();
        if (!isNullable && transcript.isNull(transcript.place)) throw new NotTranscribable('null where none may be');
        edge(transcript);
      } else if (value) {
        if (!transcript.isNull(from[column])) value(transcript, from[column], to[column]);
        else if (isNullable) transcript.copy(from[column], to[column]);
        else throw new NotTranscribable('null where none may be');
      }
    }
    transcript.close();
    transcript.put(endOfObject);
  };
}

/** Writes the connection of a page of rows, which the count, where it is asked for, precedes. */
export function listWriter({ outputs, type, wantsEdges, wantsPageInfo, wantsTotal }: ListRequest, row: Writer | null): Writer | null {
  if (!row || wantsEdges || wantsPageInfo || outputs.filter(({ key }) => key === 'nodes').length !== 1) return null;
  const fields = outputs.map((output, index) => ({ key: output.key, name: nameOf(output, index, type) }));
  return (transcript) => {
    let [from, to] = [0, 0];
    if (wantsTotal) {
      transcript.open();
      from = transcript.place;
      to = transcript.pass();
      transcript.next();
    }
    for (const { key, name } of fields) {
      transcript.put(name);
      if (key === 'nodes') writeRows(transcript, row);
      else if (key === 'totalCount') transcript.copy(from, to);
    }
    if (wantsTotal) transcript.close();
    transcript.put(endOfObject);
  };
}

/** Writes one row, or null where there is none. */
export function singleWriter(row: Writer | null): Writer | null {
  return row && ((transcript) => (transcript.isNull(transcript.place) ? transcript.copy(transcript.place, transcript.pass()) : row(transcript)));
}

/** An empty page is null, since that is what json_agg makes of no rows. */
function writeRows(transcript: Transcript, row: Writer): void {
  transcript.put(startOfList);
  if (transcript.isNull(transcript.place)) transcript.pass();
  else {
    transcript.open();
    row(transcript);
    while (transcript.more()) {
      transcript.put(comma);
      row(transcript);
    }
    transcript.close();
  }
  transcript.put(endOfList);
}

/** The bytes before a value: the bracket or comma, and the name; of `__typename` the value too. */
function nameOf({ as, key }: Output, index: number, type: string): Uint8Array {
  return bytesOf(`${index === 0 ? '{' : ','}"${as}":${key === '__typename' ? `"${type}"` : ''}`);
}
