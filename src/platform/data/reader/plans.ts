/**
 * Plans: compiled statements, kept for anonymous reads, which depend on nothing but the document and its variables.
 * One per application. What clients can make grow is bounded: plans of a field, and prepared statements.
 */
import { digest } from '../sql.ts';
import type { Writer } from './transcribe.ts';

/** A compiled statement: its text, its parameters, and the decoder and the writer of its one value. */
export interface Plan {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly decode: (json: unknown) => unknown;
  readonly write: Writer | null;
  /** How often it has run. */
  runs: number;
  /** How long it takes in the database once it is prepared: smoothed. Null before the first of them. */
  milliseconds: number | null;
}

/** Most plans that are kept for one field of a document. */
const mostPlans = 100;
/** The run from which on a statement is prepared; and most that are, since each connection keeps them all. */
const prepareAfter = 5;
const mostPrepared = 200;
/** A statement that takes no longer may share a line with others, in milliseconds. */
const quick = 1;
/** How much one run counts beside those before it: little when it took longer, which a busy machine makes happen to any. */
const weight = { shorter: 1 / 4, longer: 1 / 32 } as const;

/** Notes how long a run of a prepared statement took in the database. */
export function noteTime(plan: Plan, milliseconds: number): void {
  const known = plan.milliseconds ?? milliseconds;
  plan.milliseconds = known + (milliseconds - known) * (milliseconds < known ? weight.shorter : weight.longer);
}

/** Whether a plan has turned out to be quick. */
export function isQuick({ milliseconds }: Plan): boolean {
  return milliseconds !== null && milliseconds <= quick;
}

/** Keeps plans, and says which of them are worth preparing. */
export class Plans {
  // Documents are cached by their text and go with it; these plans go with the document.
  private readonly byField = new WeakMap<object, Map<string, Plan>>();
  private readonly prepared = new Map<string, string>();

  /** The plan of a field of a document for these variables, made where it is not kept yet. */
  of(field: object, key: string, make: () => Plan): Plan {
    let plans = this.byField.get(field);
    if (!plans) this.byField.set(field, (plans = new Map()));
    let plan = plans.get(key);
    if (!plan) {
      if (plans.size >= mostPlans) plans.clear();
      plans.set(key, (plan = make()));
    }
    return plan;
  }

  /**
   * The name under which a statement is prepared, or undefined where it is sent as it is. Without parameters the
   * generic plan of a prepared statement is the very plan, so those are worth a name once they have come often.
   */
  nameOf(plan: Plan): string | undefined {
    plan.runs += 1;
    if (plan.values.length > 0 || plan.runs < prepareAfter) return undefined;
    const known = this.prepared.get(plan.text);
    if (known !== undefined || this.prepared.size >= mostPrepared) return known;
    const name = digest(plan.text);
    this.prepared.set(plan.text, name);
    return name;
  }
}
