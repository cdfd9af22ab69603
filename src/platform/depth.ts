/**
 * How deep a text nests, found before anything reads it that would call itself for each level: a scan from its first
 * character to its last that counts brackets outside of strings. Used wherever a text comes from outside.
 */
import { Lexer, Parser } from 'yaml';
import { limitExceeded } from './graphql/errors.ts';

/** The most levels of lists and objects that a text may have. */
export const deepest = 100;

/** In which language a text is: GraphQL has comments, and strings over several lines. */
export type NestedLanguage = 'json' | 'graphql';

/** Measures a text that comes in parts. */
export class DepthScan {
  private depth = 0;
  private within: 'nothing' | 'string' | 'block' | 'comment' = 'nothing';
  private isEscaped = false;

  /** @param most the most levels */
  constructor(
    private readonly language: NestedLanguage,
    private readonly most = deepest,
  ) {}

  /** Takes the next part. Throws LIMIT_EXCEEDED where the text is too deep. GraphQL has to come in one part. */
  push(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const char = text[at];
      if (this.isEscaped) this.isEscaped = false;
      else if (this.within === 'comment') this.endAt(char === '\n' || char === '\r');
      else if (this.within === 'block') {
        if (text.startsWith('\\"""', at)) at += 3;
        else if (text.startsWith('"""', at)) {
          at += 2;
          this.within = 'nothing';
        }
      } else if (this.within === 'string') {
        if (char === '\\') this.isEscaped = true;
        // A line's end ends a string of GraphQL: what is behind it counts.
        else this.endAt(char === '"' || (this.language === 'graphql' && (char === '\n' || char === '\r')));
      } else if (char === '"') {
        const isBlock = this.language === 'graphql' && text.startsWith('"""', at);
        this.within = isBlock ? 'block' : 'string';
        if (isBlock) at += 2;
      } else if (char === '#' && this.language === 'graphql') this.within = 'comment';
      else if (char === '{' || char === '[' || char === '(') this.enter();
      else if (char === '}' || char === ']' || char === ')') this.depth -= 1;
    }
  }

  private endAt(isEnd: boolean): void {
    if (isEnd) this.within = 'nothing';
  }

  private enter(): void {
    this.depth += 1;
    if (this.depth > this.most) throw tooDeep(this.most);
  }
}

/** Throws LIMIT_EXCEEDED where a text is nested too deep for those who read it. */
export function assertDepth(text: string | Buffer, language: NestedLanguage, most?: number): void {
  // Brackets and quotes are the same bytes in all encodings that begin as ASCII does.
  new DepthScan(language, most).push(typeof text === 'string' ? text : text.toString('latin1'));
}

/** The same for YAML, whose levels may be mere indentation: its tokens are read with a stack of their own. */
export function assertYamlDepth(text: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    // Each list and map that is open; the document and a scalar come on top.
    if (parser.stack.length > deepest + 2) throw tooDeep(deepest);
  }
}

function tooDeep(most: number): Error {
  return limitExceeded(`The text nests lists and objects more than ${most} levels deep; make it flatter`);
}
