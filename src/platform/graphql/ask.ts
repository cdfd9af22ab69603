/**
 * Operations from inside the application: what a job, a page or a command reads for somebody it reads as that person,
 * through the very schema that serves everybody. So an export has what its asker could have asked for, and no more.
 */
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { parse } from 'graphql';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Installation } from './context.ts';
import { Contexts } from './context.ts';
import { Executor } from './execute.ts';

/** Runs an operation of ours as a viewer. */
export type Ask = (
  viewer: Viewer,
  document: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<ExecutionResult>;

/** Documents that are asked again and again, page for page, are parsed once. */
const mostDocuments = 100;

/** Makes the function; the schema is built when it is first called. */
export function createAsk(installation: Installation, schema: () => GraphQLSchema): Ask {
  const contexts = new Contexts(installation);
  const documents = new Map<string, ReturnType<typeof parse>>();
  let executor: Executor | undefined;
  return (viewer, text, variables) => {
    const { executor: engine, compileAfter } = installation.config.graphql;
    executor ??= new Executor({ schema: schema(), executor: engine, compileAfter, limits: null });
    let document = documents.get(text);
    if (!document) {
      if (documents.size >= mostDocuments) documents.clear();
      documents.set(text, (document = parse(text)));
    }
    const context = contexts.make({ viewer, isRejected: false }, { id: 'inside', address: '' });
    return executor.execute({ document, variables, context });
  };
}
