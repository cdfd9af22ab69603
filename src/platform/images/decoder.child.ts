/**
 * The process in which pictures are decoded (started by decoder.ts): takes one at a time and answers with what it made.
 * It knows no secret and no address of anything. When it needs more memory than it may it ends itself.
 */
import sharp from 'sharp';
import { ImageRefused, check, produce } from './produce.ts';
import type { ImageLimits, ImageOrder } from './produce.ts';

/** What the process is asked. */
export interface DecoderRequest {
  readonly bytes: Uint8Array;
  readonly limits: ImageLimits;
  /** Absent: only the facts are asked for. */
  readonly order?: ImageOrder;
}

/** What it answers: the result, or why the picture is refused. */
export type DecoderAnswer =
  { readonly result: unknown } | { readonly refused: string } | { readonly fault: string };

// The process is the unit of parallel work: there are as many as cores.
sharp.concurrency(1);
const [memoryLimit] = process.argv.slice(2).map(Number);
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimit) process.exit(137);
}, 50).unref();

process.on('message', async ({ bytes, limits, order }: DecoderRequest) => {
  let answer: DecoderAnswer;
  try {
    answer = { result: order ? await produce(bytes, order, limits) : await check(bytes, limits) };
  } catch (error) {
    answer = error instanceof ImageRefused ? { refused: error.message } : { fault: String(error) };
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
