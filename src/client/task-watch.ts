/**
 * Watching tasks: one of them until it is final, or all that one may see in a collaboration. Statuses come from a
 * subscription; each time that it stands, the present state is read, so that nothing that happened while the server was
 * away is missed. Both may tell the same, or tell it late: of a result only what goes forward counts.
 */
import type { Connection, Data } from './connection.ts';

/** What is watched; ids as the API has them. */
export type Watched = { readonly task: string } | { readonly collaboration: string };

/** A result, as it was last heard of. */
export interface WatchedResult {
  readonly id: string;
  readonly organization: string | null;
  readonly computeNode: string | null;
  readonly status: string;
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** A task with its results, as they were last heard of. */
export interface WatchedTask {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly results: ReadonlyMap<string, WatchedResult>;
}

/** One change of a status; `result` is null where it is the task's. */
export interface Step {
  /** When it happened; of what was found so, when it was read. */
  readonly at: string;
  readonly task: WatchedTask;
  readonly result: WatchedResult | null;
  readonly status: string;
  /** Null for what was not known before. */
  readonly previousStatus: string | null;
}

/** Whoever wants to know. */
export interface WatchOptions {
  readonly watched: Watched;
  /** End as soon as no task is open; one task that is watched always ends it. */
  readonly untilDone: boolean;
  readonly changed: (step: Step, tasks: readonly WatchedTask[]) => void;
  /** What is known is up to date, after the first connection and each further one. */
  readonly upToDate: () => void;
}

const open = ['PENDING', 'INITIALIZING', 'ACTIVE'];
const ofTask = 'id name status createdAt finishedAt';
const ofResult = 'id status attempt startedAt finishedAt organization { name } computeNode { name }';
const ofResults = `{ nodes { ${ofResult} } pageInfo { hasNextPage endCursor } }`;
const statuses = `subscription ($task: ID, $collaboration: ID) {
  taskStatusChanged(taskId: $task, collaborationId: $collaboration) { at task { ${ofTask} } result { ${ofResult} } } }`;
const tasksPage = `query ($filter: TaskFilter, $after: String) {
  tasks(first: 20, after: $after, filter: $filter, orderBy: CREATED_AT_ASC) { nodes { ${ofTask} results(first: 100) ${ofResults} } pageInfo { hasNextPage endCursor } } }`;
const resultsPage = `query ($id: ID!, $after: String) { task(id: $id) { results(first: 100, after: $after) ${ofResults} } }`;

/** One watch. */
export class TaskWatch {
  private readonly known = new Map<string, WatchedTask & { readonly results: Map<string, WatchedResult> }>();
  private reading: Promise<void> = Promise.resolve();
  private lastFinishedAt: string | null = null;
  private hasRead = false;
  private failure: Error | null = null;

  /** @param stop ends the connection */
  constructor(
    private readonly connection: Connection,
    private readonly options: WatchOptions,
    private readonly stop: () => void,
  ) {}

  /** The tasks that are known, oldest first. */
  get tasks(): readonly WatchedTask[] {
    return [...this.known.values()].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  }

  /** Watches until it is over, or the connection is ended. Throws Refusal. */
  async run(): Promise<void> {
    const standing = () =>
      (this.reading = this.reading.then(() => this.read()).catch((error: Error) => this.fail(error)));
    for await (const { taskStatusChanged: notice } of this.connection.listen(
      statuses,
      this.options.watched,
      () => void standing(),
    )) {
      this.take(notice.task, notice.result ? [notice.result] : [], notice.at);
      this.endIfOver();
    }
    await this.reading;
    if (this.failure) throw this.failure;
  }

  private fail(error: Error): void {
    if (this.connection.signal.aborted) return;
    this.failure = error;
    this.stop();
  }

  /** Reads how things stand: of a collaboration what is open, what was, and what came to its end meanwhile. */
  private async read(): Promise<void> {
    const at = new Date().toISOString();
    const filter = this.filter();
    for (let after: string | null = null, more = true; more;) {
      const { tasks }: Data = await this.connection.ask(tasksPage, { filter, after });
      for (const { results, ...task } of tasks.nodes)
        this.take(task, [...results.nodes, ...(await this.rest(task.id, results.pageInfo))], at);
      ({ hasNextPage: more, endCursor: after } = tasks.pageInfo);
    }
    this.hasRead = true;
    this.options.upToDate();
    this.endIfOver();
  }

  private filter(): Record<string, unknown> {
    const { watched } = this.options;
    if ('task' in watched) return { id: { equals: watched.task } };
    const unfinished = this.tasks.filter(({ finishedAt }) => finishedAt === null).map(({ id }) => id);
    const meanwhile = this.lastFinishedAt === null ? [] : [{ finishedAt: { after: this.lastFinishedAt } }];
    return {
      collaboration: { equals: watched.collaboration },
      or: [
        { finishedAt: { isNull: true } },
        ...(unfinished.length > 0 ? [{ id: { in: unfinished } }] : []),
        ...meanwhile,
      ],
    };
  }

  private async rest(
    id: string,
    { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null },
  ): Promise<Data[]> {
    const rest: Data[] = [];
    for (let [more, after] = [hasNextPage, endCursor]; more;) {
      const results: Data = (await this.connection.ask(resultsPage, { id, after })).task.results;
      rest.push(...results.nodes);
      ({ hasNextPage: more, endCursor: after } = results.pageInfo);
    }
    return rest;
  }

  private take(task: Data, results: readonly Data[], at: string): void {
    const earlier = this.known.get(task.id);
    const steps: Omit<Step, 'task'>[] = [];
    const kept = earlier?.results ?? new Map<string, WatchedResult>();
    let isAgain = false;
    for (const { organization, computeNode, ...given } of results) {
      const result = {
        ...given,
        organization: organization?.name ?? null,
        computeNode: computeNode?.name ?? null,
      } as WatchedResult;
      const before = kept.get(result.id);
      if (before && !isLater(result, before)) continue;
      isAgain ||= before !== undefined && result.attempt > before.attempt;
      kept.set(result.id, result);
      steps.push({ at, result, status: result.status, previousStatus: before?.status ?? null });
    }
    // A task that is final stays so; before, it goes back only where a result does.
    const isLate =
      earlier && (earlier.finishedAt !== null || (rank(task.status) < rank(earlier.status) && !isAgain));
    const now = { ...(isLate ? earlier : (task as WatchedTask)), results: kept };
    this.known.set(now.id, now);
    if (now.finishedAt !== null && now.finishedAt > (this.lastFinishedAt ?? ''))
      this.lastFinishedAt = now.finishedAt;
    if (earlier?.status !== now.status)
      steps.push({ at, result: null, status: now.status, previousStatus: earlier?.status ?? null });
    for (const step of steps) this.options.changed({ ...step, task: now }, this.tasks);
  }

  private endIfOver(): void {
    const { watched, untilDone } = this.options;
    if (!this.hasRead || (!untilDone && !('task' in watched))) return;
    if (this.tasks.every(({ finishedAt }) => finishedAt !== null)) this.stop();
  }
}

function isLater(result: WatchedResult, before: WatchedResult): boolean {
  return (
    result.attempt > before.attempt ||
    (result.attempt === before.attempt && rank(result.status) > rank(before.status))
  );
}

/** How far a status is; all final ones are equally far. */
function rank(status: string): number {
  const at = open.indexOf(status);
  return at < 0 ? open.length : at;
}
