/**
 * Reads an event for an export, as the one who asks for it: page for page, through the schema. What they may not see
 * is not there, a field that they may not read is null.
 */
import type { ExecutionResult } from 'graphql';

/** A row as the schema answers it. */
export type Row = Record<string, any>;

/** Asks as whoever the export is for. */
export type AskAs = (
  document: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<ExecutionResult>;

/** Which event. */
export type EventKey = { readonly id: string } | { readonly identifier: string };

/** The event itself; null where there is none for the one who asks. @param fields a selection */
export async function readEvent(ask: AskAs, key: EventKey, fields: string): Promise<Row | null> {
  const answer = await ask(
    `query ($id: ID, $identifier: String) { event(id: $id, identifier: $identifier) { id ${fields} } }`,
    key,
  );
  return dataOf(answer).event as Row | null;
}

/**
 * All rows of a list of an event.
 * @param list the list with its arguments, such as `sessions(orderBy: STARTS_AT_ASC)`
 * @param fields a selection
 */
export async function readList(
  ask: AskAs,
  eventId: string,
  list: string,
  fields: string,
  signal?: AbortSignal,
): Promise<Row[]> {
  const [, name, args = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(list)!;
  const document = `query ($id: ID!, $after: String) {
    event(id: $id) { rows: ${name}(first: 100, after: $after${args && `, ${args}`}) { pageInfo { hasNextPage endCursor } nodes { id ${fields} } } }
  }`;
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    signal?.throwIfAborted();
    const page = (dataOf(await ask(document, { id: eventId, after })).event as Row | null)?.rows as
      Row | undefined;
    rows.push(...((page?.nodes ?? []) as Row[]));
    if (!page?.pageInfo.hasNextPage) return rows;
    after = page.pageInfo.endCursor as string;
  }
}

/** What was answered. Refused fields are null there, which is as it should be; anything else that went wrong is thrown. */
export function dataOf({ data, errors = [] }: ExecutionResult): Row {
  const fault = errors.find(
    ({ extensions }) => !(extensions.code === 'FORBIDDEN' && typeof extensions.field === 'string'),
  );
  if (fault || !data) throw fault ?? new Error('There was no answer');
  return data;
}
