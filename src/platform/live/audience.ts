/**
 * An audience: all subscriptions of this process with the same document and variables. What is told on their topic is
 * judged, executed and serialised once for all of them who share (sharing.ts), and sent to each.
 *
 * May-still-see is decided at every notice. A change of rights and the notices after it are heard in the order in
 * which they were committed: who is between the two (`Caller.settling`) is waited for, and what was made for somebody's
 * old rights is not sent to them.
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
import type { Message } from './backlog.ts';
import { Gone } from './gone.ts';
import type { Change } from './judge.ts';
import { changesFor } from './judge.ts';
import type { Member } from './member.ts';
import type { Shared, Sharing } from './sharing.ts';
import type { Subscriber } from './subscriber.ts';
import type { Told } from './told.ts';
import { ChangeKind } from './told.ts';
import type { Replayed, Watch } from './watch.ts';

/** Most kinds of viewers for whom it is remembered what they were told is gone. */
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
  private readonly gone = new LRUCache<string, Gone>({ max: remembered });
  private isEnded = false;

  constructor(private readonly options: AudienceOptions) {
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

  private end(error: GraphQLError | Error | null): void {
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
        await this.tell(told);
        if (told.isDeleted && told.resource === watch.place?.resource && told.id === watch.place.id) break;
      }
      this.end(notices.isClosed ? null : notFound(words(watch.place?.resource ?? 'object')));
    } catch (error) {
      this.end(this.options.visible(error as Error));
    }
  }

  /** Tells everybody; those whose rights change meanwhile after the others, by their new ones. */
  private async tell(told: Told): Promise<void> {
    const answers = new Map<string, Promise<Message[]>>();
    const sent = new Map<Member, Set<string>>();
    for (let rest = [...this.members]; rest.length > 0; ) {
      rest = rest.filter((member) => this.members.has(member) && !member.caller.isRefused);
      const turn = rest.filter(({ caller }) => caller.settling === null);
      const later = rest.filter(({ caller }) => caller.settling !== null);
      for (const member of turn) member.judgedAt = member.caller.version;
      if (turn.length === 0) await Promise.all(later.map(({ caller }) => caller.settling));
      else await this.tellSome(turn, told, answers, sent, later);
      rest = later;
    }
  }

  /** @param later gets those whose rights change before they are told everything */
  private async tellSome(
    turn: readonly Member[],
    told: Told,
    answers: Map<string, Promise<Message[]>>,
    sent: Map<Member, Set<string>>,
    later: Member[],
  ): Promise<void> {
    const { limit, sharing } = this.options;
    const shared = await limit(() => sharing.of(turn.map(({ caller }) => caller.viewer), told));
    const groups = Map.groupBy(turn, ({ caller }) => shared(caller.viewer));
    const tell = async (one: Shared, members: Member[]) => {
      let answer = answers.get(one.key);
      if (!answer) answers.set(one.key, (answer = limit(() => this.answer(one, told))));
      const messages = await answer;
      for (const [index, message] of messages.entries()) {
        // Between messages, whoever reads at all gets the time to.
        if (index > 0) await new Promise(setImmediate);
        members = members.filter((member) => {
          if (member.judgedAt !== member.caller.version) return later.push(member) && false;
          const had = messages.length > 1 ? sent.get(member) : undefined;
          if (!had?.has(message.id)) member.offer(message);
          if (messages.length > 1) sent.set(member, (had ?? new Set()).add(message.id));
          return true;
        });
      }
    };
    await Promise.all([...groups].map(([one, members]) => tell(one, members)));
  }

  /** What somebody is to be sent of a notice. */
  private async answer({ key, viewer }: Shared, told: Told): Promise<Message[]> {
    const gone = this.gone.get(key) ?? new Gone();
    const messages: Message[] = [];
    for (const change of await changesFor(this.context(viewer), told)) {
      if (change.kind !== ChangeKind.REMOVED) gone.delete(change.id);
      else if (gone.covers(change.id, told.transactions)) continue;
      else {
        gone.add(change.id, change.snapshot);
        this.gone.set(key, gone);
      }
      messages.push(await this.messageOf(viewer, change));
    }
    return messages;
  }

  /** What somebody is to be sent of a row that was not told of while they listened. */
  replayed(viewer: Viewer, { resource, id, data }: Replayed): Promise<Message> {
    return this.messageOf(viewer, { resource, id, data: [data], kind: ChangeKind.UPDATED, at: new Date(), snapshot: '' });
  }

  private async messageOf(viewer: Viewer, change: Change): Promise<Message> {
    const { watch, executor, document, operationName, variables } = this.options;
    const result = await executor.execute({ document, operationName, variables, context: this.context(viewer), rootValue: watch.message(change) });
    return { id: change.id, kind: change.kind, payload: serialised(result), isUnique: change.data.length > 0 };
  }

  private context(viewer: Viewer) {
    return this.options.contexts.make({ viewer, isRejected: false }, { id: randomUUID(), address: '' });
  }
}

function serialised({ errors, ...result }: ExecutionResult): string {
  return JSON.stringify(errors ? { ...result, errors: errors.map((error) => error.toJSON()) } : result);
}
