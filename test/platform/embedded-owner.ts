/**
 * A process that owns (or joins) an embedded database, for embedded.test.ts. Says `ready {…}` on its output, then
 * waits: until SIGTERM (which it leaves to Node, and so dies of), or until `crash` or `stop` comes in.
 * Run by Node itself, not by Jest: node embedded-owner.ts DATA_DIR
 */
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { startEmbedded } from '../../src/platform/data/embedded.ts';

const database = await startEmbedded({ dataDir: process.argv[2], log: pino({ level: 'silent' }) });
console.log(`ready ${JSON.stringify(database)}`);
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'crash') throw new Error('on purpose');
  if (line === 'stop') void database.stop().then(() => process.exit(0));
});
