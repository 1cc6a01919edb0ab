import { GatewayError } from '../../errors/gateway-error.ts';
import type { RequestContext } from '../../model/request-context.ts';

// Kept beside the contexts, not in the request's scope: that is emptied by mutations.
const chains = new WeakMap<RequestContext, readonly string[]>();

/** The resolver subgraphs whose resolvers led to this context, outermost first. */
function chainOf(context: RequestContext): readonly string[] {
  return chains.get(context) ?? [];
}

/** The same request, as the resolvers of a subgraph call other services with it. */
export function extendChain(context: RequestContext, subgraph: string): RequestContext {
  const extended = { ...context };
  chains.set(extended, [...chainOf(context), subgraph]);
  return extended;
}

/** A subgraph's resolvers are never entered again by what they call: two that call each other would not end. */
export function assertNotReentered(context: RequestContext, subgraph: string): void {
  const chain = chainOf(context);
  if (!chain.includes(subgraph)) return;
  throw new GatewayError('INTERNAL_ERROR', 'Resolvers of subgraphs call each other in a circle.', {
    service: subgraph,
    detail: `Resolvers call each other in a circle: ${[...chain, subgraph].join(' → ')}. Let one of them get its data from a service instead.`,
  });
}
