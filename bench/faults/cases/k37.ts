/** K37: the disk of the files is full. */
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { FaultCase } from '../case.ts';
import type { Server } from '../server.ts';
import { smallRead } from '../works.ts';

const uploads = 5;

/** Uploads a picture; the code of the error, or ok. */
async function upload(server: Server, picture: Uint8Array<ArrayBuffer>, token: string): Promise<string> {
  const body = new FormData();
  body.set(
    'operations',
    JSON.stringify({
      query: 'mutation ($file: Upload!) { uploadImage(file: $file) { url } }',
      variables: { file: null },
    }),
  );
  body.set('map', JSON.stringify({ 0: ['variables.file'] }));
  body.set('0', new Blob([picture]), 'picture.png');
  const headers = { 'apollo-require-preflight': 'true', authorization: `Bearer ${token}` };
  const { errors } = (await (
    await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })
  ).json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0].extensions.code ?? 'ok';
}

export const k37: FaultCase = {
  id: 'K37',
  fault: `the disk of the files is full while ${uploads} pictures are uploaded`,
  expected:
    'uploads are UNAVAILABLE and leave nothing, everything else goes on; they succeed once there is room',
  async run(stage) {
    const folder = stage.smallDisk(8);
    const database = await stage.database();
    const server = await stage.server(database, { env: { DATA_DIR: folder } });
    const { token } = stage.world;
    const noise = {
      create: {
        width: 400,
        height: 400,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    } as const;
    const picture = new Uint8Array(await sharp(noise).png().toBuffer());
    const files = () =>
      readdirSync(path.join(folder, 'files'), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
    const first = await upload(server, picture, token);
    const before = files().length;
    const filler = path.join(folder, 'filler');
    for (let size = 4_000_000; size >= 1000; size /= 2) {
      for (let part = 0; ; part += 1) {
        try {
          writeFileSync(`${filler}-${size}-${part}`, Buffer.alloc(size));
        } catch {
          break;
        }
      }
    }
    const codes: string[] = [];
    for (let one = 0; one < uploads; one += 1) codes.push(await upload(server, picture, token));
    const read = await server.ask(smallRead);
    const left = files().length - before;
    for (const name of readdirSync(folder))
      if (name.startsWith('filler') && statSync(path.join(folder, name)).isFile())
        rmSync(path.join(folder, name));
    const again = await upload(server, picture, token);
    const told = [...new Set(codes)].join();
    return {
      passed:
        server.isAlive &&
        first === 'ok' &&
        told === 'UNAVAILABLE' &&
        left === 0 &&
        read.errors.length === 0 &&
        again === 'ok',
      figure: `before: ${first}; full: ${told}; reads ${read.errors[0]?.extensions.code ?? 'ok'}; files left: ${left}; with room again: ${again}`,
    };
  },
};
