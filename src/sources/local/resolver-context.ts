import type { Caller, ReadHeader } from '../../model/request-context.ts';
import type { Load } from './load.ts';

/** The third argument of every hand-written resolver. */
export type ResolverContext<Services = unknown> = {
  /** The other subgraphs: root fields, and entities by key, fetched as the caller and batched within the request. */
  readonly services: Services;
  /** A batch function's value for a key: one call of the function for all keys asked for together, each key once a request. */
  readonly load: Load<Services>;
  readonly caller: Caller;
  /** A header of the client's request by its lower-case name. */
  readonly header: ReadHeader;
  /** Aborts when the answer is no longer wanted. */
  readonly signal: AbortSignal;
};
