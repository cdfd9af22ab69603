import { afterAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { Decoder } from './decoder.ts';

const limits = { pixels: 4_000_000, frames: 5 };
const decoder = new Decoder({ limits, processes: 1 });
afterAll(() => decoder.close());

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } });
const order = {
  format: 'jpeg',
  variants: [
    { name: 'original', width: null, height: null, quality: 90 },
    { name: 'large', width: 1300, height: null, quality: 80 },
    { name: 'small', width: 50, height: null, quality: 80 },
  ],
} as const;

describe('Decoder', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'reads %s and makes progressive JPEGs of it, in proportion',
    async (format) => {
      const made = await decoder.produce(await plain(1600, 800).toFormat(format).toBuffer(), order);
      expect(made.map(({ name, width, height }) => [name, width, height])).toEqual([
        ['original', 1600, 800],
        ['large', 1300, 650],
        ['small', 50, 25],
      ]);
      expect(await sharp(Buffer.from(made[0].bytes)).metadata()).toMatchObject({
        format: 'jpeg',
        isProgressive: true,
        width: 1600,
        height: 800,
      });
    },
  );

  it('enlarges nothing, and fits into a height where one is given', async () => {
    const made = await decoder.produce(await plain(40, 80).png().toBuffer(), {
      format: 'webp',
      variants: [order.variants[1], { name: 'low', width: 50, height: 20, quality: 80 }],
    });
    expect(made.map(({ width, height }) => [width, height])).toEqual([
      [40, 80],
      [10, 20],
    ]);
    expect(await sharp(Buffer.from(made[1].bytes)).metadata()).toMatchObject({ format: 'webp' });
  });

  it('turns a picture upright and keeps nothing that the file says beside it', async () => {
    const turned = await plain(60, 30)
      .jpeg()
      .withExif({ IFD0: { Artist: 'somebody', Orientation: '6' }, IFD3: { GPSLatitude: '1/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(turned).metadata()).exif).toBeDefined();
    const [{ bytes, width, height }] = await decoder.produce(turned, order);
    expect([width, height]).toEqual([30, 60]);
    const { orientation, exif, icc, xmp } = await sharp(Buffer.from(bytes)).metadata();
    expect([orientation, exif, icc, xmp]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('puts what is transparent on white where the format knows no transparency', async () => {
    const glass = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const [{ bytes }] = await decoder.produce(glass, order);
    expect([...(await sharp(Buffer.from(bytes)).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
    const [{ bytes: kept }] = await decoder.produce(glass, { ...order, format: 'webp' });
    expect((await sharp(Buffer.from(kept)).metadata()).hasAlpha).toBe(true);
  });

  it('refuses what is none of the five formats, whatever it calls itself', async () => {
    const jpeg = await plain(100, 100).jpeg().toBuffer();
    const refused = {
      'a drawing':
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>',
      'a page': '<!doctype html><script>alert(1)</script>',
      nothing: '',
      'a lie': Buffer.concat([jpeg.subarray(0, 20), Buffer.from('this goes on in another way')]),
      'a picture of another kind': await plain(10, 10).tiff().toBuffer(),
    };
    for (const bytes of Object.values(refused)) {
      await expect(decoder.produce(Buffer.from(bytes), order)).rejects.toMatchObject({
        name: 'PictureRefused',
      });
      await expect(decoder.inspect(Buffer.from(bytes))).rejects.toMatchObject({ name: 'PictureRefused' });
    }
    await expect(decoder.produce(jpeg.subarray(0, jpeg.length / 2), order)).rejects.toThrow(
      /^cannot be read as a picture/,
    );
  });

  it('refuses at once what is cut off, in every format, and says what phones are to send in place of HEIC', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif'] as const) {
      const whole = await sharp({
        create: {
          width: 300,
          height: 300,
          channels: 3,
          background: '#ffffff',
          noise: { type: 'gaussian', mean: 128, sigma: 30 },
        },
      })
        .toFormat(format)
        .toBuffer();
      expect(await decoder.inspect(whole)).toMatchObject({ width: 300, height: 300 });
      await expect(decoder.inspect(whole.subarray(0, Math.floor(whole.length / 2)))).rejects.toMatchObject({
        name: 'PictureRefused',
      });
    }
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(100)]);
    await expect(decoder.inspect(heic)).rejects.toThrow(/HEIC .* JPEG, PNG, WebP, GIF and AVIF/);
  });

  it('refuses too many pixels and frames by what the file says, before it decodes any', async () => {
    const large = await plain(3000, 3000).png().toBuffer();
    for (const read of [decoder.inspect(large), decoder.produce(large, order)]) {
      await expect(read).rejects.toThrow('is too large: 3000 × 3000 pixels (the limit is 4 million)');
    }
    const frames = Array.from({ length: 6 }, (_, index) => ({
      create: { width: 4, height: 4, channels: 3 as const, background: { r: index * 40, g: 0, b: 0 } },
    }));
    const film = await sharp(await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer())), {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    await expect(decoder.produce(film, order)).rejects.toThrow('has too many frames: 6 (the limit is 5)');
  });

  it('survives its process: one picture fails, the next is made', async () => {
    const bytes = await plain(1900, 1900).png().toBuffer();
    const doomed = decoder.produce(bytes, order);
    const [pid] = decoder.processIds;
    process.kill(pid, 'SIGSEGV');
    await expect(doomed).rejects.toThrow('took its decoder down (SIGSEGV)');
    expect(await decoder.produce(bytes, order)).toHaveLength(3);
    expect(decoder.processIds).not.toContain(pid);
  });

  it('gives up a picture that takes too long or too much memory', async () => {
    const bytes = await plain(1900, 1900).png().toBuffer();
    const hasty = new Decoder({ limits, processes: 1, deadlineMs: 1 });
    await expect(hasty.produce(bytes, order)).rejects.toThrow('took longer than 1 ms');
    hasty.close();
    const frugal = new Decoder({ limits, processes: 1, memoryBytes: 1_000_000 });
    await expect(frugal.produce(bytes, order)).rejects.toThrow('took its decoder down (exit code 137)');
    frugal.close();
  });
});
