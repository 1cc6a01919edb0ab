import { GatewayError } from '../../../errors/gateway-error.ts';
import { notSent } from './broker-error.ts';
import type { ConnectionChange } from './broker.ts';
import type { Link } from './link.ts';

/** Opening includes TLS, the protocol's handshake and the reply address. */
const OPEN_TIMEOUT_MS = 5_000;
/** Full jitter, random(0, min(cap, base · 2ⁿ)), as for retries (AWS Builders' Library). */
const BACKOFF_BASE_MS = 50;
const BACKOFF_CAP_MS = 2_000;
/** A link that lived this long was good: the next attempt starts from the first back-off. */
const STABLE_MS = 5_000;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly link: Promise<Link> }
  | { readonly kind: 'connected'; readonly link: Link; readonly sinceMs: number; readonly failures: number }
  | { readonly kind: 'down'; readonly cause: unknown }
  | { readonly kind: 'closed' };

export type ConnectionHooks = {
  /** Opens a link once; calls `onLost` when it is lost later. */
  readonly open: (onLost: (cause: unknown) => void) => Promise<Link>;
  readonly onConnected: (link: Link) => void;
  readonly onLost: (cause: unknown) => void;
  readonly onChange: (change: ConnectionChange) => void;
};

/** Keeps one link to a broker alive, from the first time it is asked for until it is closed. */
export class Connection {
  readonly #hooks: ConnectionHooks;
  #state: State = { kind: 'idle' };
  #attempt: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;

  constructor(hooks: ConnectionHooks) {
    this.#hooks = hooks;
  }

  /**
   * The live link. Waits while the first attempt runs; rejects at once while the broker is down, and while it is being
   * tried again, so that a dead broker holds nobody up.
   */
  link(): Promise<Link> {
    const state = this.#state;
    switch (state.kind) {
      case 'idle':
        return this.#connect(0, 0);
      case 'connecting':
        return state.link;
      case 'connected':
        return Promise.resolve(state.link);
      case 'down':
        return Promise.reject(notSent(reasonOf(state.cause) ?? 'The broker is down.', state.cause));
      case 'closed':
        return Promise.reject(notSent('The broker was closed.'));
    }
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    this.#wake?.();
    if (state.kind === 'connected') await state.link.close();
    await this.#attempt;
  }

  #connect(failures: number, delayMs: number): Promise<Link> {
    const link = this.#open(delayMs, failures);
    if (failures === 0) this.#state = { kind: 'connecting', link };
    this.#attempt = link.then(
      () => {},
      (cause: unknown) => this.#retry(failures, cause),
    );
    return link;
  }

  async #open(delayMs: number, failures: number): Promise<Link> {
    if (delayMs > 0) await this.#sleep(delayMs);
    this.#assertOpen();
    let lost: { readonly cause: unknown } | undefined;
    let current: Link | undefined;
    const opened = this.#hooks.open((cause) => {
      if (lost !== undefined) return;
      lost = { cause };
      if (current !== undefined) this.#lose(current, cause);
    });
    const link = await withinTime(opened, OPEN_TIMEOUT_MS).catch((cause: unknown) => {
      throw notSent(reasonOf(cause) ?? 'The broker could not be reached.', cause);
    });
    if (this.#state.kind === 'closed') await link.close();
    this.#assertOpen();
    if (lost !== undefined)
      throw notSent('The connection was lost while it was made.', (lost as { cause: unknown }).cause);
    current = link;
    this.#state = { kind: 'connected', link, sinceMs: performance.now(), failures };
    this.#hooks.onConnected(link);
    this.#hooks.onChange({ kind: 'connected' });
    return link;
  }

  #assertOpen(): void {
    if (this.#state.kind === 'closed') throw notSent('The broker was closed.');
  }

  #lose(link: Link, cause: unknown): void {
    const state = this.#state;
    if (state.kind !== 'connected' || state.link !== link) return;
    const isStable = performance.now() - state.sinceMs >= STABLE_MS;
    this.#down(isStable ? 0 : state.failures + 1, cause);
    this.#hooks.onLost(cause);
    link.close().catch(() => {});
  }

  #retry(failures: number, cause: unknown): void {
    if (this.#state.kind !== 'closed') this.#down(failures + 1, cause);
  }

  #down(failures: number, cause: unknown): void {
    this.#state = { kind: 'down', cause };
    this.#hooks.onChange({ kind: 'lost', cause });
    const delayMs = Math.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** failures);
    // The rejection is handled by the attempt that `#connect` keeps.
    void this.#connect(failures, delayMs).catch(() => {});
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What the broker itself had against it, where that is known. */
function reasonOf(cause: unknown): string | undefined {
  return cause instanceof GatewayError ? cause.detail : undefined;
}

async function withinTime(opened: Promise<Link>, timeoutMs: number): Promise<Link> {
  const { promise, reject } = Promise.withResolvers<never>();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reject(new Error(`The broker did not finish the handshake within ${timeoutMs} ms.`));
  }, timeoutMs);
  opened.then((link) => (isLate ? link.close() : undefined)).catch(() => {});
  return Promise.race([opened, promise]).finally(() => clearTimeout(timer));
}
