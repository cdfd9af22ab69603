/**
 * A reference compute node: waits for work, runs one command for each result, one at a time, and reports what came of it.
 * What it loses by a crash of its own is given out again by the server when the lease is over.
 */
import type { Child } from './child.ts';
import { longestOutput, startChild } from './child.ts';
import type { Connection } from './connection.ts';
import { Refusal } from './connection.ts';
import { decrypt, encrypt } from './encryption.ts';
import { Supervisor } from './supervisor.ts';

/** What a compute node runs, and for whom. */
export interface NodeOptions {
  readonly command: readonly string[];
  /** The environment of the command, to which the task's is added. Without the API key. */
  readonly env: NodeJS.ProcessEnv;
  /** End after one result. */
  readonly once: boolean;
  /** The PEM that decrypts inputs of encrypted collaborations: the private key of the node's organization. */
  readonly privateKey: string | null;
  readonly tell: (line: string) => void;
}

interface Work {
  readonly id: string;
  readonly attempt: number;
}

type Convert = (content: Buffer) => Buffer;

/** What the server says of a task. */
interface TaskOfWork {
  readonly id: string;
  readonly image: string;
  readonly collaboration: { readonly encrypted: boolean } | null;
  readonly initiator: { readonly name: string; readonly publicKey: string | null } | null;
}

/** More goes by PUT /payloads: what the server takes in a row. */
const largestText = 1_000_000;
const logEveryMs = 500;
const lifeEveryMs = 15_000;

const workAssigned = 'subscription { workAssigned { kind attempt result { id } } }';
const readResult =
  'query ($id: ID!) { result(id: $id) { input inputUrl task { id image collaboration { encrypted } initiator { name publicKey } } } }';
const report =
  'mutation ($id: ID!, $input: ReportResultInput!) { reportResult(id: $id, input: $input) { result { status } } }';
const startResult = 'mutation ($id: ID!) { startResult(id: $id) { result { status } } }';
const appendLog =
  'mutation ($id: ID!, $text: String!, $attempt: Int) { appendResultLog(id: $id, text: $text, attempt: $attempt) }';
const containerToken =
  'mutation ($taskId: ID!, $image: String!) { createContainerToken(taskId: $taskId, image: $image) { token } }';
const acknowledge = 'mutation ($id: ID!) { acknowledgeCancel(resultId: $id) { result { status } } }';

/** One compute node. */
export class NodeRun {
  private readonly waiting: Work[] = [];
  private running: { readonly work: Work; child: Child | null; isCanceled: boolean } | null = null;
  private idle: Promise<void> = Promise.resolve();
  private isEnding = false;
  private readonly supervisor: Supervisor;

  /**
   * @param listening for the subscription, which ends first
   * @param asking for reports, which end with the last result
   */
  constructor(
    private readonly listening: Connection,
    private readonly asking: Connection,
    private readonly options: NodeOptions,
    private readonly stop: () => void,
  ) {
    this.supervisor = new Supervisor(options.tell);
  }

  /** Works until it is stopped; what runs then may finish. */
  async run(): Promise<void> {
    try {
      for await (const { workAssigned: notice } of this.listening.listen(workAssigned)) {
        const work: Work = { id: notice.result.id, attempt: notice.attempt };
        if (notice.kind === 'START') this.take(work);
        else await this.cancel(work);
      }
    } catch (error) {
      // Whoever may not be given work may not report either: what runs is for nothing.
      this.running?.child?.kill();
      throw error;
    } finally {
      this.isEnding = true;
      await this.idle;
      this.supervisor.end();
    }
  }

  private take(work: Work): void {
    const isSame = (other: Work) => other.id === work.id && other.attempt === work.attempt;
    // After each connection the server tells again of all that was not started.
    if (this.isEnding || this.waiting.some(isSame) || (this.running && isSame(this.running.work))) return;
    this.waiting.push(work);
    if (!this.running) this.idle = this.workOff();
  }

  private async cancel({ id }: Work): Promise<void> {
    for (let at = this.waiting.length; at-- > 0;) if (this.waiting[at].id === id) this.waiting.splice(at, 1);
    if (this.running?.work.id === id) {
      this.running.isCanceled = true;
      this.running.child?.kill();
    } else await this.quietly(acknowledge, { id });
  }

  private async workOff(): Promise<void> {
    for (let work; !this.isEnding && (work = this.waiting.shift());) {
      this.running = { work, child: null, isCanceled: false };
      try {
        await this.workOn(work);
      } catch (error) {
        // Given up in between, or canceled: it is somebody else's now.
        this.options.tell(`${work.id}: ${(error as Error).message}`);
      }
      if (this.running.isCanceled) {
        await this.quietly(acknowledge, { id: work.id });
        this.options.tell(`${work.id}: stopped, as it was canceled`);
      }
      this.running = null;
      if (this.options.once) {
        this.isEnding = true;
        this.stop();
      }
    }
  }

  private async workOn(work: Work): Promise<void> {
    const { tell, command, env } = this.options;
    const running = this.running!;
    await this.report(work, { status: 'INITIALIZING' });
    let child: Child;
    let encrypted: Convert;
    try {
      const { result } = await this.asking.ask(readResult, { id: work.id });
      const converts = this.encryptionOf(result.task);
      encrypted = converts.encrypted;
      const { token } = (
        await this.asking.ask(containerToken, { taskId: result.task.id, image: result.task.image })
      ).createContainerToken;
      const input = converts.decrypted(
        result.inputUrl ? await this.asking.get(result.inputUrl) : Buffer.from(result.input ?? ''),
      );
      if (running.isCanceled) return;
      tell(`${work.id}: starting ${command[0]} for ${result.task.image}`);
      const ofTask = {
        CONVOKE_TASK_ID: result.task.id,
        CONVOKE_RESULT_ID: work.id,
        CONVOKE_SERVER: this.asking.server,
        CONVOKE_CONTAINER_TOKEN: token,
      };
      child = await startChild({ command, input, env: { ...env, ...ofTask }, supervisor: this.supervisor });
    } catch (error) {
      if (error instanceof Refusal && error.code === 'CONFLICT') throw error;
      await this.report(work, {
        status: 'START_FAILED',
        log: `The command could not be started: ${(error as Error).message}\n`,
      });
      tell(`${work.id}: START_FAILED (${(error as Error).message})`);
      return;
    }
    running.child = child;
    if (running.isCanceled) child.kill();
    await this.follow(work, child, encrypted);
  }

  /** How inputs of a task are decrypted, and results encrypted: not at all where its collaboration is open. Throws where a key is missing. */
  private encryptionOf({ collaboration, initiator }: TaskOfWork): {
    readonly decrypted: Convert;
    readonly encrypted: Convert;
  } {
    const asIs: Convert = (content) => content;
    if (!collaboration?.encrypted) return { decrypted: asIs, encrypted: asIs };
    const { privateKey } = this.options;
    if (privateKey === null)
      throw new Error(
        'the collaboration is encrypted, and the compute node was started without --private-key',
      );
    const publicKey = initiator?.publicKey;
    if (!publicKey)
      throw new Error(
        `results are encrypted for ${initiator?.name ?? 'the organization that made the task'}, which has no public key`,
      );
    return {
      decrypted: (content) => (content.length === 0 ? content : decrypt(content.toString(), privateKey)),
      encrypted: (content) => Buffer.from(encrypt(content, publicKey)),
    };
  }

  private async follow(work: Work, child: Child, encrypted: Convert): Promise<void> {
    let hasEnded = false;
    void child.ended.then(() => (hasEnded = true));
    try {
      await this.asking.ask(startResult, { id: work.id });
      for (let life = Date.now(); !hasEnded;) {
        let timer: NodeJS.Timeout | undefined;
        await Promise.race([
          child.ended,
          new Promise((resolve) => (timer = setTimeout(resolve, logEveryMs))),
        ]);
        clearTimeout(timer);
        if (hasEnded) break;
        const text = child.takeLog();
        if (text) await this.asking.ask(appendLog, { id: work.id, text, attempt: work.attempt });
        // Commands that say nothing for long are alive too.
        else if (Date.now() - life > lifeEveryMs) await this.report(work, { status: 'ACTIVE' });
        else continue;
        life = Date.now();
      }
    } catch (error) {
      child.kill();
      await child.ended;
      throw error;
    }
    const { code, signal, output, isTooMuch } = await child.ended;
    const log = child.takeLog();
    if (this.running!.isCanceled) {
      if (log) await this.quietly(appendLog, { id: work.id, text: log, attempt: work.attempt });
      return;
    }
    if (isTooMuch) {
      await this.report(work, {
        status: 'FAILED',
        log: `${log}The command was ended: its output is longer than ${longestOutput} bytes.\n`,
      });
      this.options.tell(`${work.id}: FAILED (too much output)`);
      return;
    }
    const status = code === 0 ? 'COMPLETED' : signal ? 'CRASHED' : 'FAILED';
    const end =
      code === 0 ? '' : `The command ended ${signal ? `by ${signal}` : `with exit code ${code}`}.\n`;
    await this.report(work, {
      status,
      log: log + end,
      ...(code === 0 ? await this.contentOf(encrypted(output)) : {}),
    });
    this.options.tell(`${work.id}: ${status}`);
  }

  /** A text stands in the row; what is large, or no text, is a payload. */
  private async contentOf(output: Buffer): Promise<{ result?: string; payloadId?: string }> {
    const text = output.toString();
    if (output.length <= largestText && !text.includes('\0') && Buffer.from(text).equals(output))
      return { result: text };
    return { payloadId: await this.asking.put(output) };
  }

  private async report(work: Work, input: Record<string, unknown>): Promise<void> {
    await this.asking.ask(report, { id: work.id, input: { ...input, attempt: work.attempt } });
  }

  /** What may come too late, and is no harm then. */
  private async quietly(document: string, variables: Record<string, unknown>): Promise<void> {
    await this.asking
      .ask(document, variables)
      .catch((error: Error) => this.options.tell(`${String(variables['id'])}: ${error.message}`));
  }
}
