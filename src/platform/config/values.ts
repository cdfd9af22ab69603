/**
 * Kinds of configuration values, from the text that an environment carries to what the program works with. Each
 * says in words what it expects, for the error message and for the reference page.
 */
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** What is known about a key beside its type; the reference, `.env.example` and `convoke config` are made of it. */
export interface KeyInfo {
  /** The name in the environment, for instance `PORT`. */
  key: string;
  /** One sentence. */
  about: string;
  /** What a good value looks like, continuing “expected …”. */
  expected: string;
  /** The value is never shown; `url`: shown without its password. */
  secret?: boolean | 'url';
  /** What holds when the key is not set, in words, where that is not simply a value. */
  otherwise?: string;
  /** Names what the key is for: where one key of a feature is set, all of them have to be. */
  feature?: string;
}

/** Knows the `KeyInfo` of every schema of a key. */
export const keys = z.registry<KeyInfo>();

type About = Omit<KeyInfo, 'expected'> & { expected?: string };

/** Any text. */
export function text({ expected = 'some text', ...about }: About) {
  return described(z.string(), { expected, ...about });
}

/** A whole number between two bounds, both included. */
export function whole(min: number, max: number, standard: number, { expected, ...about }: About) {
  const words = expected ?? `a whole number from ${min} to ${max}`;
  const schema = z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max));
  return described(schema.default(standard), { expected: words, ...about });
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[], standard: NoInfer<T>, about: About) {
  return described(z.enum(words).default(standard), { expected: `one of ${words.join(', ')}`, ...about });
}

/** An absolute address with one of these schemes, and without a slash at its end. */
export function address(schemes: readonly string[], about: About) {
  const schema = z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)))
    .transform((value) => value.replace(/\/+$/, ''));
  const expected = `an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return described(schema, { expected, ...about });
}

/** Yes or no. */
export function onOff(about: About) {
  const schema = z
    .enum(['true', 'false', 'on', 'off', '1', '0'])
    .transform((word) => ['true', 'on', '1'].includes(word));
  return described(schema, { expected: 'true or false', ...about });
}

/** Origins as a browser sends them (scheme, host, port and nothing else), separated by commas. */
export function origins(about: About) {
  const schema = z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .refine((items) => items.every((item) => URL.canParse(item) && new URL(item).origin === item));
  return described(schema.default([]), {
    expected: 'origins such as https://example.org, separated by commas',
    ...about,
  });
}

/** Networks in CIDR notation, separated by commas. */
export function addresses(about: About) {
  const schema = z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .refine((items) => items.every((item) => ipaddr.isValidCIDR(item)));
  return described(schema.default([]), {
    expected: 'networks such as 10.1.0.0/16, separated by commas',
    ...about,
  });
}

function described<T extends z.ZodType>(schema: T, info: KeyInfo): T {
  keys.add(schema, info);
  return schema;
}
