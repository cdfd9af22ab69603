/** `node(id)`: any object by its id alone, under the View cell of its own table like every other read. */
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import type { PlainRow } from '../data/reader/decode.ts';
import type { FieldInfo } from '../data/reader/reader.ts';
import type { Context } from './context.ts';
import { NodeInterface, decodeId, prefixOf } from './node.ts';

/** The query of nodes. */
@Resolver()
export class NodeResolver {
  @Query(() => NodeInterface, {
    nullable: true,
    description: 'Any object by its id; its prefix names the type.',
  })
  async node(
    @Arg('id', () => ID) id: string,
    @Ctx() { read, permissions }: Context,
    @Info() info: FieldInfo,
  ): Promise<PlainRow | null> {
    const { prefix, uuid } = decodeId(id, 'id');
    const table = permissions.all.find(({ resource }) => prefixOf(resource) === prefix);
    if (!table) return null;
    const row = await read.single(table.resource, { id: uuid }, info);
    return row && { ...row, __typename: table.resource };
  }
}
