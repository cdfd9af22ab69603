/** docs/reference/errors.md: every code of the contract and what it tells a caller; written by scripts/docs.ts. */
import { errorCodes } from './errors.ts';

/** The reference page of the error codes. */
export function errorsReference(): string {
  const rows = Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    '# Errors',
    '',
    'Generated from the registry of codes; `npm run docs` writes it anew.',
    '',
    'Errors come as GraphQL has them, in `errors` of the response, each with `extensions.code`. A field that the viewer may',
    'not read is null, with one `FORBIDDEN` error for each field of the document that refused a row: `extensions.field` names',
    'it (`Speaker.email`) and `path` leads to the first refused row. What an operation may not write is an error, and nothing',
    'is changed.',
    '',
    '| code | what it tells |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}
