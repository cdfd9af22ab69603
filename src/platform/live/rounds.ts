/**
 * The rounds of an audience: what its notices came to goes out to its members, to each in the order of the notices. A
 * round takes along every notice that is ready when it begins, and whoever gets several gets them in one write; while it goes
 * from member to member, what is behind it is made ready, and everybody else has their turn.
 *
 * What was made for somebody's old rights is not sent to them: members whose rights changed meanwhile, or may have
 * (`Caller.settling`), come after the others, by their new ones.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Viewer } from '../../permissions/viewer.ts';
import type { Message } from './backlog.ts';
import type { Caller } from './caller.ts';
import type { Shared } from './sharing.ts';
import type { Told } from './told.ts';

/** Most notices that are made ready at once. */
const mostAhead = 8;
/** Most messages that a member is given in one visit. */
const mostAtOnce = 16;
/** After how many visits everybody else has a turn. */
const visitsInTurn = 200;

/** What a notice comes to for viewers, by who they are. */
export interface Prepared {
  readonly byViewer: ReadonlyMap<Viewer, Shared>;
  /** By the keys of those who share. */
  readonly answers: ReadonlyMap<string, readonly Message[]>;
}

/** Somebody who is told (member.ts). */
export interface Recipient {
  readonly caller: Pick<Caller, 'viewer' | 'settling' | 'isRefused'>;
  /** Takes messages, in their order; never waits. */
  offer(messages: readonly Message[]): void;
}

/** What rounds are made with. */
export interface RoundsOptions {
  /** Those who are told. */
  readonly members: ReadonlySet<Recipient>;
  /** Finds out what members are to be sent of a notice who are known to be who they are; what is known of it is not found again. */
  readonly prepare: (
    members: Iterable<Recipient>,
    told: Told,
    known: Prepared['answers'],
  ) => Promise<Prepared>;
  /** Called when something could not be found out. What was underway is given up. */
  readonly failed: (error: Error) => void;
}

/** A notice on its way. */
interface Underway {
  readonly told: Told;
  readonly prepared: Promise<Prepared>;
  ready: Prepared | null;
  /** The database was asked for it, in vain perhaps. */
  isRead: boolean;
  /** Resolves when it was sent or given up. */
  readonly over: PromiseWithResolvers<void>;
}

/** A member who is told of some notices. */
interface Visit {
  readonly member: Recipient;
  /** Which notice comes next. */
  notice: number;
  /** What that one comes to for them, and which message of it comes next. */
  messages: readonly Message[] | null;
  message: number;
  /** The objects that it told them of while their rights were other ones. */
  had: Set<string> | null;
}

/** What is left after a visit: messages, or all that is not for who they are now. */
type Rest = 'nothing' | 'messages' | 'all';

/** The notices of an audience that are not sent yet. */
export class Rounds {
  private readonly underway: Underway[] = [];
  private isRunning = false;

  constructor(private readonly options: RoundsOptions) {}

  /** Makes a notice ready and has it sent, after those before it. Resolves when there was room for it. */
  async add(told: Told): Promise<void> {
    await this.roomFor(told);
    const prepared = this.options.prepare(this.options.members, told, new Map());
    const one: Underway = { told, prepared, ready: null, isRead: false, over: Promise.withResolvers() };
    const read = (ready: Prepared | null) => Object.assign(one, { ready, isRead: true });
    prepared.then(read, () => read(null));
    this.underway.push(one);
    if (!this.isRunning) void this.run();
  }

  /** Resolves when everything was sent or given up. */
  async over(): Promise<void> {
    await this.underway.at(-1)?.over.promise;
  }

  private async roomFor(told: Told): Promise<void> {
    // What is read of one object later must not be sent earlier.
    const isApart = ({ told: other }: Underway) =>
      told.of === null && other.of === null && other.id !== told.id;
    for (;;) {
      const earlier = this.underway.find((one) => !one.isRead && !isApart(one));
      if (earlier) await earlier.prepared.catch(() => {});
      else if (this.underway.length >= mostAhead) await this.underway[0].over.promise;
      else return;
    }
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    try {
      while (this.underway.length > 0) {
        await this.underway[0].prepared;
        const unready = this.underway.findIndex(({ ready }) => ready === null);
        const round = this.underway.slice(0, unready < 0 ? undefined : unready);
        await this.round(round.map(({ told, ready }) => ({ told, ...ready! })));
        this.end(round.length);
      }
    } catch (error) {
      this.options.failed(error as Error);
      this.end(this.underway.length);
    }
    this.isRunning = false;
  }

  private end(count: number): void {
    for (const { over } of this.underway.splice(0, count)) over.resolve();
  }

  private async round(notices: ({ readonly told: Told } & Prepared)[]): Promise<void> {
    const { members, prepare } = this.options;
    let visits = Array.from(members, (member): Visit => ({
      member,
      notice: 0,
      messages: null,
      message: 0,
      had: null,
    }));
    while (visits.length > 0) {
      const later = await visitAll(visits, notices);
      await Promise.all(later.map(({ member }) => member.caller.settling));
      visits = later.filter(({ member }) => members.has(member) && !member.caller.isRefused);
      for (const [index, { told, answers }] of notices.entries()) {
        const waiting = visits.filter(({ notice }) => notice <= index).map(({ member }) => member);
        if (waiting.length > 0) notices[index] = { told, ...(await prepare(waiting, told, answers)) };
      }
    }
  }
}

/** Gives every member what there is for them; answers with those for whom it was not made. */
async function visitAll(visits: readonly Visit[], notices: readonly Prepared[]): Promise<Visit[]> {
  const later: Visit[] = [];
  for (let present = visits; present.length > 0;) {
    const again: Visit[] = [];
    for (const [index, visit] of present.entries()) {
      if (index % visitsInTurn === visitsInTurn - 1) await turn();
      const rest = give(visit, notices);
      if (rest === 'messages') again.push(visit);
      else if (rest === 'all') later.push(visit);
    }
    // Between messages, whoever reads at all gets the time to.
    if (again.length > 0) await turn();
    present = again;
  }
  return later;
}

/** Gives a member some messages. */
function give(visit: Visit, notices: readonly Prepared[]): Rest {
  const given: Message[] = [];
  const rest = take(visit, notices, given);
  if (given.length > 0) visit.member.offer(given);
  return rest;
}

function take(visit: Visit, notices: readonly Prepared[], given: Message[]): Rest {
  const { caller } = visit.member;
  for (; visit.notice < notices.length; visit.notice += 1) {
    const { byViewer, answers } = notices[visit.notice];
    const shared = caller.settling ? undefined : byViewer.get(caller.viewer);
    const messages = shared && answers.get(shared.key)!;
    if (!messages || (visit.messages ?? messages) !== messages) {
      for (const { id } of visit.messages?.slice(0, visit.message) ?? []) (visit.had ??= new Set()).add(id);
      visit.messages = null;
      return 'all';
    }
    if (visit.messages === null) Object.assign(visit, { messages, message: 0 });
    for (; visit.message < messages.length; visit.message += 1) {
      if (given.length === mostAtOnce) return 'messages';
      const message = messages[visit.message];
      if (!visit.had?.has(message.id)) given.push(message);
    }
    visit.messages = visit.had = null;
  }
  return 'nothing';
}
