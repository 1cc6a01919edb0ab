import { GatewayError } from '../errors/gateway-error.ts';
import type { Caller } from '../model/request-context.ts';

/** What a renewed token says anew. In all else it must say the same: the subscription was opened for that caller. */
const RENEWED_CLAIMS = new Set(['exp', 'iat', 'nbf', 'jti', 'auth_time']);
/** As at the beginning of a request (docs/auth.md): clocks differ. */
const LEEWAY_MS = 60_000;
/** Between two looks at a token: the shortest, and the longest that Node's timers know. */
const SHORTEST_MS = 1000;
const LONGEST_MS = 2 ** 31 - 1;

/** Who the caller is by the token that the connection has now; `accept` goes by that token from then on. */
export type Renewal = { readonly caller: Caller; readonly accept: () => void };

/**
 * Says so when a caller's token has expired and the connection has no newer one of the same caller. Gives back how to stop.
 * Timers of its own: each has another time, and none keeps the process alive.
 */
export function watchToken(
  caller: Caller,
  renew: () => Promise<Renewal>,
  onExpired: (error: GatewayError) => void,
): () => void {
  if (caller.kind === 'anonymous' || typeof caller.claims['exp'] !== 'number') return () => {};
  const { claims } = caller;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function watch(expiresAt: unknown): void {
    if (stopped || typeof expiresAt !== 'number') return;
    const leftMs = expiresAt * 1000 + LEEWAY_MS - Date.now();
    const delayMs = Math.min(Math.max(leftMs, SHORTEST_MS), LONGEST_MS);
    timer = setTimeout(() => void (leftMs > LONGEST_MS ? watch(expiresAt) : check()), delayMs);
    timer.unref();
  }

  async function check(): Promise<void> {
    try {
      const { caller: renewed, accept } = await renew();
      if (stopped) return;
      if (renewed.kind === 'anonymous' || !isSameCaller(renewed.claims, claims)) throw expired();
      accept();
      watch(renewed.claims['exp']);
    } catch (error) {
      if (!stopped) onExpired(expired(error));
    }
  }

  watch(claims['exp']);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

type Claims = Readonly<Record<string, unknown>>;

function isSameCaller(renewed: Claims, first: Claims): boolean {
  return printLasting(renewed) === printLasting(first);
}

function printLasting(claims: Claims): string {
  const lasting = Object.entries(claims).filter(([name]) => !RENEWED_CLAIMS.has(name));
  return JSON.stringify(lasting.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function expired(cause?: unknown): GatewayError {
  const message = 'The token of this subscription has expired. Subscribe again with a new one.';
  return new GatewayError('UNAUTHENTICATED', message, { cause });
}
