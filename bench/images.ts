/**
 * The bench of pictures: `npm run bench:images`. Makes photographs, sends them through the whole pipeline (outbox, queue,
 * decoder processes, storage, rows) and lets sharp alone do the same work in one process; docs/bench.md says how to
 * read it. Needs a build.
 */
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { createApp } from '../dist/src/app.js';
import { ImageKind } from '../dist/src/images/image-sizes.entity.js';
import { imageOrder } from '../dist/src/images/image-sizes.service.js';
import { loadConfig } from '../dist/src/platform/config/index.js';
import { produce } from '../dist/src/platform/images/produce.js';
import { startWorkers } from '../dist/src/worker.js';
import { makePhotographs, memoryOf, uuid } from './photographs.ts';

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '200' },
    megapixels: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '2' },
    /** Photographs that were made before, or a folder of one's own. */
    folder: { type: 'string' },
    /** Only makes the photographs in the folder. */
    make: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const bar = 0.8;
const names = ['original', 'thumbnail', 'small', 'icon'] as const;

if (values.make) {
  await makePhotographs(values.folder!, Number(values.photos), Number(values.megapixels));
  process.exit(0);
}
await using cleanup = new AsyncDisposableStack();
const temporary = await mkdtemp(path.join(tmpdir(), 'convoke-bench-images-'));
cleanup.defer(() => rm(temporary, { recursive: true, force: true }));
const photographs = await makePhotographs(
  values.folder ?? path.join(temporary, 'photographs'),
  Number(values.photos),
  Number(values.megapixels),
);

const config = loadConfig(
  { DATA_DIR: path.join(temporary, 'data'), LOG_LEVEL: 'error', TOKEN_SECRET: 'x'.repeat(32) },
  '/',
);
const app = await createApp(config);
cleanup.defer(() => app.close());
await app.migrate();
const { database, storage } = app;
const actor = uuid(1, 1);
await database.query('INSERT INTO users (id, email, is_verified, is_admin) VALUES ($1, $2, true, true)', [
  actor,
  'bench@example.org',
]);
const event = uuid(2, 1);
await database.query(
  `INSERT INTO events (id, identifier, name, starts_at, ends_at) VALUES ($1, 'bench', 'Bench', now(), now() + interval '1 day')`,
  [event],
);
const order = await imageOrder(database, ImageKind.PERSON, names);

const workers = await startWorkers(app);
cleanup.defer(() => workers.stop());
const rounds = Number(values.rounds);
const [ours, alone]: number[][] = [[], []];
let peak = 0;
for (let round = 1; round <= rounds; round += 1) {
  alone.push(await sharpAlone(round % 2 === 0 ? 4 : 2));
  ours.push(await pipeline(round));
  console.log(
    `round ${round}: pipeline ${ours.at(-1)!.toFixed(2)}/s, sharp alone ${alone.at(-1)!.toFixed(2)}/s`,
  );
}
const [best, standard] = [Math.max(...ours), Math.max(...alone)];
const ratio = best / standard;
console.log(
  `${photographs.length} photographs of ${values.megapixels} megapixels: ${best.toFixed(2)}/s, sharp alone ${standard.toFixed(2)}/s, ratio ${ratio.toFixed(2)} (bar ${bar}); the decoders' peak ${Math.round(peak / 1e6)} MB`,
);
if (values.json) {
  const outcome = {
    name: 'images',
    peer: 'sharp',
    ours: best,
    theirs: standard,
    ratio,
    bar,
    peakBytes: peak,
  };
  await writeFile(values.json, `${JSON.stringify({ cases: [outcome] }, null, 2)}\n`);
}
process.exitCode = ratio >= bar ? 0 : 1;

/** Photographs a second, from the commit that causes the jobs to the last row that shows its picture. */
async function pipeline(round: number): Promise<number> {
  const jobs: { speaker: string; source: string }[] = [];
  for (const [index, photograph] of photographs.entries()) {
    const speaker = uuid(2 + round, index + 1);
    const key = `uploads/${speaker}.jpg`;
    await storage.put(key, { path: photograph });
    await database.query('INSERT INTO speakers (id, event_id, name, photo_url) VALUES ($1, $2, $3, $4)', [
      speaker,
      event,
      `Speaker ${index}`,
      `/files/${key}`,
    ]);
    jobs.push({ speaker, source: `/files/${key}` });
  }
  const watch = setInterval(() => (peak = Math.max(peak, memoryOf(app.decoder.processIds))), 50);
  const start = performance.now();
  await database.query(
    `WITH jobs AS (INSERT INTO outbox (id, name, payload, actor_id)
       SELECT gen_random_uuid(), 'images.process',
         jsonb_build_object('resource', 'Speaker', 'id', j->>'speaker', 'field', 'photoUrl', 'source', j->>'source', 'replaced', null), $2
       FROM jsonb_array_elements($1::jsonb) j RETURNING id)
     SELECT pg_notify('outbox', '') FROM jobs LIMIT 1`,
    [JSON.stringify(jobs), actor],
  );
  const waiting = 'SELECT count(*)::int AS count FROM speakers WHERE icon_image_url IS NULL';
  while (((await database.query(waiting))[0] as { count: number }).count > 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  return photographs.length / seconds;
}

/** The same pictures of the same photographs by sharp in this process, from file to file. */
async function sharpAlone(atOnce: number): Promise<number> {
  const folder = path.join(temporary, 'alone');
  await mkdir(folder, { recursive: true });
  const limit = pLimit(atOnce);
  const start = performance.now();
  await Promise.all(
    photographs.map((photograph, index) =>
      limit(async () => {
        const made = await produce(await readFile(photograph), order, {
          pixels: config.limits.maxImagePixels,
          frames: 300,
        });
        await Promise.all(
          made.map(({ name, bytes }) => writeFile(path.join(folder, `${index}-${name}.jpg`), bytes)),
        );
      }),
    ),
  );
  return photographs.length / ((performance.now() - start) / 1000);
}
