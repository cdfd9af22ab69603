/** The root fields in which the permission tables answer for themselves. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Int, Query, Resolver } from 'type-graphql';
import type { Page } from '../platform/data/reader/list.ts';
import type { FieldInfo } from '../platform/data/reader/reader.ts';
import type { Context } from '../platform/graphql/context.ts';
import { forbidden } from '../platform/graphql/errors.ts';
import { ActionName } from '../platform/graphql/node.ts';
import type { Decision } from './decide.ts';
import { hiddenDecision } from './decide.ts';
import type { TableDescription } from './document.ts';
import { describeTable } from './document.ts';
import { personSql, questionOf, questionOnObject, rowsAtLarge } from './explain.ts';
import { DecisionAnswer, PermissionTableAnswer, WhoCanConnection } from './explain.types.ts';
import { isStaff } from './viewer.ts';

/** What the tables answer. */
@Resolver()
export class ExplainResolver {
  @Query(() => [PermissionTableAnswer], { description: 'Every permission table, as it is enforced.' })
  permissionTables(
    @Ctx() { permissions }: Context,
    @Info() { schema }: GraphQLResolveInfo,
  ): TableDescription[] {
    return permissions.all.map((table) => describeTable(table, schema));
  }

  @Query(() => DecisionAnswer, {
    description: 'May the viewer do this to that object (or create a type in that parent), and why (not)?',
  })
  async permission(
    @Arg('action', () => ActionName) action: ActionName,
    @Arg('id', () => ID, { nullable: true, description: 'The object; none for CREATE.' }) id: string | null,
    @Arg('type', () => String, { nullable: true, description: 'For CREATE: the type, such as Session.' })
    type: string | null,
    @Arg('in', () => ID, {
      nullable: true,
      description: 'For CREATE: what to create it in, such as an event.',
    })
    parent: string | null,
    @Ctx() { permissions, write }: Context,
  ): Promise<Decision> {
    const question = questionOf(permissions, action, { id, type, in: parent });
    return question ? write.decide(question.action, question.subject) : hiddenDecision;
  }

  @Query(() => WhoCanConnection, {
    nullable: true,
    description:
      'People who may do this by a named row (staff, role, creator, self), of those whom the viewer may see; people at ' +
      'large are told by rows. Null for an object that the viewer may not see.',
  })
  async whoCan(
    @Arg('action', () => ActionName) action: ActionName,
    @Arg('id', () => ID) id: string,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() { permissions, read, write, viewer }: Context,
    @Info() info: FieldInfo,
  ): Promise<(Page & { rows: string[] }) | null> {
    const question = questionOnObject(permissions, action, id);
    if (!question) return null;
    const { allowed, reason } = await write.decide('update', question.subject);
    if (reason === 'NOT_FOUND') return null;
    if (!allowed && !isStaff(viewer))
      throw forbidden('Only who may update the object, and staff, may ask who can');
    const page = await read.list('User', { first, after }, info, {
      place: `whoCan ${question.action} ${question.subject.id}`,
      action: 'view',
      where: (statement, alias) => personSql(permissions, question, statement, alias),
    });
    const query = (text: string, values: readonly unknown[]) => write.reads.query(text, values);
    return { ...page, rows: await rowsAtLarge(query, permissions, question) };
  }
}
