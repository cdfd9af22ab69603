/** Refusing a body that is still on its way. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const most = { bytes: 64 * 1024 * 1024, ms: 5000 };

/**
 * Reads on what the other side still sends, and forgets it, so that they get to read the answer instead of a broken
 * connection. Within bounds: whoever sends more, or slowly, is cut off with the answer.
 */
export async function drain(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.complete || request.destroyed) return;
  response.setHeader('connection', 'close');
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, most.ms);
    request.on('data', (chunk: Buffer) => (bytes += chunk.length) > most.bytes && resolve());
    for (const end of ['end', 'close', 'error'] as const) request.once(end, () => resolve());
    request.once('close', () => clearTimeout(timer));
    request.resume();
  });
}
