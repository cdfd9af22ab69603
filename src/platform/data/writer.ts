/**
 * The writer: how anything in the application changes rows for a viewer. One transaction per mutation; a change is
 * judged by the permission tables before it is made and again on the row as it became, and what it causes (jobs,
 * notices) is written beside it.
 */
import { LockMode } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';
import type { Condition } from '../../permissions/condition.ts';
import type { Decision, Subject } from '../../permissions/decide.ts';
import { assertAllowed, decide, subjectSql } from '../../permissions/decide.ts';
import type { Permissions } from '../../permissions/registry.ts';
import { ConditionSql } from '../../permissions/sql.ts';
import type { Action } from '../../permissions/table.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import { badInput, conflict, forbidden, notFound } from '../graphql/errors.ts';
import { uuidOfArgument } from '../graphql/node.ts';
import type { JobKind } from '../jobs/job.ts';
import type { Database, QueryRow, Transaction } from './database.ts';
import type { EntityBase } from './entity.ts';
import { modelOf } from './model.ts';
import { Statement, quote } from './sql.ts';

/** A live message to be told when the transaction commits. */
export interface Notice {
  readonly topic: string;
  readonly kind: 'CREATED' | 'UPDATED' | 'REMOVED';
  readonly resource: string;
  /** The row that changed; with `of`, the row that those which changed hang on. */
  readonly id: string;
  /** A to-one relation of the resource: the notice is about every row whose relation points to `id`. */
  readonly of?: string;
  /** The row before the change, as PostgreSQL's JSON; for whoever could see it then and cannot now. Absent: as it is. */
  readonly before?: QueryRow | null;
  /** Rows of other tables before the change, where they have a say in who could see the row. */
  readonly beside?: readonly RowsBefore[];
}

/** What a table held before a change: these rows stood where now those do whose relation or id `by` is `value`. */
export interface RowsBefore {
  readonly resource: string;
  readonly by: string;
  readonly value: string;
  readonly rows: readonly QueryRow[];
}

/** An entity class of the application. */
export type EntityClass<T extends EntityBase> = new () => T;

/** Writes for one viewer. */
export class Writer {
  constructor(
    readonly database: Database,
    private readonly permissions: Permissions,
    private readonly viewer: Viewer,
  ) {}

  /** Runs the work in one transaction of the viewer's. */
  transaction<T>(work: (changes: Changes) => Promise<T>): Promise<T> {
    return this.database.transaction((transaction) => work(new Changes(transaction, this.permissions, this.viewer)));
  }

  /** Decides an action outside of a transaction, for answers to "may I?". */
  decide(action: Action, subject: Subject): Promise<Decision> {
    const query = (text: string, values: readonly unknown[]) => this.database.query(text, values);
    return decide(query, this.permissions, this.viewer, action, subject);
  }
}

/** The changes of one transaction of a viewer's. */
export class Changes {
  readonly em: Transaction['em'];

  constructor(
    private readonly transaction: Transaction,
    private readonly permissions: Permissions,
    readonly viewer: Viewer,
  ) {
    this.em = transaction.em;
  }

  /** The viewer's user id. The table of operations has let nobody in here who is not signed in. */
  get userId(): string {
    if (this.viewer.userId === null) throw forbidden('Only a signed-in person does this');
    return this.viewer.userId;
  }

  /** Runs a statement in the transaction, after what the entities have pending. */
  async query(text: string, values: readonly unknown[] = []): Promise<QueryRow[]> {
    await this.em.flush();
    return this.transaction.query(text, values);
  }

  /** Decides an action on a row. */
  async decide(action: Action, subject: Subject): Promise<Decision> {
    await this.em.flush();
    return decide((text, values) => this.transaction.query(text, values), this.permissions, this.viewer, action, subject);
  }

  /** Throws the contract's error unless the viewer may do the action to the row. */
  async authorize(action: Action, subject: Subject): Promise<void> {
    assertAllowed(await this.decide(action, subject), { resource: subject.resource, action });
  }

  /**
   * The stored row behind an id of the schema, locked, once the viewer is known to be allowed the action on it.
   * Ids of other types and hidden rows are NOT_FOUND.
   */
  async take<T extends EntityBase>(entity: EntityClass<T>, id: string, action: Action): Promise<T> {
    const uuid = uuidOfArgument(entity.name, id, 'id');
    await this.authorize(action, { resource: entity.name, id: uuid });
    const row = await this.em.findOne(entity as EntityClass<EntityBase>, { id: uuid }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!row) throw notFound();
    // The lock may have waited for somebody else's change: the decision is taken again on the row that it got.
    await this.authorize(action, { resource: entity.name, id: uuid });
    return row as T;
  }

  /** Refuses input that names a field which the viewer may not write on the row (or on the row to be). */
  async authorizeFields(subject: Subject, fields: readonly string[]): Promise<void> {
    const conditional: string[] = [];
    for (const field of fields) {
      const planned = this.permissions.field(subject.resource, field, 'write', this.viewer);
      if (planned === 'always') continue;
      if (planned === 'never') throw fieldRefused(subject.resource, field);
      conditional.push(field);
    }
    if (conditional.length === 0) return;
    const { resource } = subject;
    const held = await this.judge(
      subject,
      conditional.map((field) => this.permissions.fieldCondition(resource, field, 'write', this.viewer)),
    );
    const refused = conditional.find((_, index) => !held[index]);
    if (refused) throw fieldRefused(resource, refused);
  }

  /** Which of these grants of its table the viewer has on a row (or on the row to be). */
  async grants<G extends string>(subject: Subject, ...names: readonly G[]): Promise<Record<G, boolean>> {
    const conditions = names.map((name) => this.permissions.grant(subject.resource, name, this.viewer));
    const held = await this.judge(subject, conditions);
    return Object.fromEntries(names.map((name, index) => [name, held[index]])) as Record<G, boolean>;
  }

  private async judge(subject: Subject, conditions: readonly Condition[]): Promise<boolean[]> {
    const statement = new Statement();
    const sql = new ConditionSql(this.permissions.models, statement, this.viewer);
    const source = { model: modelOf(this.permissions.models, subject.resource), alias: statement.alias() };
    const columns = conditions.map((condition, index) => `coalesce(${sql.compile(condition, source)}, false) AS c${index}`);
    const from = subjectSql(statement, source, subject);
    const [found] = await this.query(`SELECT ${columns.join(', ')} FROM ${from}`, statement.values);
    return conditions.map((_, index) => found?.[`c${index}`] === true);
  }

  /** Judges a changed row once more, as it is now: a row may not be moved where the viewer could not have put it. */
  async authorizeAfter(action: Action, resource: string, id: string): Promise<void> {
    await this.authorize(action, { resource, id });
  }

  /** A row as PostgreSQL has it now, for notices that somebody may stop seeing it. */
  async snapshot(resource: string, id: string): Promise<QueryRow | null> {
    const { table } = modelOf(this.permissions.models, resource);
    const [found] = await this.query(`SELECT to_jsonb(t) AS row FROM ${quote(table)} t WHERE t.id = $1`, [id]);
    return (found?.row as QueryRow | undefined) ?? null;
  }

  /** Tells subscribers of a change, when and if the transaction commits. */
  async publish(notice: Notice): Promise<void> {
    const { topic, ...payload } = notice;
    await this.query(
      `WITH stored AS (INSERT INTO notices (topic, payload)
         VALUES ($1, $2::jsonb || jsonb_build_object('transaction', pg_current_xact_id()::text)) RETURNING id)
       SELECT pg_notify('notices', json_build_array(id::text, $1::text)::text) FROM stored`,
      [topic, JSON.stringify(payload)],
    );
  }

  /**
   * Starts a job (or sends a mail: a kind of mail is a kind of job), when and if the transaction commits.
   * @returns the id of the job
   */
  async enqueue<T>(job: JobKind<T> | string, payload: NoInfer<T>): Promise<string> {
    const [id] = await this.enqueueAll(job, [payload]);
    return id;
  }

  /** Starts a job for each payload, in one statement; returns their ids. */
  async enqueueAll<T>(job: JobKind<T> | string, payloads: readonly NoInfer<T>[]): Promise<string[]> {
    if (payloads.length === 0) return [];
    const [name, checked] = typeof job === 'string' ? [job, payloads] : [job.name, payloads.map((payload) => job.payload.parse(payload))];
    const ids = checked.map(() => uuidv7());
    await this.query(
      `WITH stored AS (
         INSERT INTO outbox (id, name, payload, actor_id)
         SELECT id, $1, payload, $2 FROM unnest($3::uuid[], $4::jsonb[]) AS job (id, payload) RETURNING id)
       SELECT pg_notify('outbox', '') FROM (SELECT FROM stored LIMIT 1) AS any_of_them`,
      [name, this.viewer.userId, ids, checked.map((payload) => JSON.stringify(payload))],
    );
    return ids;
  }
}

/** Throws CONFLICT where the input names a version that the row no longer has. */
export function assertVersion(row: { readonly version: number }, version: number | null | undefined): void {
  if (version === null || version === undefined || version === row.version) return;
  throw conflict(`Somebody changed this since you read it: it is at version ${row.version}, not ${version}`, { version: row.version });
}

/** Sets the keys of a partial input on a row: an absent key is left alone, an explicit null clears it. */
export function applyInput<T extends object>(row: T, input: object, fields: readonly (keyof T & string)[]): void {
  for (const field of fields) {
    const value = (input as Record<string, unknown>)[field];
    if (value !== undefined) (row as Record<string, unknown>)[field] = value;
  }
}

/** Throws BAD_USER_INPUT where a partial input clears something that is required. */
export function assertNotCleared(input: object, required: readonly string[]): void {
  const cleared = required.filter((field) => (input as Record<string, unknown>)[field] === null);
  if (cleared.length > 0) throw badInput(cleared.map((field) => ({ path: ['input', field], message: 'cannot be cleared' })));
}

function fieldRefused(resource: string, field: string): Error {
  return forbidden(`You may not set ${resource}.${field} here`, { field: `${resource}.${field}` });
}
