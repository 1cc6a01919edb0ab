import { enter, type ReadMessage } from './decoding.ts';

/**
 * The code of one message's decoder being written: an object of all fields, and a switch over the tags that they have on
 * the wire. In its statements `m` is the object, `r` the reader, `d` the decoding and `depth` the message's. Generated,
 * for with shapes known to V8 a message costs a third of what it costs with a table of fields; names stand in the code as
 * JSON strings only.
 */
export class DecoderCode {
  readonly #uses: unknown[] = [];
  readonly #fields: string[] = [];
  readonly #cases: string[] = [];
  readonly #ends: string[] = [];

  /** How the code names a value from outside. */
  use(value: unknown): string {
    const known = this.#uses.indexOf(value);
    return `u${known === -1 ? this.#uses.push(value) - 1 : known}`;
  }

  /** A field, and what it is when it is not on the wire. */
  declare(name: string, otherwise: unknown): void {
    const isPlain = otherwise === null || typeof otherwise !== 'object';
    this.#fields.push(`${JSON.stringify(name)}: ${isPlain ? JSON.stringify(otherwise) : this.use(otherwise)}`);
  }

  /** What is done at a tag. */
  on(fieldNumber: number, wireType: number, statements: string): void {
    const tag = ((fieldNumber << 3) | wireType) >>> 0;
    this.#cases.push(`case ${tag}: ${statements} break;`);
  }

  /** What is done when the message has been read. */
  atEnd(statement: string): void {
    this.#ends.push(statement);
  }

  compile(): ReadMessage {
    const body = `
      const r = d.reader;
      const m = begun ?? { ${this.#fields.join(', ')} };
      const outerEnd = ${this.use(enter)}(d, end, depth);
      while (r.pos < end) {
        const tag = r.tag();
        switch (tag) {
          ${this.#cases.join('\n')}
          default: r.skipType(tag & 7, depth, tag >>> 3);
        }
      }
      r.len = outerEnd;
      ${this.#ends.join('\n')}
      return m;`;
    const names = this.#uses.map((_, index) => `u${index}`);
    // oxlint-disable-next-line typescript/no-implied-eval -- see above
    const make = new Function(...names, `'use strict'; return (d, end, depth, begun) => {${body}}`);
    return make(...this.#uses) as ReadMessage;
  }
}
