/**
 * Lines: a few connections on which quick statements follow one another without waiting for each other's answers. A
 * backend that finds its next statement there already need not be woken for it, and on a loaded server waking backends
 * costs more than quick statements do (docs/bench.md, "Why quick statements share lines"). What takes longer goes
 * through the pool, where nothing stands behind it.
 */
import { Client } from 'pg';
import type { ClientConfig, Connection, QueryArrayConfig, QueryArrayResult } from 'pg';
import { cutWhenSilent } from './silence.ts';

/** How many lines a process has: quick statements keep hardly more than one backend busy. */
const count = 2;
/** Most statements on their way on one line; the pool takes the others. */
const most = 16;

/** A connection, from the moment when it is being made. */
interface Line {
  readonly client: Client;
  isReady: boolean;
  /** Statements are being gathered, to be sent at the end of this turn of the event loop. */
  isGathering: boolean;
  /** How many statements are on their way. */
  inFlight: number;
}

/** The lines of one database. They are opened when they are first wanted, and again after they were lost. */
export class Lines {
  private readonly lines = new Set<Line>();
  private isClosed = false;

  /**
   * @param silentMs after how long without an answer a line is cut (silence.ts)
   * @param lost told of a line that was lost, or that could not be opened
   */
  constructor(
    private readonly options: ClientConfig,
    private readonly silentMs: number,
    private readonly lost: (error: Error) => void,
  ) {}

  /** Sends a statement behind those that are on their way; null where no line has room, or none is open yet. */
  send(statement: QueryArrayConfig): Promise<QueryArrayResult> | null {
    if (this.lines.size < count && !this.isClosed) this.open();
    let free: Line | null = null;
    for (const line of this.lines) if (line.isReady && line.inFlight < (free?.inFlight ?? most)) free = line;
    return free && this.sendOn(free, statement);
  }

  /** Closes the lines once the answers of what is on its way are there. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.lines].map(({ client }) => client.end()));
  }

  private async sendOn(line: Line, statement: QueryArrayConfig): Promise<QueryArrayResult> {
    line.inFlight += 1;
    gather(line);
    try {
      return await line.client.query(statement);
    } finally {
      line.inFlight -= 1;
    }
  }

  private open(): void {
    const client = new Client({ ...this.options, pipeline: true } as ClientConfig);
    const line: Line = { client, isReady: false, isGathering: false, inFlight: 0 };
    this.lines.add(line);
    const drop = () => this.lines.delete(line);
    client.on('error', (error) => drop() && this.lost(error));
    client.on('end', drop);
    client.connect().then(
      () => {
        cutWhenSilent(client, this.silentMs);
        line.isReady = true;
      },
      (error: Error) => drop() && !this.isClosed && this.lost(error),
    );
  }
}

/** What is sent within one turn of the event loop leaves together: a write costs about the same for one statement and for ten. */
function gather(line: Line): void {
  if (line.isGathering) return;
  line.isGathering = true;
  const { stream } = (line.client as Client & { readonly connection: Connection }).connection;
  stream.cork();
  setImmediate(() => {
    line.isGathering = false;
    stream.uncork();
  });
}
