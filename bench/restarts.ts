/**
 * What restarts of the database, and kill -9 of the worker, do to jobs: mails and pictures on their way in a worker, which
 * is killed and started again, while PostgreSQL is stopped in immediate mode and started again, over and over. Every mail is to arrive at least once and to be logged once, every
 * speaker to have all variants of the picture in the end and none before, and nobody to do anything about it.
 * `npm run bench:restarts -- [mails] [pictures] [restarts] [kills]`; run `npm run build` first. Prints one line of JSON.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { verificationMail } from '../dist/src/accounts/account.mail.js';
import { createApp } from '../dist/src/app.js';
import { anonymous } from '../dist/src/permissions/viewer.js';
import { loadConfig } from '../dist/src/platform/config/index.js';
import { Writer } from '../dist/src/platform/data/writer.js';
import { startMailServer } from './mail-server.ts';
import { makePhotographs, uuid } from './photographs.ts';
import { startRestarting } from './restarting.ts';

const [mails, pictures, restarts, kills] = [300, 60, 5, 0].map((usual, index) =>
  Number(process.argv[index + 2] ?? usual),
);

// It takes its time, so that jobs are on their way for a while.
const smtp = await startMailServer(100);
const { arrived } = smtp;

const folder = mkdtempSync(join(tmpdir(), 'convoke-restarts-'));
const postgres = await startRestarting(folder);
const env = {
  PATH: process.env.PATH,
  DATABASE_URL: postgres.url,
  DATA_DIR: join(folder, 'data'),
  SMTP_URL: smtp.url,
  LOG_LEVEL: 'fatal',
};
const app = await createApp(loadConfig(env, '/'));
await app.migrate();
const { database } = app;
/** Asked again where the database has just gone. */
async function count(from: string): Promise<number> {
  for (;;) {
    const rows = await database.query(`SELECT count(*)::int AS n FROM ${from}`).catch(() => null);
    if (rows) return rows[0].n as number;
    await rest(50);
  }
}

const photographs = await makePhotographs(join(folder, 'photographs'), Math.min(pictures, 10), 2);
const [actor, event] = [uuid(1, 1), uuid(2, 1)];
await database.query('INSERT INTO users (id, email, is_verified, is_admin) VALUES ($1, $2, true, true)', [
  actor,
  'bench@example.org',
]);
await database.query(
  `INSERT INTO events (id, identifier, name, starts_at, ends_at) VALUES ($1, 'bench', 'Bench', now(), now() + interval '1 day')`,
  [event],
);
await database.query(
  `INSERT INTO users (id, email) SELECT gen_random_uuid(), 'person' || n || '@example.org' FROM generate_series(1, $1::int) n`,
  [mails],
);
for (let index = 1; index <= pictures; index += 1) {
  const [speaker, key] = [uuid(3, index), `uploads/${uuid(3, index)}.jpg`];
  await app.storage.put(key, { path: photographs[index % photographs.length] });
  await database.query('INSERT INTO speakers (id, event_id, name, photo_url) VALUES ($1, $2, $3, $4)', [
    speaker,
    event,
    `Speaker ${index}`,
    `/files/${key}`,
  ]);
}
await database.query(
  `INSERT INTO outbox (id, name, payload, actor_id)
   SELECT gen_random_uuid(), 'images.process',
     jsonb_build_object('resource', 'Speaker', 'id', id, 'field', 'photoUrl', 'source', photo_url, 'replaced', null), $1 FROM speakers`,
  [actor],
);
const payloads = Array.from({ length: mails }, (_, index) => ({ email: `person${index + 1}@example.org` }));
const ids = await new Writer(database, app.permissions, anonymous).transaction((changes) =>
  changes.enqueueAll(verificationMail, payloads),
);

const main = join(import.meta.dirname, '../dist/src/main.js');
// Without the launcher, which would be killed in the worker's stead.
const startWorker = () =>
  spawn(
    process.execPath,
    ['--input-type=module', '-e', `(await import(${JSON.stringify(main)})).main(['worker'])`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    },
  );
let worker = startWorker();
const began = Date.now();
const variants = ['thumbnail_image_url', 'small_image_url', 'icon_image_url'];
const some = variants.map((column) => `${column} IS NOT NULL`).join(' OR ');
const all = variants.map((column) => `${column} IS NOT NULL`).join(' AND ');
const halfWritten = () =>
  count(`speakers WHERE (${some}) AND NOT (${all} AND photo_url LIKE '/files/speakers/%')`);
let seenHalf = 0;
/** Waits for the next part of the mails to arrive. */
async function more(share: number): Promise<void> {
  const [before, since] = [arrived.size, Date.now()];
  while (arrived.size < before + mails * share && arrived.size < mails && Date.now() - since < 30_000)
    await rest(10);
}
const steps = Math.max(restarts, kills);
for (let step = 1; step <= steps; step += 1) {
  if (step <= kills) {
    await more(1 / (steps * 4));
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    worker = startWorker();
    seenHalf += await halfWritten();
  }
  await more(1 / (steps * 4));
  if (step <= restarts) await postgres.restart(300 * step);
  seenHalf += await halfWritten();
}
const last = Date.now();
const pending = `speakers WHERE NOT (${all})`;
while (
  ((await count(`mails WHERE status = 'SENT'`)) < mails || (await count(pending)) > 0) &&
  Date.now() - last < 180_000 &&
  worker.exitCode === null
)
  await rest(100);
console.log(
  JSON.stringify({
    mails,
    pictures,
    restarts,
    kills,
    missing: ids.filter((id) => !arrived.has(id)).length,
    duplicates: [...arrived.values()].reduce((sum, times) => sum + times - 1, 0),
    logged: await count(`mails WHERE status = 'SENT'`),
    loggedOtherwise: await count(`mails WHERE status <> 'SENT'`),
    picturesMissing: await count(pending),
    halfWritten: seenHalf + (await halfWritten()),
    leftInOutbox: await count('outbox'),
    failedJobs: await count(`jobs WHERE status = 'FAILED'`),
    isWorkerAlive: worker.exitCode === null && worker.signalCode === null,
    secondsInAll: (Date.now() - began) / 1000,
    secondsAfterLastStep: (Date.now() - last) / 1000,
  }),
);
worker.kill('SIGTERM');
if (worker.exitCode === null) await once(worker, 'exit');
await app.close();
await postgres.stop();
smtp.close();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
