import type { Binding } from '../../model/binding.ts';
import type { AttemptContext } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { SubscriptionOpening } from '../../model/source.ts';

/** What a call answers when the service says that what was asked for does not exist (404, 410, gRPC NOT_FOUND). */
export const NOT_FOUND: unique symbol = Symbol.for('not found');

/**
 * One event of a stream: the raw message, or a GatewayError for one that can't be used (the stream goes on). `cursor`
 * as in SubscriptionEvent.
 */
export type StreamEvent = { readonly message: unknown; readonly cursor?: string | undefined };

/** One page of a paginated binding: what goes into its query, or the whole path that the page before has told. */
export type PageRequest = {
  readonly roots: ExpressionRoots;
  readonly query: Readonly<Record<string, string>>;
  readonly path: string | undefined;
};

/** A page's raw answer, or NOT_FOUND, and the next page's path and query as its `Link` header says. */
export type PageAnswer = { readonly answer: unknown; readonly link: string | undefined };

/** How a stream is opened: behind the event of the cursor `after`, where the protocol can. Its context's cancellation ends it. */
export type StreamOpening = Pick<AttemptContext, 'context' | 'trace'> &
  SubscriptionOpening & { readonly after?: string | undefined };

/** Fails when the stream itself does. */
type OpenStream = (roots: ExpressionRoots, opening: StreamOpening) => AsyncIterable<StreamEvent>;

/** Speaks one protocol to one service: all it knows is how to make one call of a binding. */
export type BindingClient<B extends Binding = Binding> = {
  /**
   * Compiles a binding into a function that sends once. It gives the raw answer (before `select`), or NOT_FOUND.
   * In a batched call the key variables in `roots.this` hold lists. Rejects with GatewayError.
   */
  readonly prepare: (binding: B) => (roots: ExpressionRoots, attempt: AttemptContext) => Promise<unknown>;
  /** Compiles a binding whose answer comes in pages. Absent where the protocol has none. */
  readonly preparePage?: (binding: B) => (page: PageRequest, attempt: AttemptContext) => Promise<PageAnswer>;
  /** Compiles a binding of a Subscription field. Absent where the protocol has no streams. */
  readonly prepareStream?: (binding: B) => OpenStream;
  readonly close: () => Promise<void>;
};
