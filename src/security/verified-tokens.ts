import { hash } from 'node:crypto';
import type { Caller } from '../model/request-context.ts';

type KnownCaller = Extract<Caller, { kind: 'authenticated' }>;

/** Whose keys a token was verified by, as they were then. */
type VerifiedBy = {
  /** Grows when the keys are others; undefined while that is to be seen. */
  readonly generation: () => number | undefined;
};

type Verified = {
  readonly caller: KnownCaller;
  readonly by: VerifiedBy;
  readonly generation: number;
  /** Seconds since 1970 from which on it no longer holds. */
  readonly untilSeconds: number;
};

/** Tokens that are known at a time; of more, those not seen for longest are verified anew. */
const MOST = 10_000;

/**
 * Callers by their verified tokens: verifying a signature costs 50 µs of CPU (RS256) or 90 (ES256), finding it here 3. One holds until
 * its token expires or the issuer's keys change. Tokens are known by their hash: none is kept. What was refused is not
 * remembered, so that a key that comes later is found.
 */
export class VerifiedTokens {
  // A Map keeps the order of insertion: the first entry is the one not read for longest.
  readonly #known = new Map<string, Verified>();

  get(token: string): Caller | undefined {
    const id = identify(token);
    const verified = this.#known.get(id);
    if (verified === undefined) return undefined;
    this.#known.delete(id);
    const { by, generation, untilSeconds, caller } = verified;
    if (by.generation() !== generation || Date.now() / 1000 >= untilSeconds) return undefined;
    this.#known.set(id, verified);
    return copy(caller);
  }

  /** `generation` is what that of the keys was before the token was verified: they may have changed meanwhile. */
  set(token: string, verified: Verified): void {
    freeze(verified.caller.claims);
    this.#known.set(identify(token), { ...verified, caller: copy(verified.caller) });
    if (this.#known.size <= MOST) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** What a resolver does to the scopes that it is given ends with its request. */
function copy(caller: KnownCaller): KnownCaller {
  return { ...caller, scopes: new Set(caller.scopes) };
}

/** Nor may it change the claims, which later requests of the same token see. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}

function identify(token: string): string {
  return hash('sha256', token, 'base64');
}
