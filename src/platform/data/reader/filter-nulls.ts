/** Nulls in filters: a null is never "no condition". What has no value is asked for by `isNull`. */
import type { InputProblem } from '../../graphql/errors.ts';
import { badInput } from '../../graphql/errors.ts';

type Path = readonly (string | number)[];

/** Throws BAD_USER_INPUT, with the place of each, where a filter has nulls in the place of conditions or of their values. */
export function assertNoNulls(filter: object): void {
  const problems = nullsIn(filter, ['filter']);
  if (problems.length > 0) throw badInput(problems);
}

function nullsIn(value: unknown, path: Path): InputProblem[] {
  if (value === null) return [{ path, message: 'cannot be null: leave it out, or ask with isNull for what has no value' }];
  if (typeof value !== 'object' || value instanceof Date) return [];
  const inner: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return inner.flatMap(([key, one]) => nullsIn(one, [...path, key]));
}
