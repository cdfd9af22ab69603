/** Trying a write on many rows, over HTTP, and comparing what each was answered with. */
import { expect } from '@jest/globals';
import type { TestServer } from '../kit/server.ts';
import type { Verdict } from './oracle.ts';

/** One write on one row, and what it is to be answered with. */
export interface Try {
  /** Tells the row from the others where the test fails. */
  readonly label: string;
  readonly variables: Record<string, unknown>;
  readonly expected: Verdict;
}

/** Tries a write for everything, a few at a time: each is answered OK, or with the one code of its error. */
export async function tryAll(
  server: TestServer,
  token: string | undefined,
  document: string,
  tries: readonly Try[],
): Promise<void> {
  const found: [string, string][] = [];
  for (let at = 0; at < tries.length; at += 5) {
    const some = tries.slice(at, at + 5);
    const answers = await Promise.all(
      some.map(({ variables }) => server.ask(document, variables, { token: token ?? null })),
    );
    some.forEach(({ label }, index) =>
      found.push([label, answers[index].errors?.map(({ extensions }) => extensions.code).join() ?? 'OK']),
    );
  }
  expect(found).toEqual(tries.map(({ label, expected }) => [label, expected]));
}
