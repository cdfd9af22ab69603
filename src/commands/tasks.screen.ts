/** A part of a terminal that is drawn again and again in the same place. */
import type { WriteStream } from 'node:tty';
import type { Terminal } from './tasks.text.ts';

const [hideCursor, showCursor, clearDown] = ['\u001B[?25l', '\u001B[?25h', '\u001B[J'];

/** Lines at the end of what a terminal shows. */
export class Screen {
  private height = 0;

  constructor(
    private readonly stream: WriteStream,
    private readonly hasColours: boolean,
  ) {
    stream.write(hideCursor);
  }

  get terminal(): Terminal {
    return { rows: this.stream.rows || 24, columns: this.stream.columns || 80, hasColours: this.hasColours };
  }

  /** Puts the lines in the place of the last ones. */
  draw(lines: readonly string[]): void {
    const up = this.height > 0 ? `\u001B[${this.height}A\r` : '';
    this.stream.write(`${up}${clearDown}${lines.map((line) => `${line}\n`).join('')}`);
    this.height = lines.length;
  }

  /** Leaves what was drawn last, and the terminal as it was. */
  end(): void {
    this.stream.write(showCursor);
  }
}
