import type { Dispatcher } from 'undici';
import type { Cancellation } from '../../model/cancellation.ts';
import { type BodyCollector, type BodyListener, createBodyCollector } from './body-collector.ts';
import type { HttpAnswer, HttpHeaders, HttpRequest } from './http-message.ts';
import { WireFault } from './wire-fault.ts';

/** `answerBytes`: the most that is read of the answer, inflated. */
type ExchangeVia = { readonly dispatcher: Dispatcher; readonly answerBytes: number };

/**
 * One request and its answer over undici's `dispatch`: 17 µs a call, where its `request` takes 22 and `fetch` 173
 * (docs/architecture.md, "Speed"). Cancelling takes it off the queue, or closes its connection.
 */
export class HttpExchange implements Dispatcher.DispatchHandler, BodyListener {
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #answerBytes: number;
  #unhook: () => void = ignore;
  #controller: Dispatcher.DispatchController | undefined;
  #collector: BodyCollector | undefined;
  #failure: Error | undefined;
  #status = 0;
  #headers: HttpHeaders = {};

  static run(
    { dispatcher, answerBytes }: ExchangeVia,
    request: HttpRequest,
    cancellation: Cancellation,
  ): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const exchange = new HttpExchange({ resolve, reject }, answerBytes);
    exchange.#unhook = cancellation.onCancel((reason) => exchange.onFailure(toError(reason)));
    if (!cancellation.cancelled) {
      const { method, path, headers, body } = request;
      dispatcher.dispatch({ method, path, headers, body }, exchange);
    }
    return promise;
  }

  private constructor(
    { resolve, reject }: Pick<PromiseWithResolvers<HttpAnswer>, 'resolve' | 'reject'>,
    answerBytes: number,
  ) {
    this.#answerBytes = answerBytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    try {
      this.#collector = createBodyCollector(String(headers['content-encoding'] ?? ''), -1, this, this.#answerBytes);
    } catch (error) {
      this.onFailure(toError(error));
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#collector?.write(chunk, 0, chunk.length) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.#collector?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#unhook();
    this.#collector?.destroy();
    this.#reject(this.#failure ?? (this.#status === 0 ? error : toBrokenAnswer(error)));
  }

  onText(body: string): void {
    this.#unhook();
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onDrain(): void {
    this.#controller?.resume();
  }

  onFailure(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#unhook();
    this.#collector?.destroy();
    this.#reject(error);
    this.#controller?.abort(error);
  }
}

const ignore = (): void => undefined;

/** The head had come: what was cut off there is a broken answer, unless it only stood still. */
function toBrokenAnswer(error: Error): Error {
  const isIdle = 'code' in error && error.code === 'UND_ERR_BODY_TIMEOUT';
  return isIdle ? error : new WireFault('unusable', 'The answer broke off.', { cause: error });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The call was cancelled.', { cause: reason });
}
