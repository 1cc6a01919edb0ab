import type { Cancellation } from '../../../model/cancellation.ts';
import { type BodyCollector, type BodyListener, createBodyCollector } from '../body-collector.ts';
import type { HttpAnswer, HttpHeaders } from '../http-message.ts';
import { toWireError } from '../wire-error.ts';
import type { AnswerHead } from './answer-head.ts';
import type { AnswerListener } from './answer-reader.ts';

/** Where an exchange is: waiting for a connection, or on one. */
export type ExchangePlace = {
  /** Nobody waits for the exchange any more. */
  readonly leave: (exchange: Exchange) => void;
  /** More of a body can be taken. */
  readonly resume: () => void;
};

export type ExchangeOptions = {
  /** Whose name errors bear. */
  readonly service: string;
  /** As it goes on the wire. */
  readonly text: string | Buffer;
  /** May be sent again where a kept-alive connection turns out to be dead. Once. */
  readonly isRepeatable: boolean;
  /** The most that is read of the answer, inflated. */
  readonly answerBytes?: number | undefined;
};

/** One request and its answer over a connection of ours. `answer` rejects with GatewayError. */
export class Exchange implements AnswerListener, BodyListener {
  readonly answer: Promise<HttpAnswer>;
  readonly text: string | Buffer;
  /** Kept by the list that it waits in. */
  before: Exchange | undefined;
  after: Exchange | undefined;
  place: ExchangePlace | undefined;
  mayRepeat: boolean;
  readonly #service: string;
  readonly #answerBytes: number | undefined;
  readonly #settle: PromiseWithResolvers<HttpAnswer>;
  #unhook: (() => void) | undefined;
  #collector: BodyCollector | undefined;
  #isSettled = false;
  #isFull = false;
  #status = 0;
  #headers: HttpHeaders = {};

  constructor({ service, text, isRepeatable, answerBytes }: ExchangeOptions, cancellation: Cancellation) {
    this.text = text;
    this.mayRepeat = isRepeatable;
    this.#service = service;
    this.#answerBytes = answerBytes;
    this.#settle = Promise.withResolvers<HttpAnswer>();
    this.answer = this.#settle.promise;
    this.#unhook = cancellation.onCancel((reason) => this.fail(reason ?? new Error('The call was cancelled.')));
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** The body comes faster than it can be inflated. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Rejects, and leaves its connection or the list that it waits in. */
  fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#unhook?.();
    this.#collector?.destroy();
    this.place?.leave(this);
    this.place = undefined;
    this.#settle.reject(toWireError(error, this.#service));
  }

  onHead({ status, headers, length }: AnswerHead): void {
    this.#status = status;
    this.#headers = headers;
    const { 'content-encoding': coding } = headers;
    this.#collector = createBodyCollector(coding === undefined ? '' : String(coding), length, this, this.#answerBytes);
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.#collector?.write(bytes, start, end) === false) this.#isFull = true;
  }

  /** The answer has come whole. The connection may go on to another. */
  onEnd(): void {
    this.place = undefined;
    this.#collector?.end();
  }

  onText(body: string): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#unhook?.();
    this.#settle.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onFailure(error: Error): void {
    this.fail(error);
  }

  onDrain(): void {
    this.#isFull = false;
    this.place?.resume();
  }
}
