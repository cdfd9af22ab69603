/**
 * A SQL statement under construction: parameters are numbered in the order in which they are written, and table
 * aliases are unique within the statement. Which statements are prepared is decided in reader/plans.ts.
 */
import { createHash } from 'node:crypto';

/** Collects the parameters and hands out the aliases of one statement. */
export class Statement {
  readonly values: unknown[] = [];
  private readonly numbers = new Map<unknown, string>();
  private aliases = 0;

  /** The placeholder of a parameter, with a cast where the type is given; equal primitives share one. */
  param(value: unknown, type?: string): string {
    const key = typeof value === 'object' && value !== null ? value : `${typeof value}:${String(value)}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      this.values.push(value);
      number = `$${this.values.length}`;
      this.numbers.set(key, number);
    }
    return type ? `${number}::${type}` : number;
  }

  /** A table alias that nothing else in this statement has. */
  alias(): string {
    this.aliases += 1;
    return `t${this.aliases}`;
  }
}

/** An identifier, quoted. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A constant of the code as a SQL literal. Never for user input: that goes through `Statement.param`. */
export function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/** A short stable name for a text, for prepared statements and cursors. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
