import type { Cancellation } from './cancellation.ts';

/** Who is calling. `claims` are the checked token's. `scopes` are its `scope`/`scp` claim, split. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'authenticated';
      readonly claims: Readonly<Record<string, unknown>>;
      readonly scopes: ReadonlySet<string>;
    };

/** A header's value by its lower-case name (several values joined by ", "), or null. */
export type ReadHeader = (name: string) => string | null;

/** What travels with one client operation through every stage. */
export type RequestContext = {
  readonly requestId: string;
  readonly caller: Caller;
  readonly header: ReadHeader;
  /** `performance.now()` time at which the request's deadline passes; Infinity for a subscription. */
  readonly deadlineMs: number;
  /** Cancelled when the client goes away or the deadline passes. */
  readonly cancellation: Cancellation;
  /**
   * Things that live as long as the request (DataLoaders, de-duplication), by their owner's key.
   * Emptied after each mutation a source was sent. For a subscription each event has a new one.
   */
  readonly scope: Map<object, unknown>;
};

/** The value kept in the request's scope under `key`, made on first use. */
export function scoped<T>(context: RequestContext, key: object, create: () => T): T {
  const { scope } = context;
  // Only `scoped` writes the map, and a key object belongs to one caller with one type.
  const known = scope.get(key) as T | undefined;
  if (known !== undefined) return known;
  const created = create();
  scope.set(key, created);
  return created;
}
