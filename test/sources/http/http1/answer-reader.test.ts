import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerHead, AnswerHeads } from '../../../../src/sources/http/http1/answer-head.ts';
import { AnswerReader } from '../../../../src/sources/http/http1/answer-reader.ts';
import { WireFault } from '../../../../src/sources/http/wire-fault.ts';

/** What a reader makes of bytes that come in the given pieces, out of one buffer that is written over each time. */
function readPieces(pieces: readonly Buffer[]) {
  const reader = new AnswerReader(new AnswerHeads());
  const lent = Buffer.alloc(70_000, '\r\n\r\n5\r\n');
  let head: AnswerHead | undefined;
  let body = '';
  let state = 'more';
  const listener = {
    onHead: (read: AnswerHead) => void (head = read),
    onBody: (bytes: Buffer, start: number, end: number) => void (body += bytes.toString('latin1', start, end)),
  };
  try {
    for (const piece of pieces) {
      if (state !== 'more') return { state: 'surplus', status: head?.status, body };
      piece.copy(lent);
      state = reader.read(lent, piece.length, listener);
    }
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    return { state: error.kind, status: head?.status, body };
  }
  if (state === 'more' && reader.endsWithConnection()) state = 'until close';
  return { state, status: head?.status, body };
}

const read = (text: string) => readPieces([Buffer.from(text, 'latin1')]);

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const cuts = [...new Set([0, ...at.map((place) => place % (bytes.length + 1)), bytes.length])].toSorted(
    (left, right) => left - right,
  );
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKS = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

const answers = {
  'a length': `${OK}Content-Length: 5\r\n\r\nhello`,
  'no body': `${OK}content-length: 0\r\n\r\n`,
  chunks: `${CHUNKS}5;a=b\r\nhello\r\n6 \r\n world\r\n0\r\n\r\n`,
  'chunks and trailers': `${CHUNKS}A\r\n0123456789\r\n000\r\nX-Sum: 1\r\n\r\n`,
  'interim answers': `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}content-length: 2\r\n\r\nok`,
  'status 204': 'HTTP/1.1 204 No Content\r\n\r\n',
  'status 304': 'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n',
  'the connection’s end': `${OK}\r\nhello`,
  'HTTP/1.0': 'HTTP/1.0 200\r\n\r\nhello',
  'more than was asked for': `${OK}content-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n`,
  'too long a chunk': `${CHUNKS}2\r\nabc\r\n0\r\n\r\n`,
  'something else': 'SSH-2.0-OpenSSH\r\n',
};

describe('an answer', () => {
  it('is read with its length, chunks or the connection’s end', () => {
    expect(Object.entries(answers).map(([name, text]) => [name, ...Object.values(read(text))].join(' | ')))
      .toMatchInlineSnapshot(`
        [
          "a length | whole | 200 | hello",
          "no body | whole | 200 | ",
          "chunks | whole | 200 | hello world",
          "chunks and trailers | whole | 200 | 0123456789",
          "interim answers | whole | 200 | ok",
          "status 204 | whole | 204 | ",
          "status 304 | whole | 304 | ",
          "the connection’s end | until close | 200 | hello",
          "HTTP/1.0 | until close | 200 | hello",
          "more than was asked for | surplus | 200 | ok",
          "too long a chunk | unusable | 200 | ab",
          "something else | unusable |  | ",
        ]
      `);
  });

  it('is read alike however its bytes are cut up', () => {
    const texts = fc.constantFrom(...Object.values(answers));
    fc.assert(
      fc.property(texts, fc.array(fc.nat(300), { maxLength: 12 }), (text, at) => {
        const bytes = Buffer.from(text, 'latin1');
        expect(readPieces(cut(bytes, at))).toEqual(read(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is read byte by byte', () => {
    for (const text of Object.values(answers)) {
      const bytes = Buffer.from(text, 'latin1');
      expect(readPieces(cut(bytes, [...bytes.keys()]))).toEqual(read(text));
    }
  });

  it('gives what its body holds, in chunks of any sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.array(fc.nat(2000)), (parts, at) => {
        const bodies = parts.map((part) => Buffer.from(part));
        const chunks = bodies.map((part) =>
          Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
        );
        const bytes = Buffer.concat([Buffer.from(CHUNKS), ...chunks, Buffer.from('0\r\n\r\n')]);
        const body = Buffer.concat(bodies).toString('latin1');
        expect(readPieces(cut(bytes, at))).toEqual({ state: 'whole', status: 200, body });
      }),
    );
  });

  it('keeps headers that come several times, by their lower-case names', () => {
    const reader = new AnswerReader(new AnswerHeads());
    const bytes = Buffer.from(`${OK}X-A:1\r\nx-a: 2\r\nX-a:\t3 \r\nETag: ""\r\ncontent-length: 1\r\n\r\n`);
    reader.read(bytes, bytes.length, { onHead: () => {}, onBody: () => {} });
    expect(reader.head?.headers).toEqual({ 'x-a': ['1', '2', '3'], etag: '""', 'content-length': '1' });
  });

  it('keeps headers by names that every object has as what they are', () => {
    const reader = new AnswerReader(new AnswerHeads());
    const bytes = Buffer.from(`${OK}__PROTO__: a\r\nConstructor: b\r\ntoString: c\r\ncontent-length: 1\r\n\r\n`);
    reader.read(bytes, bytes.length, { onHead: () => {}, onBody: () => {} });
    expect(Object.entries(reader.head?.headers ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['tostring', 'c'],
      ['content-length', '1'],
    ]);
  });
});

describe('what is no answer', () => {
  it.each([
    ['a folded header', `${OK}a: b\r\n c: d\r\n\r\n`],
    ['a space before the colon', `${OK}content-length : 5\r\n\r\nhello`],
    ['a header without a name', `${OK}: x\r\n\r\n`],
    ['a line without a colon', `${OK}content-length 5\r\n\r\n`],
    ['a bare line feed', `${OK}a: b\nc: d\r\n\r\n`],
    ['a bare carriage return', `${OK}a: b\rc: d\r\n\r\n`],
    ['a null character', `${OK}a: b\0\r\n\r\n`],
    ['two lengths that differ', `${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`],
    ['two lengths that agree', `${OK}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`],
    ['a list of lengths', `${OK}content-length: 5, 5\r\n\r\nhello`],
    ['a signed length', `${OK}content-length: +5\r\n\r\nhello`],
    ['a length in hexadecimal', `${OK}content-length: 0x5\r\n\r\nhello`],
    ['a length and chunks', `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a transfer coding nobody asked for', `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['chunked twice', `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['almost chunked', `${OK}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a chunk without a size', `${CHUNKS}\r\nhello\r\n0\r\n\r\n`],
    ['a chunk of a negative size', `${CHUNKS}-1\r\nhello\r\n0\r\n\r\n`],
    ['a chunk of a huge size', `${CHUNKS}fffffffff\r\nhello`],
    ['a chunk size that ends with a bare line feed', `${CHUNKS}5\nhello\r\n0\r\n\r\n`],
    ['a chunk longer than it says', `${CHUNKS}4\r\nhello\r\n0\r\n\r\n`],
    ['a chunk extension without end', `${CHUNKS}5;${'x'.repeat(300)}`],
    ['a trailer that is no header', `${CHUNKS}0\r\nGET / HTTP/1.1\r\n\r\n`],
    ['trailers without end', `${CHUNKS}0\r\n${'a: b\r\n'.repeat(3000)}`],
    ['another version', 'HTTP/2 200 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status of its own', 'HTTP/1.1 999 OK\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ['interim answers without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)],
    ['a head that is too long', `${OK}a: ${'x'.repeat(20_000)}`],
    ['a whole head that is too long', `${OK}a: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a length behind white space that is not HTTP’s', `${OK}content-length:\xa05\r\n\r\nhello`],
    ['chunks behind white space that is not HTTP’s', `${OK}transfer-encoding: chunked\xa0\r\n\r\n0\r\n\r\n`],
    ['a blank line first', `\r\n${OK}content-length: 0\r\n\r\n`],
  ])('is refused: %s', (_, text) => {
    expect(read(text).state).toBe('unusable');
    const bytes = Buffer.from(text, 'latin1');
    expect(
      readPieces(
        cut(
          bytes,
          [...Array(200).keys()].map((place) => place * 7),
        ),
      ).state,
    ).toBe('unusable');
  });

  it('never gives more than one outcome, whatever comes', () => {
    const lines = fc.constantFrom('\r\n', '\n', '\r', ' ', '5', '0', 'hello', 'HTTP/1.1 200 OK\r\n', ':', ';', '\0');
    const headers = fc.constantFrom('content-length: 5\r\n', 'transfer-encoding: chunked\r\n', 'a: b\r\n', '\r\n\r\n');
    const soup = fc.array(fc.oneof(lines, headers), { maxLength: 20 }).map((parts) => OK + parts.join(''));
    fc.assert(
      fc.property(soup, fc.array(fc.nat(300), { maxLength: 8 }), (text, at) => {
        const bytes = Buffer.from(text, 'latin1');
        const whole = read(text);
        const pieces = readPieces(cut(bytes, at));
        expect(pieces.state).toBe(whole.state);
        if (whole.state !== 'unusable') expect(pieces).toEqual(whole);
      }),
      { numRuns: 5000 },
    );
  });
});
