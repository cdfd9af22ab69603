/**
 * Transcribing: from the JSON that PostgreSQL wrote straight to the JSON of the answer, without building any object in
 * between. Texts are copied as they stand, since PostgreSQL escapes exactly what JSON.stringify escapes; ids and times
 * are rewritten; the names of the answer go between them. What it writes is what the executor and JSON.stringify
 * would (test/api/text-answers.test.ts).
 */
import { encodeUuidBytes } from '../../graphql/node.ts';

/** Writes what comes next in the input. */
export type Writer = (transcript: Transcript) => void;

/** Writes a value of the input that lies between two places and is not null. */
export type ValueWriter = (transcript: Transcript, from: number, to: number) => void;

/** Something in the input cannot be written as it stands; the executor has to make the answer. */
export class NotTranscribable extends Error {}

const [comma, open, close, quote, backslash, space] = Array.from(',[]"\\ ', (text) => text.charCodeAt(0));
const [letterN, letterT, letterZ, plus, zero] = Array.from('nTZ+0', (text) => text.charCodeAt(0));

// Each answer is written in one go, so that one pair of buffers serves them all; larger ones are not kept.
const mostKept = 4 * 1024 * 1024;
let keptInput: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
let keptOutput: Buffer = Buffer.allocUnsafeSlow(64 * 1024);

/** The bytes of a text that is written again and again. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** One pass over a JSON text. */
export class Transcript {
  private readonly input: Buffer;
  private readonly length: number;
  private output: Buffer;
  private at = 0;
  private end = 0;

  private constructor(text: string) {
    this.input = keptInput.length < text.length * 3 ? Buffer.allocUnsafeSlow(text.length * 3) : keptInput;
    this.length = this.input.write(text);
    this.output = keptOutput;
  }

  /** What a writer makes of a text. Throws NotTranscribable. */
  static of(text: string, write: Writer): Buffer {
    const transcript = new Transcript(text);
    write(transcript);
    const { input, output, end } = transcript;
    if (input.length <= mostKept) keptInput = input;
    if (output.length <= mostKept) keptOutput = output;
    return Buffer.from(output.subarray(0, end));
  }

  /** Writes bytes, and makes room for all values of the input after them. */
  put(bytes: Uint8Array): void {
    let { output, end } = this;
    const room = bytes.length + this.length + 1;
    if (output.length - end < room) output = this.grow(room);
    for (let index = 0; index < bytes.length; index += 1) output[end++] = bytes[index];
    this.end = end;
  }

  /** Where the pass is. */
  get place(): number {
    return this.at;
  }

  /** Whether the value that begins there is null. */
  isNull(place: number): boolean {
    return this.input[place] === letterN;
  }

  /** Steps over the beginning of an array. */
  open(): void {
    this.step(open);
  }

  /** Steps over the end of an array. */
  close(): void {
    this.step(close);
  }

  /** Steps to the next element of an array. */
  next(): void {
    this.step(comma);
    while (this.input[this.at] <= space) this.at += 1;
  }

  /** Steps to the next element where there is one. */
  more(): boolean {
    if (this.input[this.at] !== comma) return false;
    this.next();
    return true;
  }

  /** Steps over a text, number or null; returns where it ends. */
  pass(): number {
    const { input } = this;
    let { at } = this;
    if (input[at] === quote) {
      at += 1;
      for (let byte = input[at++]; byte !== quote; byte = input[at++]) if (byte === backslash) at += 1;
    } else {
      while (at < this.length && input[at] !== comma && input[at] !== close) at += 1;
    }
    this.at = at;
    return at;
  }

  /** Writes a value as it stands. */
  copy(from: number, to: number): void {
    const { input, output } = this;
    let { end } = this;
    for (let at = from; at < to; at += 1) output[end++] = input[at];
    this.end = end;
  }

  /** Writes a uuid as the id that clients see. */
  id(from: number, prefix: Uint8Array): void {
    this.put(prefix);
    encodeUuidBytes(this.input, from + 1, this.output, this.end);
    this.end += 26;
    this.output[this.end++] = quote;
  }

  /** Writes a time as RFC 3339 has it; the same as `asTime` of decode.ts. */
  time(from: number, to: number): void {
    const { input } = this;
    if (to - from < 22) throw new NotTranscribable('a time without a day');
    const isUtc = input[to - 4] === plus && input[to - 3] === zero && input[to - 2] === zero;
    this.copy(from, from + 11);
    this.output[this.end++] = letterT;
    this.copy(from + 12, to - (isUtc ? 4 : 1));
    this.output[this.end++] = letterZ;
    this.output[this.end++] = quote;
  }

  /** Writes what a function makes of a text. */
  convert(from: number, to: number, decode: (text: string) => unknown): void {
    const text = JSON.parse(this.input.toString('utf8', from, to)) as string;
    this.put(bytesOf(JSON.stringify(decode(text))));
  }

  private step(byte: number): void {
    if (this.input[this.at] !== byte) throw new NotTranscribable('PostgreSQL wrote JSON in another form');
    this.at += 1;
  }

  private grow(room: number): Buffer {
    const output = Buffer.allocUnsafeSlow((this.end + room) * 2);
    this.output.copy(output, 0, 0, this.end);
    return (this.output = output);
  }
}
