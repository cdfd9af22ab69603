/**
 * A lock file that only a living process can hold: it carries its holder's identity, and one left behind by a
 * killed process is taken over. It spares two starters the same work; what keeps the data safe if two should ever
 * slip through is PostgreSQL's own lock on its folder.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isAlive } from './embedded.process.ts';
import type { ProcessIdentity } from './embedded.process.ts';

/** Takes the lock if it is free or its holder is gone. Returns the release, or undefined while another holds it. */
export function tryLock(path: string): (() => void) | undefined {
  const mine = `${path}.${process.pid}.${Date.now()}`;
  // Written whole under another name and then linked: nobody ever reads a half-written lock.
  writeFileSync(mine, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    if (link(mine, path)) return () => rmSync(path, { force: true });
    const holder = readIdentity(path);
    if (holder && isAlive(holder)) return undefined;
    rmSync(path, { force: true });
    return link(mine, path) ? () => rmSync(path, { force: true }) : undefined;
  } finally {
    rmSync(mine, { force: true });
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readIdentity(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
