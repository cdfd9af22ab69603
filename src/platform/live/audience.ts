/**
 * An audience: all subscriptions of this process with the same document and variables. What is told on their topic is
 * judged, executed and serialised once for all of them who share (sharing.ts), and sent to each (rounds.ts).
 *
 * May-still-see is decided at every notice. A change of rights and the notices after it are heard in the order in
 * which they were committed.
 */
import { randomUUID } from 'node:crypto';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { words } from '../../permissions/decide.ts';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Contexts } from '../graphql/context.ts';
import { notFound } from '../graphql/errors.ts';
import type { Executor } from '../graphql/execute.ts';
import { Announced } from './announced.ts';
import type { Message } from './backlog.ts';
import type { Change } from './judge.ts';
import { changesFor } from './judge.ts';
import type { Member } from './member.ts';
import type { Prepared, Recipient } from './rounds.ts';
import { Rounds } from './rounds.ts';
import type { Shared, Sharing } from './sharing.ts';
import type { Subscriber } from './subscriber.ts';
import type { Told } from './told.ts';
import { ChangeKind } from './told.ts';
import type { Replayed, Watch } from './watch.ts';

/** Most kinds of viewers for whom it is remembered what they were told appeared or is gone. */
const remembered = 200;

/** What an audience listens to, and how it is answered. */
export interface AudienceOptions {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly watch: Watch;
  readonly sharing: Sharing;
  readonly notices: Subscriber;
  readonly executor: Executor;
  readonly contexts: Contexts;
  /** Runs work on the database, no more of it at once than live messages may take. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** An error as callers may see it. */
  readonly visible: (error: Error) => GraphQLError;
  /** Called once it has no members any more, or takes none. */
  readonly ended: () => void;
}

/** Subscriptions that are told the same things, each by their rights. */
export class Audience {
  private readonly members = new Set<Member>();
  private readonly announced = new LRUCache<string, Announced>({ max: remembered });
  private readonly rounds: Rounds;
  private isEnded = false;

  constructor(private readonly options: AudienceOptions) {
    this.rounds = new Rounds({
      members: this.members,
      prepare: (members, told, known) => this.prepare(members, told, known),
      failed: (error) => this.fail(error),
    });
    void this.run();
  }

  /** How many subscriptions there are. */
  get size(): number {
    return this.members.size;
  }

  get sharing(): Sharing {
    return this.options.sharing;
  }

  /** Takes a member in. */
  add(member: Member): void {
    if (this.isEnded) member.end(null);
    else this.members.add(member);
  }

  /** Lets a member go; the last one ends the audience. */
  delete(member: Member): void {
    this.members.delete(member);
    if (this.members.size === 0) this.end(null);
  }

  private end(error: GraphQLError | null): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.options.notices.close();
    this.options.ended();
    for (const member of this.members) member.end(error);
  }

  private async run(): Promise<void> {
    const { notices, watch } = this.options;
    try {
      for (let told = await notices.take(); told; told = await notices.take()) {
        await this.rounds.add(told);
        if (told.isDeleted && told.resource === watch.place?.resource && told.id === watch.place.id) break;
      }
      await this.rounds.over();
      this.end(notices.isClosed ? null : notFound(words(watch.place?.resource ?? 'object')));
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private fail(error: Error): void {
    this.end(this.options.visible(error));
  }

  /** Finds out what the members are to be sent who are known to be who they are. */
  private async prepare(
    members: Iterable<Recipient>,
    told: Told,
    known: Prepared['answers'],
  ): Promise<Prepared> {
    const { limit, sharing } = this.options;
    const viewers = new Set<Viewer>();
    for (const { caller } of members) if (caller.settling === null) viewers.add(caller.viewer);
    const shared = await limit(() => sharing.of(viewers, told));
    const byViewer = new Map<Viewer, Shared>();
    const found = new Map<string, readonly Message[] | Promise<Message[]>>(known);
    for (const viewer of viewers) {
      const one = shared(viewer);
      byViewer.set(viewer, one);
      if (!found.has(one.key))
        found.set(
          one.key,
          limit(() => this.answer(one, told)),
        );
    }
    const answers = await Promise.all([...found].map(async ([key, answer]) => [key, await answer] as const));
    return { byViewer, answers: new Map(answers) };
  }

  /** What somebody is to be sent of a notice. */
  private async answer({ key, viewer }: Shared, told: Told): Promise<Message[]> {
    const announced = this.announced.get(key) ?? new Announced();
    this.announced.set(key, announced);
    const messages: Message[] = [];
    for (const change of await changesFor(this.context(viewer), told)) {
      if (!announced.isNews(change, told.transactions)) continue;
      const result = await this.execute(viewer, change);
      // Judged and read are two statements: what went out of sight between them is told of by what took it away.
      if (!result.data && change.kind !== ChangeKind.REMOVED && !(await this.isSeen(viewer, told, change.id)))
        continue;
      messages.push(messageOf(change, result));
    }
    return messages;
  }

  /** What somebody is to be sent of a row that was not told of while they listened. */
  async replayed(viewer: Viewer, { resource, id, data }: Replayed): Promise<Message> {
    const change: Change = {
      resource,
      id,
      data: [data],
      kind: ChangeKind.UPDATED,
      at: new Date(),
      snapshot: '',
    };
    return messageOf(change, await this.execute(viewer, change));
  }

  private async execute(viewer: Viewer, change: Change): Promise<ExecutionResult> {
    const { watch, executor, document, operationName, variables } = this.options;
    return executor.execute({
      document,
      operationName,
      variables,
      context: this.context(viewer),
      rootValue: watch.message(change),
    });
  }

  private async isSeen(viewer: Viewer, told: Told, id: string): Promise<boolean> {
    const changes = await changesFor(this.context(viewer), told);
    return changes.some((change) => change.id === id && change.kind !== ChangeKind.REMOVED);
  }

  private context(viewer: Viewer) {
    return this.options.contexts.make({ viewer, isRejected: false }, { id: randomUUID(), address: '' });
  }
}

function messageOf({ id, kind, data }: Change, result: ExecutionResult): Message {
  return { id, kind, payload: serialised(result), isUnique: data.length > 0 };
}

function serialised({ errors, ...result }: ExecutionResult): Buffer {
  return Buffer.from(
    `${JSON.stringify(errors ? { ...result, errors: errors.map((error) => error.toJSON()) } : result)}}`,
  );
}
