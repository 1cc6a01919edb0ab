/** Why calls are cancelled when nobody waits for their answer any more. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

export function clientGone(): ClientGoneError {
  return new ClientGoneError('The client has gone away.');
}

type Listener = (reason: unknown) => void;

/**
 * One cancel object for a request, a call or an attempt: cheaper than an AbortSignal, from which one is made only
 * where a library needs it. Cancelling a parent cancels its children; `release()` unhooks a child that has ended.
 */
export class Cancellation {
  #reason: unknown;
  #cancelled = false;
  // Almost always there is one at a time: a Set for each request and each call was 2 % of a small request.
  #listener: Listener | undefined;
  #others: Set<Listener> | undefined;
  #controller: AbortController | undefined;
  #unhook: (() => void) | undefined;

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Why it was cancelled; undefined until then. */
  get reason(): unknown {
    return this.#reason;
  }

  /** An AbortSignal that follows this object, made on first use. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** A cancellation that this one's cancelling reaches. */
  child(): Cancellation {
    const child = new Cancellation();
    child.#unhook = this.onCancel((reason) => child.cancel(reason));
    return child;
  }

  /** Calls the listener once on cancel (at once if already cancelled); gives back how to stop listening. */
  onCancel(listener: Listener): () => void {
    if (this.#cancelled) {
      listener(this.#reason);
      return () => {};
    }
    if (this.#listener === undefined) {
      this.#listener = listener;
      return () => {
        if (this.#listener === listener) this.#listener = undefined;
      };
    }
    const others = (this.#others ??= new Set());
    others.add(listener);
    return () => others.delete(listener);
  }

  cancel(reason?: unknown): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#reason = reason;
    const listener = this.#listener;
    const others = this.#others;
    this.#listener = undefined;
    this.#others = undefined;
    this.#controller?.abort(reason);
    listener?.(reason);
    for (const other of others ?? []) other(reason);
  }

  /** Ends a child's link to its parent. Nothing is cancelled. */
  release(): void {
    this.#unhook?.();
    this.#unhook = undefined;
  }
}
