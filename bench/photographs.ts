/** Photographs for the bench of pictures, made with sharp: smooth shapes under the noise of a camera, as JPEGs of that size. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

/** The paths of so many photographs; those that the folder has already are taken as they are. */
export async function makePhotographs(folder: string, count: number, megapixels: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const width = Math.round(Math.sqrt(megapixels * 1.5e6));
  const height = Math.round(width / 1.5);
  const noise = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 9 },
    },
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
  for (let index = 0; index < count; index += 1) {
    const file = path.join(folder, `${String(index).padStart(4, '0')}.jpg`);
    if (existsSync(file)) continue;
    const shapes = Buffer.from(
      Array.from(
        { length: 24 * 16 * 3 },
        (_, at) => (Math.sin(at * 12.9898 + index * 78.233) * 43758.5453) & 255,
      ),
    );
    const scene = sharp(shapes, { raw: { width: 24, height: 16, channels: 3 } }).resize(width, height, {
      kernel: 'cubic',
      fit: 'fill',
    });
    const lit = await scene.png({ compressionLevel: 1 }).toBuffer();
    await writeFile(
      file,
      await sharp(lit)
        .composite([{ input: noise, blend: 'soft-light' }])
        .jpeg({ quality: 92 })
        .withMetadata({ orientation: index % 4 === 0 ? 6 : 1 })
        .toBuffer(),
    );
  }
  return (await readdir(folder))
    .toSorted()
    .slice(0, count)
    .map((name) => path.join(folder, name));
}

/** The resident memory of processes together, in bytes; none where the system does not tell. */
export function memoryOf(processIds: readonly number[]): number {
  return processIds.reduce((sum, id) => {
    try {
      return (
        sum + Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) * 1024
      );
    } catch {
      return sum;
    }
  }, 0);
}

/** A uuid that tells its kind and number. */
export function uuid(kind: number, number: number): string {
  return `0199${String(kind).padStart(4, '0')}-0000-7000-8000-${String(number).padStart(12, '0')}`;
}
