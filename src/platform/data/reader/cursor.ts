/**
 * Cursors: the order values and the id of a row, signed and bound to the viewer, the list, its filter and its order.
 * A changed cursor, or one from another list or viewer, is BAD_USER_INPUT.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalid } from '../../graphql/errors.ts';

/** The order value (null where the row has none) and the uuid of a row. */
export type CursorValues = readonly [value: string | null, id: string];

/** Seals and opens the cursors of one list for one viewer. */
export class CursorSeal {
  constructor(
    private readonly secret: string,
    private readonly context: string,
  ) {}

  /** The cursor of a row. */
  seal(values: CursorValues): string {
    const text = Buffer.from(JSON.stringify(values)).toString('base64url');
    return `${text}.${this.sign(text).toString('base64url')}`;
  }

  /** The row that a cursor marks. Throws BAD_USER_INPUT for one that was not sealed here. */
  open(cursor: string, argument: string): CursorValues {
    const [text = '', signature = ''] = cursor.split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(text);
    if (given.length === expected.length && timingSafeEqual(given, expected)) {
      return JSON.parse(Buffer.from(text, 'base64url').toString()) as CursorValues;
    }
    throw invalid('is not a cursor of this list, filter and order for this viewer; start again without it', argument);
  }

  private sign(text: string): Buffer {
    return createHmac('sha256', this.secret).update(`${this.context}\n${text}`).digest().subarray(0, 16);
  }
}
