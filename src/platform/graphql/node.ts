/**
 * Relay's Node interface and the typed ids behind it: `event_01jd…`, a TypeID whose uuid v7 is the primary key.
 * Prefixes are the type's name in snake case; an id of another type is treated as one that was never issued.
 */
import { TypeID } from 'typeid-js';
import { Field, ID, InterfaceType, registerEnumType } from 'type-graphql';
import { invalid, notFound } from './errors.ts';

/** The actions of the contract; see docs/reference/permissions.md for what each means where. */
export enum ActionName {
  LIST = 'LIST',
  VIEW = 'VIEW',
  CREATE = 'CREATE',
  UPDATE = 'UPDATE',
  DELETE = 'DELETE',
  PUBLISH = 'PUBLISH',
  LOCK = 'LOCK',
  RECEIVE = 'RECEIVE',
  SEND = 'SEND',
  RUN = 'RUN',
}
registerEnumType(ActionName, { name: 'Action', description: 'What a permission table can grant.' });

/** An object with an id of its own. */
@InterfaceType('Node', {
  description: 'An object with an id of its own.',
  autoRegisterImplementations: false,
})
export abstract class NodeInterface {
  @Field(() => ID, { description: 'Opaque, typed and never reused.' })
  id!: string;
}

/** The TypeID prefix of a type: `SessionType` becomes `session_type`. */
export function prefixOf(typeName: string): string {
  return typeName.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digits = new Uint8Array(128);
for (let value = 0; value < 16; value += 1) digits[value.toString(16).charCodeAt(0)] = value;
const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const dash = '-'.charCodeAt(0);
const pairs = Array.from({ length: 1024 }, (_, index) => alphabet[index >> 5] + alphabet[index & 31]);

/**
 * The id that clients see. Written by hand because lists spend their time here: 0.3 µs against the 4 µs of the
 * library that decodes (docs/adr/0003-typed-ids.md); a test holds the two together.
 */
export function encodeId(typeName: string, uuid: string): string {
  return `${prefixOf(typeName)}_${encodeUuid(uuid)}`;
}

/** The 26 characters of a TypeID's suffix: the 128 bits of the uuid in Crockford's base32, two leading zero bits. */
export function encodeUuid(uuid: string): string {
  const a = (half(uuid, 0) << 16) | half(uuid, 4);
  const b = (half(uuid, 9) << 16) | half(uuid, 14);
  const c = (half(uuid, 19) << 16) | half(uuid, 24);
  const d = (half(uuid, 28) << 16) | half(uuid, 32);
  return (
    pairs[a >>> 24] +
    pairs[(a >>> 14) & 1023] +
    pairs[(a >>> 4) & 1023] +
    pairs[((a & 15) << 6) | (b >>> 26)] +
    pairs[(b >>> 16) & 1023] +
    pairs[(b >>> 6) & 1023] +
    pairs[((b & 63) << 4) | (c >>> 28)] +
    pairs[(c >>> 18) & 1023] +
    pairs[(c >>> 8) & 1023] +
    pairs[((c & 255) << 2) | (d >>> 30)] +
    pairs[(d >>> 20) & 1023] +
    pairs[(d >>> 10) & 1023] +
    pairs[d & 1023]
  );
}

/** The same from the bytes of a uuid's text to the bytes of the suffix, for answers that are transcribed. */
export function encodeUuidBytes(uuid: Uint8Array, from: number, suffix: Uint8Array, at: number): void {
  let [bits, held] = [0, 2];
  for (let index = from; index < from + 36; index += 1) {
    if (uuid[index] === dash) continue;
    bits = (bits << 4) | digits[uuid[index]];
    held += 4;
    if (held < 5) continue;
    held -= 5;
    suffix[at++] = letters[(bits >>> held) & 31];
  }
}

/** Sixteen bits from four hexadecimal digits, by their character codes. */
function half(text: string, at: number): number {
  return (
    (digits[text.charCodeAt(at)] << 12) |
    (digits[text.charCodeAt(at + 1)] << 8) |
    (digits[text.charCodeAt(at + 2)] << 4) |
    digits[text.charCodeAt(at + 3)]
  );
}

/** The parts of an id. Throws BAD_USER_INPUT for text that is no TypeID. */
export function decodeId(id: string, ...path: (string | number)[]): { prefix: string; uuid: string } {
  return parse(id, 'event', path);
}

function parse(
  id: string,
  example: string,
  path: readonly (string | number)[],
): { prefix: string; uuid: string } {
  try {
    const typeId = TypeID.fromString(id);
    if (typeId.getType() === '') throw new Error('no prefix');
    return { prefix: typeId.getType(), uuid: typeId.toUUID() };
  } catch {
    throw invalid(`expected an id such as ${example}_01jd3k7xq8f3vbn0tq4s1c2d3e`, ...path);
  }
}

/** The uuid of an id of this type, or null for a well-formed id of another type. */
export function uuidOf(typeName: string, id: string, ...path: (string | number)[]): string | null {
  const expected = prefixOf(typeName);
  const { prefix, uuid } = parse(id, expected, path);
  return prefix === expected ? uuid : null;
}

/** The uuid of an id in the arguments of a write. Throws NOT_FOUND for an id of another type. */
export function uuidOfArgument(typeName: string, id: string, ...path: (string | number)[]): string {
  const uuid = uuidOf(typeName, id, ...path);
  if (uuid === null) throw notFound();
  return uuid;
}
