/**
 * The one way in which operations are executed, whoever sent them over whatever transport: coercion of variables,
 * limits that need them, the executor, and the one step after it that makes refusals and faults the contract's errors.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import {
  GraphQLError,
  GraphQLScalarType,
  Kind,
  execute,
  getOperationAST,
  getVariableValues,
  visit,
} from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { RefusedField } from '../../permissions/shield.ts';
import { NotTranscribable } from '../data/reader/transcribe.ts';
import { outcomeOf } from '../observe/metrics.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Context } from './context.ts';
import { badInput, unauthenticated } from './errors.ts';
import { publicCause, variableProblems } from './input-errors.ts';
import { assertArguments } from './input-limits.ts';
import { assertCost, textProblem } from './limits.ts';
import type { CostLimits } from './limits.ts';
import type { TextOperation } from './text-answers.ts';
import { isOpen, textOperation, textSchema } from './text-answers.ts';

// The CommonJS build shares its `graphql` with everything else here.
const require = createRequire(import.meta.url);
const { compileQuery, isCompiledQuery } = require('graphql-jit') as typeof import('graphql-jit');

/** What to execute. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: Context;
  readonly rootValue?: unknown;
  /** Whether the caller can send a `JsonText` in the data: HTTP does. */
  readonly takesText?: boolean;
}

/** How to execute. */
export interface ExecutorOptions {
  readonly schema: GraphQLSchema;
  readonly executor: 'jit' | 'graphql-js';
  /** How many times a document runs before it is compiled: compiling costs more than running it once. */
  readonly compileAfter: number;
  /** Null for operations of ours: limits are for those of others. */
  readonly limits: CostLimits | null;
  /** Whether answers may be made as text (text-answers.ts): not where guards stand on fields that everybody may read. */
  readonly textAnswers?: boolean;
  /** Told of every operation that was executed. */
  readonly metrics?: Pick<Metrics, 'observe'>;
}

/** An operation as graphql-jit runs it: to objects, or to text where it can be answered so. */
interface CompiledOperation {
  readonly query: CompiledQuery['query'] | null;
  readonly text: { readonly query: CompiledQuery['query']; readonly operation: TextOperation } | null;
}

/** Most compiled operations that are kept; the least recently used one goes first. */
const mostCompiled = 500;

/** Executes operations of one schema. */
export class Executor {
  private readonly compiled = new LRUCache<string, CompiledOperation>({ max: mostCompiled });
  private readonly documents = new WeakMap<DocumentNode, { readonly id: number; runs: number }>();
  private readonly textSchema: GraphQLSchema;
  private nextDocument = 1;

  constructor(private readonly options: ExecutorOptions) {
    this.textSchema = textSchema(options.schema);
  }

  /** Executes a query or mutation (or one message of a subscription, with its root value) that was validated. */
  async execute(operation: Operation): Promise<ExecutionResult> {
    const { metrics } = this.options;
    if (!metrics) return this.answer(operation);
    const start = performance.now();
    const result = await this.answer(operation);
    const kind = getOperationAST(operation.document, operation.operationName)?.operation ?? 'unknown';
    metrics.observe(kind, outcomeOf(result), (performance.now() - start) / 1000);
    return result;
  }

  private async answer(operation: Operation): Promise<ExecutionResult> {
    const { context } = operation;
    try {
      const { node, variables } = this.admit(operation);
      if (node.operation === 'subscription' && operation.rootValue === undefined)
        throw badInput([{ path: [], message: onSocketsOnly }]);
      return this.finish(await this.run(operation, variables), context);
    } catch (error) {
      return { errors: [this.visible(error as Error, context.log)] };
    }
  }

  /** What is asked of every operation before it runs: a good bearer, sound variables, a bearable cost. Throws the contract's errors. */
  admit(operation: Operation): {
    readonly node: OperationDefinitionNode;
    readonly variables: Record<string, unknown>;
  } {
    const { context, document } = operation;
    const node = this.operationOf(operation);
    if (context.isRejected && !ignoresBearer(node))
      throw unauthenticated('The bearer token is bad, expired or revoked');
    const variables = this.coerce(node, operation.variables ?? {});
    const { schema, limits } = this.options;
    if (limits) {
      const measured = { schema, document, operation: node, variables };
      assertCost({ ...measured, viewer: context.viewer, conditions: assertArguments(measured) }, limits);
    }
    return { node, variables };
  }

  /** The operation of a document. Throws BAD_USER_INPUT where its name fits none. */
  operationOf({
    document,
    operationName,
  }: Pick<Operation, 'document' | 'operationName'>): OperationDefinitionNode {
    const node = getOperationAST(document, operationName);
    if (!node) throw badInput([{ path: ['operationName'], message: 'names no operation of the document' }]);
    return node;
  }

  /** The variables as the schema coerces them. Throws BAD_USER_INPUT, with the path of each that is wrong. */
  coerce(
    node: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> {
    const { coerced, errors } = getVariableValues(
      this.options.schema,
      node.variableDefinitions ?? [],
      variables,
      { maxErrors: 1 },
    );
    if (errors) throw badInput(variableProblems(this.options.schema, node, variables));
    for (const [name, value] of Object.entries(variables)) assertText(value, [name]);
    return coerced;
  }

  private async run(operation: Operation, coerced: Record<string, unknown>): Promise<ExecutionResult> {
    const { document, operationName, variables, context, rootValue, takesText } = operation;
    const compiled = this.options.executor === 'jit' ? this.compile(operation) : null;
    if (compiled?.text && takesText && isOpen(compiled.text.operation, context)) {
      const result = (await compiled.text.query(rootValue, context, coerced)) as ExecutionResult;
      if (!result.errors?.some(({ originalError }) => originalError instanceof NotTranscribable))
        return result;
    }
    if (compiled?.query) return (await compiled.query(rootValue, context, coerced)) as ExecutionResult;
    return execute({
      schema: this.options.schema,
      document,
      operationName,
      variableValues: variables,
      contextValue: context,
      rootValue,
    });
  }

  /** The compiled form of an operation that is asked for again and again; null where graphql-js runs it. */
  private compile({ document, operationName, context }: Operation): CompiledOperation | null {
    let known = this.documents.get(document);
    if (!known) this.documents.set(document, (known = { id: this.nextDocument++, runs: 0 }));
    known.runs += 1;
    if (known.runs < this.options.compileAfter) return null;
    const key = `${known.id} ${operationName ?? ''}`;
    let compiled = this.compiled.get(key);
    if (!compiled) {
      const { schema, textAnswers } = this.options;
      const operation = textAnswers
        ? textOperation(schema, context.permissions, document, this.operationOf({ document, operationName }))
        : null;
      const query = operation && compiledQuery(this.textSchema, operation.document, operationName);
      compiled = {
        query: compiledQuery(schema, document, operationName),
        text: query ? { query, operation: operation! } : null,
      };
      this.compiled.set(key, compiled);
    }
    return compiled;
  }

  /** The step after execution: refused fields become one error per field node, faults are masked. */
  finish(result: ExecutionResult, context: Context): ExecutionResult {
    const refusals = context.refusals.errors();
    if (!result.errors && refusals.length === 0) return result;
    const refused = new Map<unknown, GraphQLError>();
    const others: GraphQLError[] = [];
    for (const error of result.errors ?? []) {
      if (error.originalError instanceof RefusedField) {
        const node = error.nodes?.[0];
        const earlier = refused.get(node);
        if (!earlier || comesBefore(error, earlier)) refused.set(node, error);
      } else {
        others.push(this.visible(error, context.log));
      }
    }
    const fields = [...refused.values()].map((error) =>
      refusedField(error, error.originalError as RefusedField),
    );
    const errors = [...others, ...refusals, ...fields];
    return errors.length > 0 ? { ...result, errors } : result;
  }

  /** An error as the caller may see it: ours as they are, anything else masked, with the id of its line in the log. */
  visible(error: Error, log: Logger): GraphQLError {
    const located =
      error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
    const cause = publicCause(located);
    if (cause) {
      return new GraphQLError(cause.message, {
        nodes: located.nodes,
        path: located.path,
        extensions: cause.extensions,
      });
    }
    const id = randomUUID();
    log.error(
      { err: located.originalError ?? located, id, path: located.path },
      'a request failed because of a bug',
    );
    return new GraphQLError('Something went wrong on our side', {
      nodes: located.nodes,
      path: located.path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', id },
    });
  }
}

function compiledQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): CompiledQuery['query'] | null {
  const options = { disableLeafSerialization: true, disablingCapturingStackErrors: true };
  const result = compileQuery(
    coercedSchema(schema),
    withCoercedVariables(document),
    operationName ?? '',
    options,
  );
  return isCompiledQuery(result) ? result.query : null;
}

const onSocketsOnly =
  'A subscription runs over a WebSocket at the same address, with the protocol graphql-transport-ws (docs/guides/live.md)';

/** The type of variables that are coerced already; not a type of the schema. */
const coercedScalar = new GraphQLScalarType({ name: '_Coerced', parseValue: (value) => value });

/**
 * graphql-jit writes out the coercion of a variable's whole type, which never ends for filters, since they contain
 * themselves. Variables are coerced before (`Executor.coerce`), so it is told that they are of a scalar.
 */
function withCoercedVariables(document: DocumentNode): DocumentNode {
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: coercedScalar.name } } as const;
  return visit(document, {
    VariableDefinition: (node) => ({ kind: node.kind, variable: node.variable, type }),
  });
}

function coercedSchema(schema: GraphQLSchema): GraphQLSchema {
  const getType = (name: string) => (name === coercedScalar.name ? coercedScalar : schema.getType(name));
  return Object.create(schema, { getType: { value: getType } }) as GraphQLSchema;
}

/** Signing in with an old token in the header must work: these operations do not look at it. */
function ignoresBearer(node: OperationDefinitionNode): boolean {
  return node.selectionSet.selections.every(
    (selection) =>
      selection.kind === 'Field' && ['signUp', 'signIn', 'refreshTokens'].includes(selection.name.value),
  );
}

function refusedField(error: GraphQLError, cause: RefusedField): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    path: error.path,
    extensions: { code: 'FORBIDDEN', field: cause.coordinate },
  });
}

function comesBefore(error: GraphQLError, other: GraphQLError): boolean {
  const [path, others] = [error.path ?? [], other.path ?? []];
  const at = path.findIndex((key, index) => key !== others[index]);
  return at >= 0 && typeof path[at] === 'number' && path[at] < (others[at] as number);
}

/** Throws BAD_USER_INPUT for text that PostgreSQL cannot keep, or that is no text, before it gets anywhere. */
function assertText(value: unknown, path: readonly (string | number)[]): void {
  if (typeof value === 'string') {
    const problem = textProblem(value);
    if (problem) throw badInput([{ path, message: problem }]);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => assertText(item, [...path, index]));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      assertText(key, [...path, key]);
      assertText(item, [...path, key]);
    }
  }
}
