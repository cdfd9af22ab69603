/**
 * The reader: how anything in the application reads rows for a viewer. Each root field becomes one SQL statement
 * for its whole subtree, with the predicates of the permission tables in it; nothing is fetched and filtered later.
 */
import type { GraphQLObjectType, GraphQLOutputType } from 'graphql';
import { getNamedType } from 'graphql';
import type { Condition } from '../../../permissions/condition.ts';
import type { Permissions } from '../../../permissions/registry.ts';
import type { Source } from '../../../permissions/sql.ts';
import { any } from '../../../permissions/condition.ts';
import type { Viewer } from '../../../permissions/viewer.ts';
import type { Config } from '../../config/index.ts';
import { JsonText } from '../../graphql/json-text.ts';
import type { Reads } from '../database.ts';
import { columnOf, modelOf } from '../model.ts';
import { Statement, quote } from '../sql.ts';
import type { PlainRow } from './decode.ts';
import type { Page } from './list.ts';
import { listSql } from './list.ts';
import type { Plan, Plans } from './plans.ts';
import { isQuick, noteTime } from './plans.ts';
import type { ListArguments, SelectionInfo } from './request.ts';
import { Lookahead } from './request.ts';
import type { Compiled } from './rows.ts';
import { RowsSql } from './rows.ts';
import { NotTranscribable, Transcript } from './transcribe.ts';

/** The executor's info at the field that is being resolved. */
export type FieldInfo = SelectionInfo & {
  readonly returnType: unknown;
  readonly fieldName: string;
  /** The answer is wanted as text (graphql/text-answers.ts): a `JsonText` takes the place of the page or row. */
  readonly asText?: boolean;
};

/** How a single row is found. */
export interface SingleOptions {
  /** Grants the row beside the table's View cell, for reads by something that only the entitled know. */
  readonly orWhere?: Condition;
}

/** Which rows a list has, where it is not the root list of its resource. */
export interface ListOptions {
  /** Tells the list from others with the same arguments; its cursors are good for it alone. */
  readonly place: string;
  /** Decides who is in the list's reach: `view` where it names rows that the viewer may see without listing them all. */
  readonly action: 'list' | 'view';
  /** One more condition as SQL over the alias of the row, added to what the viewer may see. */
  readonly where: (statement: Statement, alias: string) => string;
}

/** Reads rows for one viewer. */
export class Reader {
  constructor(
    private readonly reads: Pick<Reads, 'texts'>,
    private readonly permissions: Permissions,
    private readonly viewer: Viewer,
    private readonly config: Pick<Config, 'auth' | 'http'>,
    private readonly plans: Plans,
  ) {}

  /** A root list: a page of the rows that the viewer may list. */
  async list(resource: string, args: ListArguments, info: FieldInfo, options?: ListOptions): Promise<Page> {
    const plan = this.plan(info, () => {
      const rows = this.rows();
      const source = this.source(resource, rows.statement);
      const lookahead = new Lookahead(this.permissions.models, info);
      const list = lookahead.list(getNamedType(info.returnType as GraphQLOutputType) as GraphQLObjectType, lookahead.selections, args);
      const from = `${quote(source.model.table)} ${source.alias} WHERE ${options?.where(rows.statement, source.alias) ?? 'true'}`;
      const visible = options
        ? this.permissions.action(resource, options.action, this.viewer)
        : this.permissions.rootList(resource, this.viewer);
      return { rows, compiled: listSql(rows, list, options?.place ?? info.fieldName, from, source, visible) };
    }, options?.place);
    return (await this.run(plan, info)) as Page;
  }

  /** The row whose column has the value, where the viewer may view it; null otherwise. */
  async single(resource: string, where: { readonly [property: string]: string }, info: FieldInfo, options: SingleOptions = {}): Promise<PlainRow | null> {
    const type = info.schema.getType(resource) as GraphQLObjectType;
    const plan = this.plan(info, () => {
      const rows = this.rows();
      const source = this.source(resource, rows.statement);
      const lookahead = new Lookahead(this.permissions.models, info);
      const request = lookahead.row(type, lookahead.selections);
      const conditions = Object.entries(where).map(([property, value]) => {
        const column = columnOf(source.model, property);
        return `${source.alias}.${quote(column.name)} = ${rows.statement.param(value, column.type)}`;
      });
      const from = `${quote(source.model.table)} ${source.alias} WHERE ${conditions.join(' AND ') || 'true'}`;
      const view = this.permissions.action(resource, 'view', this.viewer);
      const granted = options.orWhere ? this.permissions.plan(any(view, options.orWhere), this.viewer) : view;
      return { rows, compiled: rows.single(request, from, source, [granted]) };
    }, JSON.stringify([where, options.orWhere]));
    return (await this.run(plan, info)) as PlainRow | null;
  }

  /** The rows of these uuids that the viewer may view, by their uuids: in one statement, however many there are. */
  async many(resource: string, ids: readonly string[], info: FieldInfo): Promise<ReadonlyMap<string, PlainRow>> {
    if (ids.length === 0) return new Map();
    const rows = this.rows();
    const source = this.source(resource, rows.statement);
    const lookahead = new Lookahead(this.permissions.models, info);
    const request = lookahead.row(info.schema.getType(resource) as GraphQLObjectType, lookahead.selections);
    const from = `${quote(source.model.table)} ${source.alias} WHERE ${source.alias}.id = ANY(${rows.statement.param(ids, 'uuid[]')})`;
    const compiled = rows.many(request, from, source, [this.permissions.action(resource, 'view', this.viewer)]);
    return (await this.run(build({ rows, compiled }), info)) as ReadonlyMap<string, PlainRow>;
  }

  /** The one row of a table that has no more, such as the settings. */
  async only(resource: string, info: FieldInfo): Promise<PlainRow | null> {
    return this.single(resource, {}, info);
  }

  private rows(): RowsSql {
    return new RowsSql(this.permissions, new Statement(), this.viewer, this.config.auth.tokenSecret, this.config.http.publicUrl);
  }

  private source(resource: string, statement: Statement): Source {
    return { model: modelOf(this.permissions.models, resource), alias: statement.alias() };
  }

  private plan(info: FieldInfo, make: () => { rows: RowsSql; compiled: Compiled }, extra = ''): Plan {
    if (this.viewer.kind !== 'anonymous') return build(make());
    return this.plans.of(info.fieldNodes[0], JSON.stringify(info.variableValues) + extra, () => build(make()));
  }

  private async run(plan: Plan, { asText }: FieldInfo): Promise<unknown> {
    if (asText && !plan.write) throw new NotTranscribable('the plan has no writer');
    const name = this.plans.nameOf(plan);
    const [text = null, milliseconds] = await this.reads.texts({ text: plan.text, values: plan.values, name, isQuick: isQuick(plan) });
    // What is not prepared is planned anew each time: that is slow enough to stand in nobody's way.
    if (name !== undefined) noteTime(plan, Number(milliseconds));
    if (asText) return new JsonText(Transcript.of(text ?? 'null', plan.write!));
    return plan.decode(text === null ? null : JSON.parse(text));
  }
}

// What the answer is, and how long the database has worked on it: by its own clock, since ours would count who stood before.
const milliseconds = 'extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000';

function build({ rows, compiled }: { rows: RowsSql; compiled: Compiled }): Plan {
  const text = `SELECT (${compiled.sql})::text AS "json", (${milliseconds})::text AS "milliseconds"`;
  return { text, values: rows.statement.values, decode: compiled.decode, write: compiled.write, runs: 0, milliseconds: null };
}
