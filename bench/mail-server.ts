/** A mail server that counts what arrives, by the Message-ID, and takes its time over each mail. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** The server, where it listens, and how often each mail has arrived. */
export interface CountingMailServer {
  readonly url: string;
  readonly arrived: ReadonlyMap<string, number>;
  close(): void;
}

/** Starts it on a port of its own. @param delayMs between having a mail and saying so */
export async function startMailServer(delayMs: number): Promise<CountingMailServer> {
  const arrived = new Map<string, number>();
  const smtp = new SMTPServer({
    authOptional: true,
    logger: false,
    disabledCommands: ['STARTTLS'],
    async onData(stream, _session, callback) {
      // Who hangs up in the middle of a mail has not sent it.
      const source = await text(stream).catch(() => null);
      if (source === null) return callback(new Error('hung up'));
      const id = /^Message-ID: <(\S+)@/im.exec(source)?.[1] ?? 'none';
      arrived.set(id, (arrived.get(id) ?? 0) + 1);
      setTimeout(callback, delayMs);
    },
  });
  smtp.on('error', () => {});
  await once(smtp.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    arrived,
    close: () => smtp.close(),
  };
}
