/**
 * Reads pictures and makes others of them, with sharp. Only ever run in a process of its own (decoder.child.ts), where
 * a picture that takes the decoder down takes nothing else with it.
 *
 * Made for pictures of strangers: only five formats are read and only from memory, every other loader of the library
 * is off, and what a file says of itself is held against the limits before a pixel of it is decoded.
 */
import sharp from 'sharp';
import type { Metadata, Sharp } from 'sharp';

/** The formats that are read, as sharp calls them. */
const readable = ['jpeg', 'png', 'webp', 'gif', 'heif'];

// All loaders are off, and those of the five formats on again, from memory: SVG and its like never run.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});
sharp.cache(false);

/** What a picture may be. */
export interface ImageLimits {
  readonly pixels: number;
  /** Frames of one that moves; only the first is used. */
  readonly frames: number;
}

/** One picture to be made of another. */
export interface Variant {
  readonly name: string;
  /** The width and height that it is fitted into; null where that side follows from the other. Never enlarged. */
  readonly width: number | null;
  readonly height: number | null;
  /** 1 to 100. */
  readonly quality: number;
}

/** The formats that are written. */
export type ImageFormat = 'jpeg' | 'webp';

/** What to make of a picture: the variants from the largest to the smallest, all in one format. */
export interface ImageOrder {
  readonly format: ImageFormat;
  readonly variants: readonly Variant[];
}

/** What was made. */
export interface Produced {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What is known of a picture without decoding it. */
export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** A picture that is not taken; the message says why, for whoever sent it. */
export class ImageRefused extends Error {
  override name = 'ImageRefused';
}

/** The most that a side may have in WebP; more would be of no use in JPEG either. */
const longestSide = 16_383;

const unreadable = 'must be a JPEG, PNG, WebP, GIF or AVIF image';
const heic =
  'is a HEIC photo, as phones make them: export it as JPEG; JPEG, PNG, WebP, GIF and AVIF images are taken';

/** HEIC is AVIF's container with pixels that only licensed decoders read. */
function isHeic(bytes: Uint8Array): boolean {
  const brand = Buffer.from(bytes.subarray(4, 12)).toString('latin1');
  return /^ftyp(heic|heix|hevc|hevx|heim|heis)$/.test(brand);
}

/** What a picture is, once its first frame was decoded from beginning to end: one that is cut off is refused. Throws ImageRefused. */
export async function check(bytes: Uint8Array, limits: ImageLimits): Promise<ImageFacts> {
  const facts = await inspect(bytes, limits);
  try {
    await sharp(bytes, { limitInputPixels: limits.pixels, failOn: 'error', sequentialRead: true }).stats();
  } catch (error) {
    throw refusal(error);
  }
  return facts;
}

/** What a file says of itself, within the limits. Throws ImageRefused. */
export async function inspect(bytes: Uint8Array, limits: ImageLimits): Promise<ImageFacts> {
  if (isHeic(bytes)) throw new ImageRefused(heic);
  const { format, width, height, pages = 1 } = await headerOf(bytes, limits);
  if (!readable.includes(format)) throw new ImageRefused(unreadable);
  if (width * height > limits.pixels)
    throw new ImageRefused(
      `is too large: ${width} × ${height} pixels (the limit is ${limits.pixels / 1e6} million)`,
    );
  if (pages > limits.frames)
    throw new ImageRefused(`has too many frames: ${pages} (the limit is ${limits.frames})`);
  return { format, width, height, frames: pages };
}

async function headerOf(bytes: Uint8Array, limits: ImageLimits): Promise<Metadata> {
  try {
    // The limit of the library is beyond ours, so that it is we who say what is wrong.
    return await sharp(bytes, {
      limitInputPixels: Math.max(limits.pixels, 0x3fff * 0x3fff),
      failOn: 'error',
    }).metadata();
  } catch (error) {
    throw refusal(error);
  }
}

/**
 * Makes the variants: turned upright, in sRGB, without any of the file's metadata. It is decoded once, and each is made
 * from the one before. Throws ImageRefused.
 */
export async function produce(
  bytes: Uint8Array,
  { format, variants }: ImageOrder,
  limits: ImageLimits,
): Promise<Produced[]> {
  await inspect(bytes, limits);
  try {
    const decoded = sharp(bytes, {
      limitInputPixels: limits.pixels,
      failOn: 'error',
      sequentialRead: true,
    }).autoOrient();
    let from = await pixelsOf(decoded.resize({ ...inside(longestSide, longestSide) }));
    const produced: Produced[] = [];
    for (const { name, width, height, quality } of variants) {
      if (width !== null || height !== null) from = await pixelsOf(from.image.resize(inside(width, height)));
      const { data, info } = await encoded(from.image.clone(), from.hasAlpha, format, quality).toBuffer({
        resolveWithObject: true,
      });
      produced.push({ name, bytes: data, width: info.width, height: info.height });
    }
    return produced;
  } catch (error) {
    throw refusal(error);
  }
}

function inside(width: number | null, height: number | null) {
  return {
    width: width ?? undefined,
    height: height ?? undefined,
    fit: 'inside',
    withoutEnlargement: true,
  } as const;
}

async function pixelsOf(image: Sharp): Promise<{ image: Sharp; hasAlpha: boolean }> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    image: sharp(data, { raw: { width, height, channels }, limitInputPixels: false }),
    hasAlpha: channels === 2 || channels === 4,
  };
}

function encoded(image: Sharp, hasAlpha: boolean, format: ImageFormat, quality: number): Sharp {
  if (format === 'webp') return image.webp({ quality });
  // JPEG knows no transparency: what shines through is white, as the page of most front ends.
  return (hasAlpha ? image.flatten({ background: '#ffffff' }) : image).jpeg({ quality, progressive: true });
}

/** What the library says, as a refusal: whatever it cannot read is not a picture for us. */
function refusal(error: unknown): Error {
  if (error instanceof ImageRefused) return error;
  const { message } = error as Error;
  if (/unsupported image format|operation is blocked|bad seek/i.test(message))
    return new ImageRefused(unreadable);
  return new ImageRefused(`cannot be read as a picture, it may be cut off: ${message.split('\n')[0]}`);
}
