/**
 * Ends what a compute node runs when the node is killed with a signal that it never hears of. A small shell of its own
 * session holds a pipe from the node: it is told which group of processes runs, and kills it when the pipe ends.
 */
import { spawn } from 'node:child_process';

/** The group named last, an empty line for none; the pipe ends with the node, whatever ended that. */
const script = 'while read -r line; do group=$line; done; [ -z "$group" ] || kill -s KILL -- "-$group"';

/** Watches over what one node runs, a group of processes at a time. */
export class Supervisor {
  private readonly shell = spawn('/bin/sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });

  /** @param tell says that there is no shell, and so nobody who watches */
  constructor(tell: (line: string) => void) {
    this.shell.once('error', (error) =>
      tell(`commands will outlive a compute node that is killed: ${error.message}`),
    );
    this.shell.stdin.on('error', () => {});
    // It ends by itself with the process: nobody waits for it.
    this.shell.unref();
    (this.shell.stdin as unknown as { unref(): void }).unref();
  }

  /** Says which group runs now, by the id of the process that leads it; null for none. */
  watch(group: number | null): void {
    this.shell.stdin.write(`${group ?? ''}\n`);
  }

  /** Lets the shell go. */
  end(): void {
    this.shell.stdin.end();
  }
}
