/**
 * Expressions of the lab: one call of one function with literal arguments, such as `get_voltage('A1')` or
 * `capture1('A1', 200, gap=10)`. A real parser reads the text and a closed list of its nodes is accepted; nothing is
 * ever evaluated. Whatever else stands there is refused with the place of it.
 */
import type { Expression, Identifier, Literal, SpreadElement } from 'acorn';
import { parseExpressionAt } from 'acorn';

/** The most characters of an expression, and of a text in it. */
export const longestExpression = 500;

/** A value that can be written as an argument. */
export type LabValue = string | number | boolean | null | readonly LabValue[];

/** One argument as it stands in the expression; `name` is null for one that counts by its place. */
export interface LabArgument {
  readonly name: string | null;
  readonly value: LabValue;
  /** The place of its first character, counted from 0. */
  readonly position: number;
}

/** A call that was read from an expression. */
export interface LabCall {
  readonly name: string;
  readonly position: number;
  readonly arguments: readonly LabArgument[];
}

/** An expression is not what the lab runs. `position` is the place of what is wrong, in characters counted from 0. */
export class LabExpressionError extends Error {
  override readonly name = 'LabExpressionError';

  constructor(
    message: string,
    readonly position: number,
  ) {
    super(`${message} (at character ${position + 1})`);
  }
}

/** What people write who expect more of an expression, by the kind of the parser's node. */
const refusals: Readonly<Record<string, string>> = {
  MemberExpression: 'a function has no parts here: write its name alone',
  ChainExpression: 'a function has no parts here: write its name alone',
  CallExpression: 'a call cannot be an argument: run it first and write its value',
  NewExpression: 'nothing is made here: write a number, a text, true, false, null or a list of these',
  TemplateLiteral: "a text stands in 'quotes', not in backticks",
  TaggedTemplateExpression: "a text stands in 'quotes', not in backticks",
  Identifier: "a bare word is no value: a text stands in 'quotes'",
  BinaryExpression: 'nothing is calculated here: write the value itself',
  LogicalExpression: 'nothing is calculated here: write the value itself',
  ConditionalExpression: 'nothing is calculated here: write the value itself',
  UpdateExpression: 'nothing is calculated here: write the value itself',
  UnaryExpression: 'only a minus or plus before a number is understood',
  SequenceExpression: 'only one call can be run at a time',
  AssignmentExpression: 'an argument is named as in gap=10',
  SpreadElement: 'dots stand for nothing here: write the arguments out',
  ObjectExpression: 'write a number, a text, true, false, null or a list of these',
};

/** Reads a call. Throws LabExpressionError, with the place, for everything that is not one call with literal arguments. */
export function parseLabCall(text: string): LabCall {
  if (text.length > longestExpression) {
    throw new LabExpressionError(
      `an expression has at most ${longestExpression} characters`,
      longestExpression,
    );
  }
  const expression = parse(text);
  if (expression.type !== 'CallExpression') {
    if (expression.type === 'Identifier') {
      throw new LabExpressionError('brackets are missing after the name of the function', expression.end);
    }
    if (expression.type === 'SequenceExpression')
      throw refused({ type: expression.type, start: expression.expressions[1].start });
    throw refused(expression, "expected one call, such as get_voltage('A1')");
  }
  const { callee } = expression;
  if (callee.type === 'Super' || callee.type !== 'Identifier')
    throw refused(callee, 'expected the name of a function');
  return {
    name: nameOf(callee, text),
    position: callee.start,
    arguments: argumentsOf(expression.arguments, text),
  };
}

function parse(text: string): Expression {
  let commentAt: number | null = null;
  let expression: Expression;
  try {
    expression = parseExpressionAt(text, 0, {
      ecmaVersion: 2022,
      sourceType: 'script',
      onComment: (_isBlock, _comment, start) => void (commentAt ??= start),
    });
  } catch (error) {
    const { pos = 0, message } = error as { pos?: number; message: string };
    if (text.trim() === '') throw new LabExpressionError("expected one call, such as get_voltage('A1')", 0);
    throw new LabExpressionError(message.replace(/ \(\d+:\d+\)$/, '').toLowerCase(), pos);
  }
  if (commentAt !== null) throw new LabExpressionError('comments are not read', commentAt);
  // The parser leaves brackets around an expression out of its tree.
  const before = text.slice(0, expression.start).search(/\S/);
  if (before >= 0) throw new LabExpressionError("expected one call, such as get_voltage('A1')", before);
  const more = text.slice(expression.end).search(/\S/);
  if (more >= 0) throw new LabExpressionError('only one call can be run at a time', expression.end + more);
  return expression;
}

function argumentsOf(nodes: readonly (Expression | SpreadElement)[], text: string): LabArgument[] {
  const found: LabArgument[] = [];
  for (const node of nodes) {
    if (node.type === 'AssignmentExpression' && node.operator === '=' && node.left.type === 'Identifier') {
      const name = nameOf(node.left, text);
      if (found.some((one) => one.name === name))
        throw new LabExpressionError('an argument is given twice', node.start);
      found.push({ name, value: valueOf(node.right), position: node.start });
    } else {
      if (found.at(-1)?.name) throw new LabExpressionError('named arguments come last', node.start);
      found.push({ name: null, value: valueOf(node), position: node.start });
    }
  }
  return found;
}

/** A name as it is written: a letter that is spelt as an escape, or that only looks like another, is no name of ours. */
function nameOf(node: Identifier, text: string): string {
  const written = text.slice(node.start, node.end);
  const strange = written.search(/[^A-Za-z0-9_]/);
  if (strange >= 0)
    throw new LabExpressionError('names are of plain letters, digits and _', node.start + strange);
  return node.name;
}

function valueOf(node: Expression | SpreadElement): LabValue {
  switch (node.type) {
    case 'Literal':
      return literalOf(node);
    case 'UnaryExpression': {
      const { argument, operator } = node;
      const isSigned =
        (operator === '-' || operator === '+') &&
        argument.type === 'Literal' &&
        typeof argument.value === 'number';
      if (!isSigned) throw refused(node);
      const value = literalOf(argument) as number;
      return operator === '-' ? -value : value;
    }
    case 'ArrayExpression':
      return node.elements.map((element) => {
        if (!element) throw new LabExpressionError('a list has no gaps', node.start);
        // A list of lists is of no use to any function, and a deep one is somebody's mischief.
        if (element.type === 'ArrayExpression')
          throw new LabExpressionError('a list holds no lists', element.start);
        return valueOf(element);
      });
    default:
      throw refused(node);
  }
}

function literalOf({ value, start, ...node }: Literal): string | number | boolean | null {
  if (node.regex || (node.bigint !== null && node.bigint !== undefined)) {
    throw new LabExpressionError(refusals.ObjectExpression, start);
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new LabExpressionError('the number is too large', start);
  return value as string | number | boolean | null;
}

function refused(
  node: { readonly type: string; readonly start: number },
  otherwise = refusals.ObjectExpression,
): LabExpressionError {
  return new LabExpressionError(refusals[node.type] ?? otherwise, node.start);
}
