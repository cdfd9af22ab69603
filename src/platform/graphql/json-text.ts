/**
 * Parts of an answer that are JSON text already, and which resolvers let them through.
 */
import type { ExecutionResult } from 'graphql';
import { Extensions } from 'type-graphql';

/** A value of an answer whose JSON is made. */
export class JsonText {
  constructor(readonly bytes: Buffer) {}

  /** Whoever makes JSON of it by other means gets the same. */
  toJSON(): unknown {
    return JSON.parse(this.bytes.toString()) as unknown;
  }
}

/**
 * Says that a query's resolver hands on what the reader gives it as it stands, without looking into it: its answer may
 * go out as the reader's text.
 */
export const Verbatim = (): MethodDecorator => Extensions({ verbatim: true });

/** The JSON of a result: a text with a line's end, as Apollo Server makes it, or the bytes of one. */
export function stringifyResult(result: ExecutionResult): string | Buffer {
  const { errors, data, extensions } = result;
  if (!data || !Object.values(data).some((value) => value instanceof JsonText))
    return `${JSON.stringify({ errors, data, extensions })}\n`;
  const parts: Buffer[] = [];
  const add = (text: string) => parts.push(Buffer.from(text));
  add(errors ? `{"errors":${JSON.stringify(errors)},"data":` : '{"data":');
  for (const [index, [name, value]] of Object.entries(data).entries()) {
    add(`${index === 0 ? '{' : ','}"${name}":`);
    if (value instanceof JsonText) parts.push(value.bytes);
    else add(JSON.stringify(value));
  }
  add(extensions ? `},"extensions":${JSON.stringify(extensions)}}\n` : '}}\n');
  return Buffer.concat(parts);
}
