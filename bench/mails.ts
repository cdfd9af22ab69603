/**
 * What kill -9 does to mails: a thousand mail jobs, workers killed in the middle again and again, a mail server that
 * counts. Every mail is to arrive at least once and to be logged once. `npm run bench:mails -- [mails] [kills]`; run
 * `npm run build` first. Prints one line of JSON.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { verificationMail } from '../dist/src/accounts/account.mail.js';
import { createApp } from '../dist/src/app.js';
import { anonymous } from '../dist/src/permissions/viewer.js';
import { loadConfig } from '../dist/src/platform/config/index.js';
import { Writer } from '../dist/src/platform/data/writer.js';
import { startMailServer } from './mail-server.ts';

const [mails, kills] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 5)];

// It takes its time: so most kills fall between its answer and our writing it down.
const smtp = await startMailServer(20);
const { arrived } = smtp;

const env = {
  PATH: process.env.PATH,
  DATA_DIR: mkdtempSync(join(tmpdir(), 'convoke-mails-')),
  SMTP_URL: smtp.url,
  LOG_LEVEL: 'fatal',
};
const app = await createApp(loadConfig(env, '/'));
await app.migrate();
const databaseUrl = app.embedded!.url;
const count = async (sql: string): Promise<number> =>
  Number((await app.database.query(`SELECT count(*) AS n FROM ${sql}`))[0].n);
await app.database.query(
  `INSERT INTO users (id, email) SELECT gen_random_uuid(), 'person' || n || '@example.org' FROM generate_series(1, $1::int) n`,
  [mails],
);
const payloads = Array.from({ length: mails }, (_, index) => ({ email: `person${index + 1}@example.org` }));
const ids = await new Writer(app.database, app.permissions, anonymous).transaction((changes) =>
  changes.enqueueAll(verificationMail, payloads),
);

const main = join(import.meta.dirname, '../dist/src/main.js');
// Without the launcher, which would be killed in the worker's stead.
const startWorker = (): ChildProcess =>
  spawn(
    process.execPath,
    ['--input-type=module', '-e', `(await import(${JSON.stringify(main)})).main(['worker'])`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...env, DATABASE_URL: databaseUrl },
    },
  );
const began = Date.now();
let pickUp = 0;
for (let kill = 1; kill <= kills; kill += 1) {
  const worker = startWorker();
  const [before, since] = [arrived.size, Date.now()];
  while (
    arrived.size < Math.min(mails, before + Math.ceil(mails / (kills + 1))) &&
    Date.now() - since < 60_000
  )
    await rest(5);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}
const last = startWorker();
const killed = Date.now();
const done = `jobs WHERE status = 'COMPLETED'`;
while ((await count(done)) < mails && Date.now() - killed < 120_000) await rest(50);
pickUp = (Date.now() - killed) / 1000;
const result = {
  mails,
  kills,
  arrived: ids.filter((id) => arrived.has(id)).length,
  missing: ids.filter((id) => !arrived.has(id)).length,
  duplicates: [...arrived.values()].reduce((sum, times) => sum + times - 1, 0),
  logged: await count(`mails WHERE status = 'SENT'`),
  loggedOtherwise: await count(`mails WHERE status <> 'SENT'`),
  tokens: await count('email_tokens'),
  completed: await count(done),
  leftInOutbox: await count('outbox'),
  secondsInAll: (Date.now() - began) / 1000,
  secondsAfterLastKill: pickUp,
};
console.log(JSON.stringify(result));
last.kill('SIGTERM');
await once(last, 'exit');
await app.close();
smtp.close();
