/** A redis-server of a case's own, with an append-only file, that can be killed and started again. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../processes.ts';
import type { Stage } from './stage.ts';

/** Redis while the case runs. */
export interface Redis {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Whether the machine has the program. */
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

/** Starts one; it ends with the case. */
export async function startRedis(stage: Stage): Promise<Redis> {
  const folder = mkdtempSync(path.join(stage.folder, 'redis-'));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const redis: Redis = {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const words = [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'yes',
        '--appendfsync',
        'everysec',
        '--dir',
        folder,
      ];
      child = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'ignore'] });
      for await (const line of createInterface({ input: child.stdout! }))
        if (line.includes('Ready to accept connections')) break;
      child.stdout!.resume();
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
  await redis.start();
  stage.defer(() => redis.kill());
  return redis;
}
