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
import { Announced } from './announced.ts';
import type { Message } from './backlog.ts';
import type { Change } from './judge.ts';
import { changesFor } from './judge.ts';
import type { Member } from './member.ts';
import type { Shared, Sharing } from './sharing.ts';
import type { Subscriber } from './subscriber.ts';
import type { Told } from './told.ts';
import { ChangeKind } from './told.ts';
import type { Replayed, Watch } from './watch.ts';

/** Most kinds of viewers for whom it is remembered what they were told appeared or is gone. */
const remembered = 200;

/** Most notices that are worked on at once. */
const mostAhead = 4;

/** What a notice comes to for viewers, by who they are. */
interface Prepared {
  readonly byViewer: ReadonlyMap<Viewer, Shared>;
  readonly answers: Map<string, Promise<Message[]>>;
}

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
    // While one notice is sent, the database works on those behind it.
    const sending: { readonly told: Told; readonly sent: Promise<void> }[] = [];
    try {
      for (let told = await notices.take(); told; told = await notices.take()) {
        const { of, id } = told;
        // What is read of one object later must not be sent earlier.
        const isApart = of === null && sending.every((other) => other.told.of === null && other.told.id !== id);
        while (sending.length >= (isApart ? mostAhead : 1)) await sending.shift()!.sent;
        const prepared = this.prepare([...this.members], told, new Map());
        const before = sending.at(-1)?.sent;
        const sent = this.tell(told, prepared, before);
        // Who waits for it hears of its error; it is nobody's who is not waited for.
        sent.catch(() => {});
        sending.push({ told, sent });
        if (told.isDeleted && told.resource === watch.place?.resource && id === watch.place.id) break;
      }
      for (const { sent } of sending) await sent;
      this.end(notices.isClosed ? null : notFound(words(watch.place?.resource ?? 'object')));
    } catch (error) {
      this.end(this.options.visible(error as Error));
    }
  }

  /** Begins to find out what the members are to be sent who are known to be who they are. */
  private async prepare(members: readonly Member[], told: Told, answers: Map<string, Promise<Message[]>>): Promise<Prepared> {
    const { limit, sharing } = this.options;
    const viewers = new Set(members.filter(({ caller }) => caller.settling === null).map(({ caller }) => caller.viewer));
    const shared = await limit(() => sharing.of(viewers, told));
    const byViewer = new Map([...viewers].map((viewer) => [viewer, shared(viewer)]));
    for (const one of byViewer.values()) {
      if (!answers.has(one.key)) answers.set(one.key, limit(() => this.answer(one, told)));
    }
    await Promise.all(answers.values());
    return { byViewer, answers };
  }

  /** Sends everybody what was found; those whose rights changed meanwhile after the others, by their new ones. */
  private async tell(told: Told, preparing: Promise<Prepared>, before: Promise<void> | undefined): Promise<void> {
    const sent = new Map<Member, Set<string>>();
    let [{ byViewer, answers }] = await Promise.all([preparing, before]);
    for (let rest = [...this.members]; rest.length > 0; ) {
      rest = await this.send(rest, byViewer, answers, sent);
      await Promise.all(rest.map(({ caller }) => caller.settling));
      rest = rest.filter((member) => this.members.has(member) && !member.caller.isRefused);
      if (rest.length > 0) ({ byViewer, answers } = await this.prepare(rest, told, answers));
    }
  }

  /** Sends what there is for these viewers; answers with the members who are not, or not known to be, any of them. */
  private async send(
    members: readonly Member[],
    byViewer: Prepared['byViewer'],
    answers: Prepared['answers'],
    sent: Map<Member, Set<string>>,
  ): Promise<Member[]> {
    const later: Member[] = [];
    const groups = new Map<string, Member[]>();
    for (const member of members) {
      const one = byViewer.get(member.caller.viewer);
      if (!one || member.caller.settling) later.push(member);
      else {
        const group = groups.get(one.key);
        if (group) group.push(member);
        else groups.set(one.key, [member]);
      }
    }
    for (const [key, group] of groups) {
      const messages = await answers.get(key)!;
      let rest = group;
      for (const [index, message] of messages.entries()) {
        // Between messages, whoever reads at all gets the time to.
        if (index > 0) await new Promise(setImmediate);
        rest = rest.filter((member) => {
          const { caller } = member;
          if (caller.settling || byViewer.get(caller.viewer)?.key !== key) return later.push(member) && false;
          const had = messages.length > 1 ? sent.get(member) : undefined;
          if (!had?.has(message.id)) member.offer(message);
          if (messages.length > 1) sent.set(member, (had ?? new Set()).add(message.id));
          return true;
        });
      }
    }
    return later;
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
      if (!result.data && change.kind !== ChangeKind.REMOVED && !(await this.isSeen(viewer, told, change.id))) continue;
      messages.push(messageOf(change, result));
    }
    return messages;
  }

  /** What somebody is to be sent of a row that was not told of while they listened. */
  async replayed(viewer: Viewer, { resource, id, data }: Replayed): Promise<Message> {
    const change: Change = { resource, id, data: [data], kind: ChangeKind.UPDATED, at: new Date(), snapshot: '' };
    return messageOf(change, await this.execute(viewer, change));
  }

  private async execute(viewer: Viewer, change: Change): Promise<ExecutionResult> {
    const { watch, executor, document, operationName, variables } = this.options;
    return executor.execute({ document, operationName, variables, context: this.context(viewer), rootValue: watch.message(change) });
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
  return Buffer.from(`${JSON.stringify(errors ? { ...result, errors: errors.map((error) => error.toJSON()) } : result)}}`);
}
