import { WireFault } from '../wire-fault.ts';
import { type AnswerHead, type AnswerHeads, CHUNKED, UNTIL_CLOSE } from './answer-head.ts';
import { ChunkedBody, type TakeBody } from './chunked-body.ts';

/** Whom an answer is told, piece by piece. Bytes are lent: they are written over by the next ones. May throw. */
export type AnswerListener = {
  readonly onHead: (head: AnswerHead) => void;
  readonly onBody: TakeBody;
};

/** `surplus`: the answer is whole, and more has come that nobody asked for. */
export type ReadState = 'more' | 'whole' | 'surplus';

const HEAD_END = Buffer.from('\r\n\r\n');
const START = Buffer.from('HTTP/1.');
const MAX_HEAD_BYTES = 16_384;
/** 100 Continue, 103 Early Hints …: nobody needs more of them for one answer. */
const MAX_INTERIM = 10;

/** Reads one answer after another from a connection's bytes, however they are cut up. Throws WireFault for what is none. */
export class AnswerReader {
  /** The first part of a head that has not come whole. */
  #begun: Buffer | undefined;
  #head: AnswerHead | undefined;
  #chunks: ChunkedBody | undefined;
  /** Bytes of the body that are still to come. */
  #left = 0;
  #interim = 0;
  readonly #heads: AnswerHeads;

  constructor(heads: AnswerHeads) {
    this.#heads = heads;
  }

  /** Of the answer that is being read. */
  get head(): AnswerHead | undefined {
    return this.#head;
  }

  /** No byte of the next answer has come. */
  get isFresh(): boolean {
    return this.#head === undefined && this.#begun === undefined && this.#interim === 0;
  }

  reset(): void {
    this.#head = undefined;
    this.#chunks = undefined;
    this.#interim = 0;
  }

  read(bytes: Buffer, end: number, listener: AnswerListener): ReadState {
    if (this.#head !== undefined) return this.#readBody(bytes, 0, { end, listener });
    const begun = this.#begun;
    if (begun === undefined) return this.#readHead(bytes, 0, { end, listener });
    this.#begun = undefined;
    const joined = Buffer.concat([begun, bytes.subarray(0, end)]);
    return this.#readHead(joined, 0, { end: joined.length, listener });
  }

  /** Whether the connection's end is the end of the answer as well. */
  endsWithConnection(): boolean {
    return this.#head?.length === UNTIL_CLOSE;
  }

  #readHead(bytes: Buffer, start: number, span: Span): ReadState {
    const headEnd = bytes.indexOf(HEAD_END, start);
    const next = headEnd + HEAD_END.length;
    if (headEnd === -1 || next > span.end) return this.#waitForHead(bytes, start, span.end);
    assertHeadLength(headEnd - start);
    const head = this.#heads.read(bytes.toString('latin1', start, headEnd));
    if (head.status < 200) return this.#skipInterim(head, bytes, next, span);
    this.#head = head;
    this.#left = head.length;
    if (head.length === CHUNKED) this.#chunks = new ChunkedBody();
    span.listener.onHead(head);
    return this.#readBody(bytes, next, span);
  }

  #waitForHead(bytes: Buffer, start: number, end: number): ReadState {
    const length = Math.min(end - start, START.length);
    if (bytes.compare(START, 0, length, start, start + length) !== 0)
      throw new WireFault('unusable', 'The answer is no HTTP/1.1.');
    assertHeadLength(end - start);
    if (end > start) this.#begun = Buffer.from(bytes.subarray(start, end));
    return 'more';
  }

  #skipInterim({ status }: AnswerHead, bytes: Buffer, next: number, span: Span): ReadState {
    this.#interim += 1;
    if (status === 101) throw new WireFault('unusable', 'The service changed to a protocol that was not asked for.');
    if (this.#interim > MAX_INTERIM) throw new WireFault('unusable', 'The service sent interim answers without end.');
    return next === span.end ? 'more' : this.#readHead(bytes, next, span);
  }

  #readBody(bytes: Buffer, start: number, { end, listener }: Span): ReadState {
    if (this.#chunks !== undefined) {
      const at = this.#chunks.read(bytes, start, end, (...part) => listener.onBody(...part));
      if (!this.#chunks.isDone) return 'more';
      return at === end ? 'whole' : 'surplus';
    }
    if (this.#left === UNTIL_CLOSE) {
      if (end > start) listener.onBody(bytes, start, end);
      return 'more';
    }
    const bodyEnd = Math.min(end, start + this.#left);
    this.#left -= bodyEnd - start;
    if (bodyEnd > start) listener.onBody(bytes, start, bodyEnd);
    if (this.#left > 0) return 'more';
    return bodyEnd === end ? 'whole' : 'surplus';
  }
}

type Span = { readonly end: number; readonly listener: AnswerListener };

function assertHeadLength(length: number): void {
  if (length > MAX_HEAD_BYTES)
    throw new WireFault('unusable', `The answer's headers are longer than ${MAX_HEAD_BYTES} bytes.`);
}
