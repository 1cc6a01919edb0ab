import { Lexer, Source, TokenKind } from 'graphql';
import type { Token } from 'graphql';
import { exceededLimit } from './exceeded-limit.ts';
import { MAX_NESTING } from './nesting.ts';

// Source text that real documents never need for one token: it bounds what strings and comments cost to read.
const CHARACTERS_PER_TOKEN = 100;

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Gives tokens to the parser up to a limit of them, of text and of nesting. Beyond, `advance` throws RequestErrors. */
export class LimitedLexer extends Lexer {
  readonly #maxTokens: number;
  #tokens = 0;
  #nesting = 0;

  /** Throws RequestErrors for a text that is too long for so many tokens. */
  constructor(text: string, maxTokens: number) {
    super(new Source(text));
    this.#maxTokens = maxTokens;
    const limit = maxTokens * CHARACTERS_PER_TOKEN;
    if (text.length > limit) {
      throw exceededLimit({
        key: 'tokens',
        limit,
        counted: `characters (${CHARACTERS_PER_TOKEN} for each token allowed)`,
        found: text.length,
      });
    }
  }

  override advance(): Token {
    const token = super.advance();
    if (token.kind !== TokenKind.EOF && ++this.#tokens > this.#maxTokens) {
      throw exceededLimit({ key: 'tokens', limit: this.#maxTokens });
    }
    if (OPENING.has(token.kind) && ++this.#nesting > MAX_NESTING) {
      throw exceededLimit({ key: 'depth', limit: MAX_NESTING, counted: 'brackets in each other', isFixed: true });
    }
    if (CLOSING.has(token.kind)) this.#nesting--;
    return token;
  }
}
