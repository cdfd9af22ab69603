/**
 * What the commands that talk to a server share: operations over HTTP, subscriptions over a socket. Faults that pass (no
 * server, a restart, a token that has ended) are waited out, with longer and longer pauses; refusals are thrown.
 */
import { setTimeout as after } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** What the server refused, with its code; see docs/reference/errors.md. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(message: string, readonly code: string) {
    super(message);
  }
}

/** The document's data, by the names of its root fields. */
export type Data = Record<string, any>;

/** Codes of answers that may be another one in a moment. */
const passing = ['UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR'];
/** Codes that end a subscription which stood, to begin it again: who may no longer listen is refused then. */
const beginningAgain = ['FORBIDDEN', 'LIMIT_EXCEEDED'];
const longestPauseMs = 15_000;
/** How long somebody waits for an answer. */
const patienceMs = 60_000;

/** A server, and who one is there. */
export class Connection {
  private current: Promise<string> | null = null;

  /**
   * @param signIn makes a bearer token; called again when the server takes the last one no more
   * @param signal ends all waiting
   */
  constructor(
    readonly server: string,
    private readonly signIn: (() => Promise<string>) | null,
    readonly signal: AbortSignal,
    private readonly tell: (line: string) => void,
  ) {}

  /** The present token. */
  private token(): Promise<string> | null {
    if (!this.signIn) return null;
    this.current ??= this.signIn().catch((error: unknown) => {
      this.current = null;
      throw error;
    });
    return this.current;
  }

  /** Runs an operation until it is answered. Throws Refusal. */
  async ask(document: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const body = JSON.stringify({ query: document, variables });
    return this.persist(async () => {
      const answer = await this.send('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      const [error] = answer.errors ?? [];
      if (error) throw new Refusal(error.message, error.extensions?.code ?? 'INTERNAL_SERVER_ERROR');
      return answer.data;
    });
  }

  /** Sends what is too large for an operation; returns the id to name it by. Throws Refusal. */
  put(content: Buffer): Promise<string> {
    return this.persist(async () => {
      const answer = await this.send('/payloads', { method: 'PUT', body: new Uint8Array(content), headers: { 'content-type': 'application/octet-stream' } });
      if (typeof answer.id !== 'string') throw new Refusal(answer.errors?.[0]?.message ?? answer.error?.message ?? 'The payload was not taken', answer.errors?.[0]?.extensions?.code ?? answer.error?.code ?? 'BAD_USER_INPUT');
      return answer.id;
    });
  }

  /**
   * What a subscription tells, for ever: it is made anew when it or its connection ends.
   * @param standing called each time that the subscription stands: what is read from then on misses nothing
   */
  async *listen(query: string, variables: Record<string, unknown> = {}, standing: () => void = () => {}): AsyncGenerator<Data> {
    for (let failures = 0; !this.signal.aborted; ) {
      let [hasStood, isRefused] = [false, false];
      const client = createClient({
        url: `${this.server.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        // Asked for before connecting (below), so that what goes wrong with it is known as what it is.
        connectionParams: async () => (this.signIn ? { authorization: `Bearer ${await this.token()}` } : {}),
        on: { message: (said) => void (isRefused ||= said.type === 'error' || (said.type === 'next' && said.payload.errors !== undefined)) },
      });
      const stop = () => void client.dispose();
      this.signal.addEventListener('abort', stop, { once: true });
      try {
        await this.token();
        const messages = client.iterate<Data>({ query, variables });
        // What is asked on the same socket is answered once the subscription before it stands, or was refused.
        const answered = () => {
          if (isRefused) return;
          hasStood = true;
          standing();
        };
        client.subscribe({ query: '{ __typename }' }, { next: answered, error: () => {}, complete: () => {} });
        for await (const { data, errors } of messages) {
          if (errors?.[0]) throw new Refusal(errors[0].message, String(errors[0].extensions?.code));
          failures = 0;
          if (data) yield data;
        }
      } catch (error) {
        this.judge(error, hasStood ? beginningAgain : []);
      } finally {
        this.signal.removeEventListener('abort', stop);
        await client.dispose();
      }
      await this.pause(failures++);
    }
  }

  private async persist<T>(work: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await work();
      } catch (error) {
        this.signal.throwIfAborted();
        this.judge(error);
        await this.pause(failures);
      }
    }
  }

  private async send(path: string, request: RequestInit): Promise<any> {
    const token = await this.token();
    const headers = { ...(request.headers as Record<string, string>), ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const response = await fetch(`${this.server}${path}`, { ...request, headers, signal: AbortSignal.any([this.signal, AbortSignal.timeout(patienceMs)]) });
    if (response.status >= 500) throw new Error(`the server answers ${response.status}`);
    return response.json();
  }

  /** Throws what will not pass. Forgets a token that is not taken any more. */
  private judge(error: unknown, alsoPassing: readonly string[] = []): void {
    if (this.signal.aborted) return;
    const isUnknown = error instanceof Refusal ? error.code === 'UNAUTHENTICATED' && this.current !== null : (error as { code?: unknown } | null)?.code === 4403;
    if (isUnknown) this.current = null;
    const found = Array.isArray(error) ? new Refusal(String(error[0]?.message), String(error[0]?.extensions?.code)) : error;
    if (found instanceof Refusal && !isUnknown && ![...passing, ...alsoPassing].includes(found.code)) throw found;
    this.tell(`not connected (${describe(found)}); trying again`);
  }

  private pause(failures: number): Promise<void> {
    const most = Math.min(longestPauseMs, 250 * 2 ** Math.min(failures, 10));
    return after(most * (0.5 + Math.random() / 2), undefined, { signal: this.signal }).catch(() => {});
  }
}

function describe(error: unknown): string {
  if (error instanceof Error) return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  const { code, reason } = (error ?? {}) as { code?: unknown; reason?: unknown };
  return [code, reason].filter(Boolean).join(' ') || 'the connection ended';
}
