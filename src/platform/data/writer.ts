/**
 * The writer: how anything in the application changes rows for a viewer. One transaction per mutation; a change is
 * judged by the permission tables before it is made and again on the row as it became, and what it causes (jobs,
 * notices) is written beside it.
 */
import { LockMode } from '@mikro-orm/core';
import type { Condition } from '../../permissions/condition.ts';
import type { Decision, Subject } from '../../permissions/decide.ts';
import { assertAllowed, decide, subjectSql, words } from '../../permissions/decide.ts';
import type { Permissions } from '../../permissions/registry.ts';
import { ConditionSql } from '../../permissions/sql.ts';
import type { Action } from '../../permissions/table.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import { badInput, conflict, forbidden, notFound } from '../graphql/errors.ts';
import { uuidOfArgument } from '../graphql/node.ts';
import { enqueueJobs } from '../jobs/enqueue.ts';
import type { FieldChange, Origin } from './activities.ts';
import { ActivityLog } from './activities.ts';
import type { JobKind } from '../jobs/job.ts';
import type { Database, QueryRow, Reads, Sent, Transaction } from './database.ts';
import type { EntityBase } from './entity.ts';
import type { Model, Models } from './model.ts';
import { modelOf } from './model.ts';
import type { Notice } from './notices.ts';
import type { FieldInfo } from './reader/reader.ts';
import { publishNotices } from './notices.ts';
import { WriteRules } from './write-rules.ts';
import { Statement, quote } from './sql.ts';

export type { Notice, RowsBefore } from './notices.ts';

/** An entity class of the application. */
export type EntityClass<T extends EntityBase> = new () => T;

/** Reads what a mutation answers, in the transaction that wrote it. */
export type AnswerReader = (answer: unknown, info: FieldInfo, changes: Changes) => Promise<void>;

/** Writes for one viewer. */
export class Writer {
  private field: FieldInfo | null = null;

  constructor(
    readonly database: Database,
    private readonly permissions: Permissions,
    readonly viewer: Viewer,
    private readonly origin: Origin = { requestId: null, address: null },
    private readonly readAnswer: AnswerReader | null = null,
    /** How what is asked outside of a transaction is sent. */
    readonly reads: Pick<Reads, 'query'> = database,
  ) {}

  /** Says which mutation the transactions from here on belong to; root fields of a document run one after the other. */
  begin(field: FieldInfo): void {
    this.field = field;
  }

  /**
   * Runs the work in one transaction of the viewer's, and writes down what was done in it. What the mutation answers of
   * the database (the references in the result) is read in it too: where that fails, nothing is written.
   */
  transaction<T>(work: (changes: Changes) => Promise<T>): Promise<T> {
    return this.database.transaction(async (transaction) => {
      const changes = new Changes(transaction, this.permissions, this.viewer);
      const result = await work(changes);
      await changes.finish(this.field?.fieldName ?? null, this.origin);
      if (this.field) await this.readAnswer?.(result, this.field, changes);
      return result;
    });
  }

  /** Decides an action outside of a transaction, for answers to "may I?". */
  decide(action: Action, subject: Subject): Promise<Decision> {
    const query = (text: string, values: readonly unknown[]) => this.reads.query(text, values);
    return decide(query, this.permissions, this.viewer, action, subject);
  }
}

/** The changes of one transaction of a viewer's. */
export class Changes {
  readonly em: Transaction['em'];
  private readonly activities: ActivityLog;
  private readonly writeRules: WriteRules;
  private provedId: string | null = null;

  constructor(
    private readonly transaction: Transaction,
    private readonly permissions: Permissions,
    readonly viewer: Viewer,
  ) {
    this.em = transaction.em;
    this.activities = new ActivityLog((entity) => permissions.has(entity));
    this.em.getEventManager().registerSubscriber(this.activities);
    this.writeRules = new WriteRules(permissions, (subject, fields) => this.judgeFields(subject, fields));
    this.em.getEventManager().registerSubscriber(this.writeRules);
  }

  /** The viewer's user id. The table of operations has let nobody in here who is not signed in. */
  get userId(): string {
    if (this.viewer.userId === null) throw forbidden('Only a signed-in person does this');
    return this.viewer.userId;
  }

  /** The tables of the application. */
  get models(): Models {
    return this.permissions.models;
  }

  /** Runs a statement in the transaction, after what the entities have pending. */
  async query(text: string, values: readonly unknown[] = []): Promise<QueryRow[]> {
    await this.em.flush();
    return this.transaction.query(text, values);
  }

  /** The one row of a statement in the transaction, for readers: each value is a text already. */
  async texts({ text, values }: Pick<Sent, 'text' | 'values'>): Promise<readonly (string | null)[]> {
    const [row = {}] = await this.query(text, values);
    return Object.values(row) as (string | null)[];
  }

  /** Whether the transaction has created that row. */
  hasMade(resource: string, id: string): boolean {
    return this.activities.has('CREATE', resource, id);
  }

  /** Decides an action on a row. */
  async decide(action: Action, subject: Subject): Promise<Decision> {
    await this.em.flush();
    return decide((text, values) => this.transaction.query(text, values), this.permissions, this.viewer, action, subject);
  }

  /** Whether somebody else may do the action to the row: whoever sent an invite, say. */
  async mayAs(viewer: Viewer, action: Action, subject: Subject): Promise<boolean> {
    const query = (text: string, values: readonly unknown[]) => this.query(text, values);
    return (await decide(query, this.permissions, viewer, action, subject)).allowed;
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
    this.activities.take(entity.name, uuid);
    const row = await this.em.findOne(entity as EntityClass<EntityBase>, { id: uuid }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!row) throw notFound();
    // The lock may have waited for somebody else's change: the decision is taken again on the row that it got.
    await this.authorize(action, { resource: entity.name, id: uuid });
    return row as T;
  }

  /**
   * Refuses fields that the viewer may not write on the row (or on the row to be). What an entity writes is judged
   * anyway when it is written: call this to refuse earlier, and for what is written by SQL.
   */
  async authorizeFields(subject: Subject, fields: readonly string[]): Promise<void> {
    await this.em.flush();
    if ('id' in subject) await this.writeRules.check(subject, subject.id, fields);
    else await this.judgeFields(subject, fields);
  }

  /**
   * Says that what was authorized covers these fields of a row too, whatever their write rules: creating a compute
   * node, say, covers its first name.
   */
  coverFields(row: EntityBase, fields: readonly string[]): void {
    this.writeRules.settle(row.constructor.name, row.id, fields);
  }

  private async judgeFields(subject: Subject, fields: readonly string[]): Promise<void> {
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
    await this.em.flush();
    const held = await this.judge(subject, conditions);
    return Object.fromEntries(names.map((name, index) => [name, held[index]])) as Record<G, boolean>;
  }

  /** Whether the conditions hold on a row, as the database has it: what is pending is not written first. */
  private async judge(subject: Subject, conditions: readonly Condition[]): Promise<boolean[]> {
    const statement = new Statement();
    const sql = new ConditionSql(this.permissions.models, statement, this.viewer);
    const source = { model: modelOf(this.permissions.models, subject.resource), alias: statement.alias() };
    const columns = conditions.map((condition, index) => `coalesce(${sql.compile(condition, source)}, false) AS c${index}`);
    const from = subjectSql(statement, source, subject);
    const [found] = await this.transaction.query(`SELECT ${columns.join(', ')} FROM ${from}`, statement.values);
    return conditions.map((_, index) => found?.[`c${index}`] === true);
  }

  /**
   * A resource in a statement under way that copies rows: its table under an alias, and the condition under which the
   * viewer may see a row of it.
   */
  seen(resource: string, statement: Statement): { readonly model: Model; readonly alias: string; readonly visible: string } {
    const source = { model: modelOf(this.permissions.models, resource), alias: statement.alias() };
    const sql = new ConditionSql(this.permissions.models, statement, this.viewer);
    return { ...source, visible: `coalesce(${sql.compile(this.permissions.action(resource, 'view', this.viewer), source)}, false)` };
  }

  /**
   * Judges a changed row once more, as it is now: a row may not be moved where the viewer could not have put it. Throws
   * FORBIDDEN: the viewer has seen the row, so that there is nothing to hide.
   */
  async authorizeAfter(action: Action, resource: string, id: string): Promise<void> {
    const decision = await this.decide(action, { resource, id });
    if (decision.reason === 'NOT_FOUND') {
      throw forbidden(`After this change you could not ${action} this ${words(resource)} any more; ask somebody who still could`);
    }
    assertAllowed(decision, { resource, action });
  }

  /** A row as PostgreSQL has it now, for notices that somebody may stop seeing it. */
  async snapshot(resource: string, id: string): Promise<QueryRow | null> {
    const { table } = modelOf(this.permissions.models, resource);
    const [found] = await this.query(`SELECT to_jsonb(t) AS row FROM ${quote(table)} t WHERE t.id = $1`, [id]);
    return (found?.row as QueryRow | undefined) ?? null;
  }

  /**
   * Writes down that something was done to an object. Changes of entities are written down by themselves: this is for
   * what is written by SQL, and for actions with a better word than UPDATE (PUBLISH, LOCK), which takes its place.
   * @param id the object's uuid
   * @param fields names of the fields that changed; with `from` and `to` only where the values are nobody's secret
   */
  record(action: string, type: string | null, id: string | null, fields: readonly (string | FieldChange)[] = []): void {
    this.activities.add(action, type, id, fields);
  }

  /** Says who acts, where that is not the viewer: the account that a mutation such as signing in has proved. */
  actAs(userId: string): void {
    this.provedId = userId;
  }

  /** Writes down what was done, once the work is. For the writer. */
  async finish(mutation: string | null, origin: Origin): Promise<void> {
    await this.em.flush();
    await this.activities.write(this.transaction, this.viewer, this.provedId ?? this.viewer.userId, mutation, origin);
  }

  /** Tells subscribers of changes, in this order, when and if the transaction commits. */
  async publish(...notices: readonly Notice[]): Promise<void> {
    await publishNotices((text, values) => this.query(text, values), notices);
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
    const kind = typeof job === 'string' ? { name: job } : job;
    const checked = typeof job === 'string' ? payloads : payloads.map((payload) => job.payload.parse(payload));
    return enqueueJobs((text, values) => this.query(text, values), kind, checked, this.viewer);
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
