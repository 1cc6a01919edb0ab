import { WireFault } from '../wire-fault.ts';

/** Called with what the body holds, as often as some of it has come. The bytes are lent. */
export type TakeBody = (bytes: Buffer, start: number, end: number) => void;

/** A size in at most eight hexadecimal digits, and extensions, which mean nothing to anybody. */
const SIZE_LINE = /^([\da-fA-F]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n$/;
const TRAILER_LINE = /^[!#$%&'*+\-.^`|~\w]+:[\t\x20-\x7e\x80-\xff]*\r\n$/;
const MAX_SIZE_LINE = 256;
const MAX_TRAILERS = 16_384;
const LINE_FEED = 10;

/** Reads a body in chunks (RFC 9112, 7.1) however the bytes are cut up. Trailers are read and thrown away. */
export class ChunkedBody {
  #state: 'size' | 'data' | 'end of data' | 'trailers' | 'done' = 'size';
  /** Bytes of the chunk that are still to come. */
  #left = 0;
  /** What has come of a line. */
  #line = '';
  #trailers = 0;

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Gives back where it stopped: at `end`, or after the last byte of the body. Throws WireFault. */
  read(bytes: Buffer, start: number, end: number, take: TakeBody): number {
    let at = start;
    while (at < end && this.#state !== 'done')
      at = this.#state === 'data' ? this.#readData(bytes, at, end, take) : this.#readLine(bytes, at, end);
    return at;
  }

  #readData(bytes: Buffer, start: number, end: number, take: TakeBody): number {
    const dataEnd = Math.min(end, start + this.#left);
    this.#left -= dataEnd - start;
    if (this.#left === 0) this.#state = 'end of data';
    take(bytes, start, dataEnd);
    return dataEnd;
  }

  #readLine(bytes: Buffer, start: number, end: number): number {
    const found = bytes.indexOf(LINE_FEED, start);
    const isWhole = found !== -1 && found < end;
    const next = isWhole ? found + 1 : end;
    this.#line += bytes.toString('latin1', start, Math.min(next, start + MAX_TRAILERS + 1));
    if (this.#line.length > (this.#state === 'trailers' ? MAX_TRAILERS : MAX_SIZE_LINE)) throw malformed();
    if (isWhole) {
      this.#takeLine(this.#line);
      this.#line = '';
    }
    return next;
  }

  #takeLine(line: string): void {
    if (this.#state === 'size') this.#takeSize(line);
    else if (this.#state === 'trailers') this.#takeTrailer(line);
    else if (line === '\r\n') this.#state = 'size';
    else throw malformed();
  }

  #takeSize(line: string): void {
    const size = SIZE_LINE.exec(line)?.[1];
    if (size === undefined) throw malformed();
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'data';
  }

  #takeTrailer(line: string): void {
    this.#trailers += line.length;
    if (line === '\r\n') this.#state = 'done';
    else if (this.#trailers > MAX_TRAILERS || !TRAILER_LINE.test(line)) throw malformed();
  }
}

function malformed(): WireFault {
  return new WireFault('unusable', 'The answer is no HTTP: its chunks are malformed.');
}
