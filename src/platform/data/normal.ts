/**
 * The last line of defence for texts: whatever is about to be written has the normal form of its column. Inputs were
 * cleaned long before (platform/inputs.ts); what is found here came by a path that forgot to.
 */
import type { EventSubscriber, FlushEventArgs } from '@mikro-orm/core';
import { badInput } from '../graphql/errors.ts';
import type { InputProblem } from '../graphql/errors.ts';
import { asLine, judgeText } from '../values.ts';
import { textsOf } from './model.ts';

/** Throws BAD_USER_INPUT where a text of a row is not what its column holds. @param row values by property */
export function assertNormal(entity: object, row: Readonly<Record<string, unknown>>): void {
  const problems: InputProblem[] = [];
  for (const [property, column] of textsOf(entity)) {
    const value = row[property];
    if (typeof value !== 'string' || column.kind === 'opaque') continue;
    const { text, problem } = judgeText(column, value);
    if (problem !== null) problems.push({ path: ['input', property], message: problem });
    else if (text !== value) problems.push({ path: ['input', property], message: `is not in the normal form of a text of the kind ${column.kind}` });
  }
  if (problems.length > 0) throw badInput(problems);
}

/** A text of a row that may have been written before its kind had the present rule, as the column holds it now; what cannot be one is null. */
export function asNormal(entity: object, property: string, value: unknown): unknown {
  const column = textsOf(entity).get(property);
  if (typeof value !== 'string' || !column) return value;
  const judged = judgeText(column, value);
  return judged.problem === null ? judged.text : judgeText(column, asLine(value)).text;
}

/** Judges what entities are about to write. */
export class NormalTexts implements EventSubscriber {
  /** Called by MikroORM when it is about to write. */
  onFlush({ uow }: FlushEventArgs): void {
    for (const { type, meta, payload } of uow.getChangeSets()) {
      if (meta.class && (type === 'create' || type === 'update')) assertNormal(meta.class, payload as Record<string, unknown>);
    }
  }
}
