/**
 * Lists as SQL: one page of the rows that the viewer may see, in their order, and their count where it is asked.
 * Paging is by keyset: the order value and the id of a row, so that pages neither skip nor repeat rows.
 */
import type { Condition } from '../../../permissions/condition.ts';
import type { Source } from '../../../permissions/sql.ts';
import { provenBy, reference } from '../../../permissions/sql.ts';
import { invalid } from '../../graphql/errors.ts';
import { defaultOrder } from '../entity.ts';
import { columnOf, textOrder } from '../model.ts';
import type { CursorSeal, CursorValues } from './cursor.ts';
import type { PlainRow } from './decode.ts';
import { assertNoNulls } from './filter-nulls.ts';
import type { ListArguments, ListRequest } from './request.ts';
import type { Compiled, RowsSql } from './rows.ts';
import { and, inner } from './rows.ts';
import { listWriter } from './writers.ts';

/** How many rows a list has when its arguments do not say, and at most. */
export const pageSize = { default: 20, most: 100 } as const;

/** A page as the connection types have it. */
export interface Page {
  nodes?: PlainRow[];
  edges?: { cursor: string; node: PlainRow }[];
  pageInfo?: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount?: number;
}

/** Which rows of a list a page has. Throws BAD_USER_INPUT where first, last, after and before do not make sense. */
export function pageOf(args: ListArguments): { size: number; isBackwards: boolean } {
  const { first, last } = args;
  if (isGiven(first) && isGiven(last)) throw invalid('first and last cannot be given together', 'last');
  const size = isGiven(last) ? last : isGiven(first) ? first : pageSize.default;
  const name = isGiven(last) ? 'last' : 'first';
  if (size < 0) throw invalid('cannot be negative', name);
  if (size > pageSize.most) throw invalid(`is at most ${pageSize.most}`, name);
  return { size, isBackwards: isGiven(last) };
}

/** An order: the SQL expression of its key, its type for parameters, and its direction. */
interface Order {
  readonly key: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly isDescending: boolean;
}

/** A connection over the rows that `from` selects, narrowed by `visible` and by the filter. */
export function listSql(
  rows: RowsSql,
  list: ListRequest,
  place: string,
  from: string,
  source: Source,
  visible: Condition,
): Compiled {
  const { args } = list;
  const { size, isBackwards } = pageOf(args);
  const held = [rows.conditions.compile(visible, source)];
  if (args.filter) {
    held.push(rows.filters.filter(args.filter, source));
    // Only now: what may not be asked at all is told first.
    assertNoNulls(args.filter);
  }
  const seal = rows.seal(place, list);
  const total = list.wantsTotal ? `(SELECT count(*)::int FROM ${from}${and(held)})` : 'null';
  // Asked for neither rows nor their count, the list is still held to its arguments, whose parameters are written.
  if (!list.rows && !list.wantsTotal) return { sql: `(SELECT 0 FROM ${from}${and(held)} LIMIT 0)`, decode: () => ({}), write: null };
  if (!list.rows) return { sql: total, decode: (json) => ({ totalCount: json as number }), write: null };

  const order = orderOf(rows, args, source);
  const cursors = cursorConditions(rows, args, order, source, seal);
  const wantsCursors = list.wantsEdges || list.wantsPageInfo;
  const asked = new Set<string>();
  const row = rows.row(list.rows, { ...source, asked, proven: provenBy(visible) });
  // An aggregate belongs to the innermost query of which it names a column: where all that is asked of a row comes from
  // rows around it, it has to name one of its own.
  const isOwn = wantsCursors || row.sql.includes(`${source.alias}.`);
  const own = isOwn ? '' : ` FILTER (WHERE ${reference({ ...source, asked }, 'id')} IS NOT NULL)`;
  const columns = inner(source, asked);
  const limit = size + (list.wantsPageInfo ? 1 : 0);
  const keys = wantsCursors ? `, (${order.key})::text AS "order_key", ${reference(source, 'id')}::text AS "order_id"` : '';
  const element = wantsCursors ? `json_build_array("order_key", "order_id", ${row.sql})` : row.sql;
  const page =
    `(SELECT json_agg(${element})${own} FROM (SELECT ${columns}${keys} FROM ${from}${and([...held, ...cursors])} ` +
    `ORDER BY ${orderBy(order, isBackwards, source)} LIMIT ${limit}) ${source.alias})`;
  return {
    sql: list.wantsTotal ? `json_build_array(${total}, ${page})` : page,
    decode: pageDecoder(list, row.decode, seal, size, isBackwards),
    write: isBackwards ? null : listWriter(list, row.write),
  };
}

function orderOf(rows: RowsSql, args: ListArguments, source: Source): Order {
  const { search } = args.filter ?? {};
  // Who searches, and says nothing of an order, wants what fits best.
  const rank = typeof search === 'string' && !args.orderBy ? rows.filters.rank(search, source) : null;
  if (rank !== null) return { key: rank, type: 'real', isNullable: false, isDescending: true };
  const [property, direction] = (args.orderBy ?? defaultOrder(source.model.name)).split(' ');
  const column = columnOf(source.model, property);
  const key = rows.filters.orderKey(property, source);
  return {
    key: column.type === 'text' ? `(${key}) COLLATE ${textOrder}` : key,
    type: column.type,
    isNullable: column.nullable || key.startsWith('CASE'),
    isDescending: direction === 'DESC',
  };
}

function orderBy(order: Order, isBackwards: boolean, source: Source): string {
  const direction = order.isDescending === isBackwards ? 'ASC' : 'DESC';
  const nulls = order.isNullable ? ` NULLS ${isBackwards ? 'FIRST' : 'LAST'}` : '';
  return `${order.key} ${direction}${nulls}, ${source.alias}.id ${direction}`;
}

function cursorConditions(rows: RowsSql, args: ListArguments, order: Order, source: Source, seal: CursorSeal): string[] {
  const conditions: string[] = [];
  if (isGiven(args.after)) conditions.push(beyond(rows, seal.open(args.after, 'after'), order, source, false));
  if (isGiven(args.before)) conditions.push(beyond(rows, seal.open(args.before, 'before'), order, source, true));
  return conditions;
}

/** The rows after (or before) a row in the order; rows without a value come last in either direction. */
function beyond(rows: RowsSql, [value, id]: CursorValues, order: Order, source: Source, isBefore: boolean): string {
  const operator = order.isDescending === isBefore ? '>' : '<';
  const idBeyond = `${source.alias}.id ${operator} ${rows.statement.param(id, 'uuid')}`;
  if (value === null) {
    const tied = `(${order.key} IS NULL AND ${idBeyond})`;
    return isBefore ? `(${order.key} IS NOT NULL OR ${tied})` : tied;
  }
  const at = rows.statement.param(value, order.type);
  const nulls = order.isNullable && !isBefore ? ` OR ${order.key} IS NULL` : '';
  return `(${order.key} ${operator} ${at} OR (${order.key} = ${at} AND ${idBeyond})${nulls})`;
}

function pageDecoder(
  list: ListRequest,
  decodeRow: (json: unknown) => unknown,
  seal: CursorSeal,
  size: number,
  isBackwards: boolean,
): (json: unknown) => Page {
  const wantsCursors = list.wantsEdges || list.wantsPageInfo;
  const { args } = list;
  return (json) => {
    const [totalCount, elements] = (list.wantsTotal ? json : [0, json]) as [number, unknown[] | null];
    const fetched = elements ?? [];
    const hasMore = fetched.length > size;
    const kept = hasMore ? fetched.slice(0, size) : fetched;
    if (isBackwards) kept.reverse();
    const page: Page = list.wantsTotal ? { totalCount } : {};
    if (!wantsCursors) {
      page.nodes = kept.map(decodeRow) as PlainRow[];
      return page;
    }
    const marked = kept as [key: string | null, id: string, row: unknown][];
    const edges = marked.map(([key, id, row]) => ({ cursor: seal.seal([key, id]), node: decodeRow(row) as PlainRow }));
    page.edges = edges;
    page.nodes = edges.map(({ node }) => node);
    page.pageInfo = {
      hasNextPage: isBackwards ? isGiven(args.before) : hasMore,
      hasPreviousPage: isBackwards ? hasMore : isGiven(args.after),
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
    return page;
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
