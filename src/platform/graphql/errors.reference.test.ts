import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes } from './errors.ts';
import { errorsReference } from './errors.reference.ts';

const root = join(import.meta.dirname, '../../..');
const codes = Object.keys(errorCodes).sort();

/** Codes that Apollo makes; ours only document them. */
const fromApollo = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];

describe('the codes of errors', () => {
  it('are all on the page, and no others', () => {
    const committed = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
    for (const page of [errorsReference(), committed]) {
      const listed = [...page.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)];
      expect(listed.map(([, code]) => code).sort()).toEqual(codes);
      for (const [, code, meaning] of listed)
        expect(meaning).toBe(errorCodes[code as keyof typeof errorCodes]);
    }
  });

  it('are all made somewhere, and no others are', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(root, 'src', file), 'utf8'));
    const made = new Set(
      sources.flatMap((text) =>
        [...text.matchAll(/(?:\bcode: |new PublicError\()'([A-Z][A-Z_]+)'/g)].map(([, code]) => code),
      ),
    );
    expect([...made].filter((code) => !codes.includes(code))).toEqual([]);
    const unmade = codes.filter((code) => !made.has(code) && !fromApollo.includes(code));
    expect(unmade).toEqual([]);
  });
});
