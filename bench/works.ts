/**
 * The works of the bench: for each the GraphQL text that our server gets, and the text that makes
 * PostGraphile, which knows no rules, return the same rows under the same names. Used by run.ts; the bare
 * server's SQL is in bare-server.ts.
 */

/** What one request asks for. */
export interface Work {
  readonly name: 'nested' | 'flat';
  readonly title: string;
  /** For our server. */
  readonly query: string;
  /** For PostGraphile: conditions written out, names aliased to ours. */
  readonly postgraphile: string;
  /** Levels of the query that read rows: the allowance of SQL statements. */
  readonly levels: number;
  /** Objects in the answer's first two levels, so that an empty answer is not mistaken for a fast one. */
  readonly expected: { readonly events: number; readonly sessionsEach?: number };
}

const event = 'name identifier description startsAt endsAt timezone locationName';
const session = 'title subtitle state level language startsAt';
const speaker = 'name organisation position country city shortBiography';

/** Every work, by name. */
export const works: readonly Work[] = [
  {
    name: 'nested',
    title: '20 events × 10 sessions × speakers',
    levels: 3,
    expected: { events: 20, sessionsEach: 10 },
    query: `{ events(first: 20, orderBy: STARTS_AT_ASC) { nodes { id ${event}
      sessions(first: 10, orderBy: STARTS_AT_ASC) { nodes { id ${session}
        speakers(first: 20) { nodes { id ${speaker} } } } } } } }`,
    postgraphile: `{ events: allEvents(first: 20, condition: { state: "PUBLISHED" }, orderBy: [STARTS_AT_ASC, ROW_ID_ASC]) { nodes { id: rowId ${event}
      sessions: sessionsByEventId(first: 10, condition: { state: "ACCEPTED" }, orderBy: [STARTS_AT_ASC, ROW_ID_ASC]) { nodes { id: rowId ${session}
        speakers: sessionSpeakersBySessionId(first: 20) { nodes { speaker: speakerBySpeakerId { id: rowId ${speaker} } } } } } } } }`,
  },
  {
    name: 'flat',
    title: '100 events, flat',
    levels: 1,
    expected: { events: 100 },
    query: `{ events(first: 100, orderBy: STARTS_AT_ASC) { nodes { id ${event} } } }`,
    postgraphile: `{ events: allEvents(first: 100, condition: { state: "PUBLISHED" }, orderBy: [STARTS_AT_ASC, ROW_ID_ASC]) { nodes { id: rowId ${event} } } }`,
  },
];
