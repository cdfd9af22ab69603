/**
 * What may be written down of a fault of PostgreSQL. It quotes rows and values in its messages, which are people's: of
 * such a fault there is left what kind it was, and where.
 */

/** The fields of PostgreSQL's errors that hold values or statements. */
const quoting = [
  'detail',
  'where',
  'hint',
  'internalQuery',
  'query',
  'parameters',
  'params',
  'values',
  'sql',
];

/** Classes of SQLSTATE whose messages name tables, columns and conditions of the server, and no values. */
const plain = /^(08|25|40|42|53|55|57|58)/;

interface DatabaseFault {
  readonly code: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** The message of an error, without values where it is, or was caused by, a fault of PostgreSQL's. */
export function messageOf(error: Error): string {
  const fault = databaseFault(error);
  if (!fault || plain.test(fault.code)) return error.message;
  const at = (['table', 'column', 'constraint'] as const).flatMap((name) =>
    fault[name] ? [`${name} ${fault[name]}`] : [],
  );
  return `PostgreSQL refused a statement with ${[fault.code, ...at].join(', ')}`;
}

/** A serialised error without values: `serialised` is what the logger made of `error`. */
export function withoutValues(
  error: Error,
  serialised: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fault = databaseFault(error);
  const copy: Record<string, unknown> = {};
  // `in` rather than own keys: pino's serialised errors keep their fields on a prototype.
  for (const name in serialised) if (!fault || !quoting.includes(name)) copy[name] = serialised[name];
  if (!fault || plain.test(fault.code)) return copy;
  const frames = String(serialised.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return { ...copy, message: messageOf(error), stack: [messageOf(error), ...frames].join('\n') };
}

function databaseFault(error: unknown, depth = 0): DatabaseFault | null {
  if (typeof error !== 'object' || error === null || depth > 5) return null;
  const { code, cause, severity } = error as {
    readonly code?: unknown;
    readonly cause?: unknown;
    readonly severity?: unknown;
  };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && severity !== undefined)
    return error as DatabaseFault;
  return databaseFault(cause, depth + 1);
}
