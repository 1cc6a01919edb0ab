import type { Binding } from '../../model/binding.ts';
import type { AttemptContext } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';

/** What a call answers when the service says that what was asked for does not exist (404, 410, gRPC NOT_FOUND). */
export const NOT_FOUND: unique symbol = Symbol('not found');

/** Speaks one protocol to one service: all it knows is how to make one call of a binding. */
export type BindingClient<B extends Binding = Binding> = {
  /**
   * Compiles a binding into a function that sends once. It gives the raw answer (before `select`), or NOT_FOUND.
   * In a batched call the key variables in `roots.this` hold lists. Rejects with GatewayError.
   */
  readonly prepare: (binding: B) => (roots: ExpressionRoots, attempt: AttemptContext) => Promise<unknown>;
  /**
   * Compiles a binding of a Subscription field; each item is one raw message, or a GatewayError for one message that
   * can't be used (the stream goes on). Rejects when the stream itself fails. Absent where the protocol has none.
   */
  readonly prepareStream?: (binding: B) => (roots: ExpressionRoots, context: RequestContext) => AsyncIterable<unknown>;
  readonly close: () => Promise<void>;
};
