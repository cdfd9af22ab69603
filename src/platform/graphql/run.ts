/** Operations that the server's own pages run: by the executor that serves everybody, with the limits of everybody. */
import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { parse } from 'graphql';
import type { Authentication, Contexts } from './context.ts';
import type { Executor } from './execute.ts';

/**
 * Runs an operation for whoever sent a request.
 * @param accessToken who asks; nobody in particular without one
 */
export type RunOperation = (
  document: string,
  variables: Readonly<Record<string, unknown>>,
  request: { readonly ip?: string },
  accessToken?: string,
) => Promise<ExecutionResult>;

/** What the function is made of. */
export interface RunParts {
  readonly executor: Executor;
  readonly contexts: Contexts;
  readonly authenticate: (authorization: string | undefined) => Promise<Authentication>;
}

/** Makes the function. */
export function createRun({ executor, contexts, authenticate }: RunParts): RunOperation {
  return async (document, variables, { ip = '' }, accessToken) => {
    const who = await authenticate(accessToken === undefined ? undefined : `Bearer ${accessToken}`);
    const context = contexts.make(who, { id: randomUUID(), address: ip });
    return executor.execute({ document: parse(document), variables, context });
  };
}
