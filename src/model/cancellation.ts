/** Why calls are cancelled when nobody waits for their answer any more. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

export function clientGone(): ClientGoneError {
  return new ClientGoneError('The client has gone away.');
}

/**
 * One cancel object for a request, a call or an attempt: cheaper than an AbortSignal, from which one is made only
 * where a library needs it. Cancelling a parent cancels its children; `release()` unhooks a child that has ended.
 */
export class Cancellation {
  #reason: unknown;
  #cancelled = false;
  #listeners: Set<(reason: unknown) => void> | undefined;
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
  onCancel(listener: (reason: unknown) => void): () => void {
    if (this.#cancelled) {
      listener(this.#reason);
      return () => {};
    }
    const listeners = (this.#listeners ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  cancel(reason?: unknown): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    this.#controller?.abort(reason);
    for (const listener of listeners ?? []) listener(reason);
  }

  /** Ends a child's link to its parent. Nothing is cancelled. */
  release(): void {
    this.#unhook?.();
    this.#unhook = undefined;
  }
}
