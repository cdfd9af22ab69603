/**
 * Refused fields of one operation. Guards only note them; one step after the execution turns the notes into errors,
 * one for each field node of the document that refused a row: the same over HTTP and sockets, for both executors and
 * both guards.
 */
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { GraphQLError } from 'graphql';

type Path = GraphQLResolveInfo['path'];

/** Notes which field nodes refused a row, and where first. */
export class Refusals {
  private readonly first = new Map<FieldNode, { readonly field: string; readonly path: Path }>();

  /** Notes a refusal; only the first of a field node is kept. */
  note(info: { readonly fieldNodes: readonly FieldNode[]; readonly path: Path }, field: string): null {
    const node = info.fieldNodes[0];
    if (!this.first.has(node)) this.first.set(node, { field, path: info.path });
    return null;
  }

  /** The errors of the contract: code FORBIDDEN, the field, and the path of its first refused row. */
  errors(): GraphQLError[] {
    return [...this.first].map(
      ([node, { field, path }]) =>
        new GraphQLError(`You may not read ${field} here`, {
          nodes: [node],
          path: keys(path),
          extensions: { code: 'FORBIDDEN', field },
        }),
    );
  }
}

function keys(path: Path): (string | number)[] {
  const found: (string | number)[] = [];
  for (let at: Path | undefined = path; at; at = at.prev) found.unshift(at.key);
  return found;
}
