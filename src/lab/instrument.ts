/**
 * Instruments: what a measuring device offers to those who call it from afar. A real device implements `Instrument`
 * and marks its functions with `@labFunction`; what is not marked cannot be called at all, and what is marked as
 * protected (waking the device up, putting it away) is listed, and only the lab itself calls it.
 */
import 'reflect-metadata';
import type { LabCall, LabValue } from './lab.expression.ts';
import { LabExpressionError } from './lab.expression.ts';

/** What kind of value a parameter takes. */
export type LabParameterType = 'text' | 'number' | 'integer' | 'boolean';

/** One parameter of a function. */
export interface LabParameter {
  readonly name: string;
  readonly type: LabParameterType;
  readonly description: string;
  /** The only texts that are taken, for instance the names of the channels. */
  readonly options?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** The value where none is given; without one the parameter has to be given. */
  readonly default?: LabValue;
}

/** What is written at a function of an instrument. */
export interface LabFunctionInfo {
  readonly description: string;
  readonly parameters?: readonly LabParameter[];
  /** For the lab itself: initialisation and destruction. */
  readonly isProtected?: boolean;
}

/** A function of an instrument, as it was found. */
export interface LabFunction {
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly LabParameter[];
  readonly isProtected: boolean;
}

/** A measuring device. Its functions may be asynchronous and may throw: the message is shown to whoever called. */
export interface Instrument {
  readonly name: string;
  /** Wakes the device up in the state that it was left in; `null` the first time. */
  open(state: unknown): Promise<void> | void;
  /** Puts the device away; what it returns (JSON) is handed to the next `open`. */
  close(): Promise<unknown>;
}

const key = 'convoke:lab-function';

/** Marks a method as a function of the lab, and documents it. */
export function labFunction(info: LabFunctionInfo): MethodDecorator {
  return (prototype, name) => Reflect.defineMetadata(key, info, prototype, name as string);
}

/** The functions of an instrument by name, found by looking at its methods. */
export function functionsOf(instrument: object): ReadonlyMap<string, LabFunction> {
  const found = new Map<string, LabFunction>();
  for (
    let level = Object.getPrototypeOf(instrument) as object;
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object
  ) {
    for (const name of Object.getOwnPropertyNames(level)) {
      const info = Reflect.getOwnMetadata(key, level, name) as LabFunctionInfo | undefined;
      if (!info || found.has(name)) continue;
      found.set(name, {
        name,
        description: info.description,
        parameters: info.parameters ?? [],
        isProtected: info.isProtected === true,
      });
    }
  }
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
}

/**
 * The arguments of a call in the order of the function's parameters. Throws LabExpressionError, with the place, for one
 * that is missing, unknown, given twice, of another type or out of range.
 */
export function argumentsFor({ name, parameters }: LabFunction, call: LabCall): LabValue[] {
  const given = new Map<string, { value: LabValue; position: number }>();
  for (const [index, argument] of call.arguments.entries()) {
    const parameter =
      argument.name === null ? parameters[index] : parameters.find((one) => one.name === argument.name);
    if (!parameter) {
      const what =
        argument.name === null
          ? `${name} takes ${count(parameters.length)}`
          : `${name} has no argument ${argument.name}`;
      throw new LabExpressionError(what, argument.position);
    }
    if (given.has(parameter.name))
      throw new LabExpressionError(`${parameter.name} is given twice`, argument.position);
    assertFits(parameter, argument.value, argument.position);
    given.set(parameter.name, argument);
  }
  return parameters.map((parameter) => {
    const one = given.get(parameter.name);
    if (one) return one.value;
    if (parameter.default === undefined)
      throw new LabExpressionError(`${name} needs ${parameter.name}`, call.position);
    return parameter.default;
  });
}

function assertFits(
  { name, type, options, minimum, maximum }: LabParameter,
  value: LabValue,
  position: number,
): void {
  const wrong = (message: string) => new LabExpressionError(`${name} ${message}`, position);
  if (type === 'text') {
    if (typeof value !== 'string') throw wrong("is a text: write it in 'quotes'");
    if (options && !options.includes(value)) throw wrong(`is one of ${options.join(', ')}`);
    return;
  }
  if (type === 'boolean') {
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) throw wrong('is true or false');
    return;
  }
  if (typeof value !== 'number') throw wrong('is a number');
  if (type === 'integer' && !Number.isInteger(value)) throw wrong('is a whole number');
  if (minimum !== undefined && value < minimum) throw wrong(`is at least ${minimum}`);
  if (maximum !== undefined && value > maximum) throw wrong(`is at most ${maximum}`);
}

function count(parameters: number): string {
  if (parameters === 0) return 'no arguments';
  return parameters === 1 ? 'one argument' : `at most ${parameters} arguments`;
}
