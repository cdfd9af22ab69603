/**
 * Faults of inputs in words that have no value of an input in them: it may be a secret in the wrong place. Paths and
 * types say enough. The messages of graphql-js are rewritten here, those of literals and those of variables.
 */
import type {
  GraphQLFormattedError,
  GraphQLInputType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import {
  GraphQLError,
  coerceInputValue,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isNonNullType,
  typeFromAST,
} from 'graphql';
import type { InputProblem } from './errors.ts';
import { PublicError, errorCodes } from './errors.ts';

/** Most problems of variables that are told at once, and most errors of one fault. */
const mostProblems = 10;
const mostOfOneFault = 3;

/** The error of ours that a GraphQL error was made of, if any. */
export function publicCause(error: GraphQLError): PublicError | null {
  if (error instanceof PublicError) return error;
  const cause = error.originalError;
  if (cause instanceof PublicError) return cause;
  return cause instanceof GraphQLError ? publicCause(cause) : null;
}

/** What is wrong with the variables of an operation, each with its path. */
export function variableProblems(
  schema: GraphQLSchema,
  node: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): InputProblem[] {
  const problems: InputProblem[] = [];
  for (const { variable, type: typeNode, defaultValue } of node.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined || value === null) {
      const isMissing = isNonNullType(type) && (value === null || !defaultValue);
      if (isMissing) problems.push({ path: [name], message: `is required: a value of type ${type}` });
      continue;
    }
    coerceInputValue(value, type, (path, _value, error) =>
      problems.push({ path: [name, ...path], message: problemOf(error, type, path) }),
    );
  }
  return problems.slice(0, mostProblems);
}

function problemOf(error: GraphQLError, type: GraphQLInputType, path: readonly (string | number)[]): string {
  const fields = publicCause(error)?.extensions.fields as InputProblem[] | undefined;
  if (fields?.[0]) return fields[0].message;
  // Of the schema alone, and of the names of the input's keys.
  if (
    /^(Field "|Exactly one key |Expected non-nullable type "|Expected type "\w+" to be an object\.$)/.test(
      error.message,
    )
  )
    return error.message;
  return expected(typeAt(type, path));
}

function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType {
  let at = getNamedType(type);
  for (const key of path) {
    if (typeof key === 'string' && isInputObjectType(at)) at = getNamedType(at.getFields()[key].type);
  }
  return at;
}

function expected(type: GraphQLInputType): string {
  return isEnumType(type)
    ? `expected a value of the enum ${type.name}`
    : `expected a value of type ${getNamedType(type).name}`;
}

/** A formatted error of a document that was not executed, without values and with a code of the contract. */
export function formatDocumentError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { message } = formatted;
  if (/more th[ae]n? \d+ tokens|more that \d+ tokens/i.test(message))
    return { message, extensions: { code: 'LIMIT_EXCEEDED' } };
  const cause = error instanceof GraphQLError ? publicCause(error) : null;
  if (cause) return { ...formatted, message: cause.message, extensions: cause.extensions };
  const told = { ...formatted, message: withoutValues(message) };
  const code = String(formatted.extensions?.code);
  if (
    code === 'GRAPHQL_VALIDATION_FAILED' &&
    /cannot represent|^Expected value of type ".+!", found null/.test(message)
  ) {
    return { ...told, extensions: { code: 'BAD_USER_INPUT', fields: [{ path: [], message: told.message }] } };
  }
  // Apollo has codes of its own for requests that are none (BAD_REQUEST, OPERATION_RESOLUTION_FAILURE and more).
  return Object.hasOwn(errorCodes, code)
    ? told
    : { ...told, extensions: { code: 'BAD_USER_INPUT', fields: [{ path: [], message: told.message }] } };
}

/** A message of graphql-js without what it quotes of the document's values. */
function withoutValues(message: string): string {
  const type =
    /^Expected value of type "([^"]+)", found /.exec(message) ?? /^(\w+) cannot represent /.exec(message);
  if (type) return `Expected a value of type ${type[1]}`;
  const enumName =
    /^Enum "(\w+)" cannot represent /.exec(message) ??
    /^Value "[\s\S]*" does not exist in "(\w+)" enum\./.exec(message);
  // The last of these words is of graphql-js: the value may have the same.
  const suggestion = message.lastIndexOf(' Did you mean ');
  if (enumName)
    return `Expected a value of the enum ${enumName[1]}.${suggestion > 0 && message.endsWith('?') ? message.slice(suggestion) : ''}`;
  if (message.startsWith('Syntax Error: ')) return withoutTokens(message);
  if (message.startsWith('Unknown operation named '))
    return 'The document has no operation with the name of operationName';
  return message;
}

/** A syntax error without the text that it was found at: the location says where that is. */
function withoutTokens(message: string): string {
  return message
    .replace(/\b(Name|Int|Float|String|BlockString|Comment) "[\s\S]*"\.?$/, '$1.')
    .replace(/(: )"[\s\S]*"\.?$/, '.')
    .replace(/: \.$/, '.');
}

/** Errors without the repetitions of one fault: the first three of the same code and words are told. */
export function withoutRepetitions<T extends GraphQLFormattedError>(errors: readonly T[]): T[] {
  const seen = new Map<string, number>();
  return errors.filter(({ message, extensions }) => {
    const fault = `${String(extensions?.code)} ${message}`;
    const count = (seen.get(fault) ?? 0) + 1;
    seen.set(fault, count);
    return count <= mostOfOneFault;
  });
}
