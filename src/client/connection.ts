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
  constructor(
    message: string,
    readonly code: string,
  ) {
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
/** How long somebody waits for an answer, and for a payload on its way. */
const [patienceMs, transferMs] = [60_000, 1_800_000];
/** How often a link is tried that nobody answers at. */
const mostTries = 8;

/** One attempt at something: the token that was shown, null for none. */
interface Attempt {
  token: string | null;
}

/** The bearer token of somebody, which connections share. */
export class Bearer {
  private current: Promise<string> | null = null;

  /** @param signIn makes a token; called again when the server takes the last one no more */
  constructor(private readonly signIn: () => Promise<string>) {}

  /** The present token; made where there is none. */
  token(): Promise<string> {
    this.current ??= this.signIn().catch((error: unknown) => {
      this.current = null;
      throw error;
    });
    return this.current;
  }

  /** Forgets a token that was refused, unless another connection has a new one already. */
  async forget(refused: string): Promise<void> {
    const { current } = this;
    if ((await current?.catch(() => null)) === refused && this.current === current) this.current = null;
  }
}

/** A server, and who one is there. */
export class Connection {
  /**
   * @param bearer whose token is shown; null for nobody's
   * @param signal ends all waiting
   */
  constructor(
    readonly server: string,
    private readonly bearer: Bearer | null,
    readonly signal: AbortSignal,
    private readonly tell: (line: string) => void,
  ) {}

  /** Runs an operation until it is answered. Throws Refusal. */
  async ask(document: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const body = JSON.stringify({ query: document, variables });
    return this.persist(async (attempt) => {
      const answer = await this.send(attempt, '/graphql', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      const [error] = answer.errors ?? [];
      if (error) throw new Refusal(error.message, error.extensions?.code ?? 'INTERNAL_SERVER_ERROR');
      return answer.data;
    });
  }

  /** Sends what is too large for an operation; returns the id to name it by. Throws Refusal. */
  put(content: Buffer): Promise<string> {
    return this.persist(async (attempt) => {
      const answer = await this.send(
        attempt,
        '/payloads',
        {
          method: 'PUT',
          body: new Uint8Array(content),
          headers: { 'content-type': 'application/octet-stream' },
        },
        transferMs,
      );
      if (typeof answer.id !== 'string')
        throw new Refusal(
          answer.errors?.[0]?.message ?? answer.error?.message ?? 'The payload was not taken',
          answer.errors?.[0]?.extensions?.code ?? answer.error?.code ?? 'BAD_USER_INPUT',
        );
      return answer.id;
    });
  }

  /**
   * What is behind a link that the server made, which may be to another one's: waited for less long than for an answer.
   * Throws Refusal.
   */
  get(link: string): Promise<Buffer> {
    const url = new URL(link, this.server);
    let tries = 0;
    return this.persist(async () => {
      const response = await fetch(url, {
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(transferMs)]),
      }).catch((error: Error) => {
        throw ++tries < mostTries
          ? error
          : new Refusal(`${url.origin} cannot be reached: ${describe(error)}`, 'NOT_FOUND');
      });
      if (response.status >= 500) throw new Error(`${url.origin} answers ${response.status}`);
      if (!response.ok) throw new Refusal(`${url.origin} answers ${response.status}`, 'NOT_FOUND');
      return Buffer.from(await response.arrayBuffer());
    });
  }

  /**
   * What a subscription tells, for ever: it is made anew when it or its connection ends.
   * @param standing called each time that the subscription stands: what is read from then on misses nothing
   */
  async *listen(
    query: string,
    variables: Record<string, unknown> = {},
    standing: () => void = () => {},
  ): AsyncGenerator<Data> {
    for (let failures = 0; !this.signal.aborted;) {
      let [hasStood, isRefused] = [false, false];
      const attempt: Attempt = { token: null };
      const client = createClient({
        url: `${this.server.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        // Asked for before connecting (below), so that what goes wrong with it is known as what it is.
        connectionParams: () => (attempt.token === null ? {} : { authorization: `Bearer ${attempt.token}` }),
        on: {
          message: (said) =>
            void (isRefused ||=
              said.type === 'error' || (said.type === 'next' && said.payload.errors !== undefined)),
        },
      });
      const stop = () => void client.dispose();
      this.signal.addEventListener('abort', stop, { once: true });
      try {
        attempt.token = await this.token();
        const messages = client.iterate<Data>({ query, variables });
        // What is asked on the same socket is answered once the subscription before it stands, or was refused.
        const answered = () => {
          if (isRefused) return;
          hasStood = true;
          standing();
        };
        client.subscribe(
          { query: '{ __typename }' },
          { next: answered, error: () => {}, complete: () => {} },
        );
        for await (const { data, errors } of messages) {
          if (errors?.[0]) throw new Refusal(errors[0].message, String(errors[0].extensions?.code));
          failures = 0;
          if (data) yield data;
        }
      } catch (error) {
        await this.judge(error, attempt, hasStood ? beginningAgain : []);
      } finally {
        this.signal.removeEventListener('abort', stop);
        await client.dispose();
      }
      await this.pause(failures++);
    }
  }

  /** The present token. Others may wait for it too: only this connection's waiting ends with its signal. */
  private async token(): Promise<string | null> {
    if (!this.bearer) return null;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const stop = () => reject(this.signal.reason as Error);
    this.signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([this.bearer.token(), ended]);
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  private async persist<T>(work: (attempt: Attempt) => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      const attempt: Attempt = { token: null };
      try {
        return await work(attempt);
      } catch (error) {
        this.signal.throwIfAborted();
        await this.judge(error, attempt);
        await this.pause(failures);
      }
    }
  }

  private async send(
    attempt: Attempt,
    path: string,
    request: RequestInit,
    mostMs = patienceMs,
  ): Promise<any> {
    attempt.token = await this.token();
    const headers = {
      ...(request.headers as Record<string, string>),
      ...(attempt.token ? { authorization: `Bearer ${attempt.token}` } : {}),
    };
    const response = await fetch(`${this.server}${path}`, {
      ...request,
      headers,
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(mostMs)]),
    });
    if (response.status >= 500) throw new Error(`the server answers ${response.status}`);
    return response.json();
  }

  /** Throws what will not pass. Forgets a token that is not taken any more. */
  private async judge(
    error: unknown,
    { token }: Attempt,
    alsoPassing: readonly string[] = [],
  ): Promise<void> {
    if (this.signal.aborted) return;
    const isUnknown =
      token !== null &&
      (error instanceof Refusal
        ? error.code === 'UNAUTHENTICATED'
        : (error as { code?: unknown } | null)?.code === 4403);
    if (isUnknown) await this.bearer?.forget(token);
    const found = Array.isArray(error)
      ? new Refusal(String(error[0]?.message), String(error[0]?.extensions?.code))
      : error;
    if (found instanceof Refusal && !isUnknown && ![...passing, ...alsoPassing].includes(found.code))
      throw found;
    this.tell(`not connected to ${this.server} (${describe(found)}); trying again`);
  }

  private pause(failures: number): Promise<void> {
    const most = Math.min(longestPauseMs, 250 * 2 ** Math.min(failures, 10));
    return after(most * (0.5 + Math.random() / 2), undefined, { signal: this.signal }).catch(() => {});
  }
}

function describe(error: unknown): string {
  if (error instanceof Error)
    return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  const { code, reason } = (error ?? {}) as { code?: unknown; reason?: unknown };
  return [code, reason].filter(Boolean).join(' ') || 'the connection ended';
}
