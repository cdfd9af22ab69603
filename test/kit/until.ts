/** Waiting for something to become true, with a deadline: never a sleep and a hope. */
import { setTimeout as after } from 'node:timers/promises';

/** Resolves when `probe` does to true; throws when that takes longer than `ms`. Faults of the probe count as not yet. */
export async function until(probe: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  let fault: unknown;
  for (;;) {
    try {
      if (await probe()) return;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    if (Date.now() > end) throw new Error(`Not so within ${ms} ms`, { cause: fault });
    await after(25);
  }
}
