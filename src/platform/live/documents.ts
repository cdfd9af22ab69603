/**
 * The documents that come over sockets: parsed and validated by the rules of HTTP, once for each text. Subscribers of
 * one front end send the same few texts, so the second of them costs a look-up.
 */
import type { DocumentNode, GraphQLSchema, ValidationRule } from 'graphql';
import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/index.ts';
import { assertDepth } from '../depth.ts';
import { formatDocumentError, withoutRepetitions } from '../graphql/input-errors.ts';
import { deepestDocument } from '../graphql/limits.ts';

/** Most texts that are remembered, and the most characters in all of them. */
const remembered = { max: 500, maxSize: 1_000_000 };

/** A document, or why it is none. */
export type Checked = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

/** What documents are checked by. */
export interface DocumentOptions {
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  readonly config: Config;
}

/** Parses and validates; remembers what it found. */
export class Documents {
  private readonly checked = new LRUCache<string, Checked>({
    ...remembered,
    sizeCalculation: (_, text) => text.length + 1,
  });
  private readonly rules: readonly ValidationRule[];

  constructor(private readonly options: DocumentOptions) {
    const { introspection } = options.config.graphql;
    this.rules = [
      ...specifiedRules,
      ...options.rules,
      ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ];
  }

  /** The document of a text, or its errors with codes of the contract. */
  check(text: string): Checked {
    let checked = this.checked.get(text);
    if (!checked) this.checked.set(text, (checked = this.read(text)));
    return checked;
  }

  private read(text: string): Checked {
    const { schema, config } = this.options;
    let document: DocumentNode;
    try {
      assertDepth(text, 'graphql', deepestDocument(config.limits));
      document = parse(text, { maxTokens: config.limits.maxTokens });
    } catch (error) {
      return { errors: [coded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')] };
    }
    const errors = validate(schema, document, this.rules, { hideSuggestions: config.run.production });
    return errors.length > 0
      ? { errors: withoutRepetitions(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'))) }
      : { document };
  }
}

function coded(error: GraphQLError, code: string): GraphQLError {
  const formatted = formatDocumentError(
    { ...error.toJSON(), extensions: { code, ...error.extensions } },
    error,
  );
  const { nodes, source, positions } = error;
  return new GraphQLError(formatted.message, { nodes, source, positions, extensions: formatted.extensions });
}
