/**
 * Connections that have fallen silent: a cable was pulled, a firewall has forgotten them, the machine on the other side is
 * gone. Nobody says so, and TCP gives up only after a quarter of an hour. PostgreSQL ends every statement at its time,
 * so whoever has heard nothing for longer than that while an answer is due never will.
 */
import type { Socket } from 'node:net';
import type { ClientBase } from 'pg';

/** What `pg` keeps to itself. */
type Inner = { readonly connection: { readonly stream: Socket }; _getActiveQuery(): unknown };

/** How much later than PostgreSQL's own limit the connection is cut, in milliseconds. */
const patienceMs = 5000;

/** After how long a connection is silent, given the limit of statements; 0, never, where they have none. */
export const silentAfter = (statementTimeoutMs: number): number => (statementTimeoutMs > 0 ? statementTimeoutMs + patienceMs : 0);

/** Cuts a connection that has been silent for so long while an answer was due; its statements fail like those of any lost one. */
export function cutWhenSilent(client: ClientBase, afterMs: number): void {
  const inner = client as unknown as Inner;
  const { stream } = inner.connection;
  stream.setTimeout(afterMs);
  // Whoever rests in the pool is silent too, and wakes up again.
  stream.on('timeout', () => {
    if (inner._getActiveQuery()) stream.destroy(Object.assign(new Error('PostgreSQL has fallen silent'), { code: '08006' }));
  });
}

/** Lets a connection wait as long as it takes. */
export function neverCut(client: ClientBase): void {
  (client as unknown as Inner).connection.stream.setTimeout(0);
}
