import type { CallKind } from '../../model/call.ts';
import type { Cancellation } from '../../model/cancellation.ts';
import { type RequestContext, scoped } from '../../model/request-context.ts';
import { createLoad, type Load } from './load.ts';
import type { ResolverContext } from './resolver-context.ts';
import type { CreateServices, Services } from './services.ts';

/** One run of a subgraph's resolvers. */
type ResolverCall = {
  readonly context: RequestContext;
  /** Cancelled when the run's own time is over, too. */
  readonly cancellation: Cancellation;
  readonly kind: CallKind;
};

export type ContextOf = (call: ResolverCall) => ResolverContext<Services>;

type Loading = { readonly services: Services; readonly load: Load<Services> };

/**
 * Makes the contexts of one subgraph's resolvers. All its fetches in a request share what is loaded, except in a
 * mutation: what was read before a change may be wrong after it.
 */
export function createContextFactory(createServices: CreateServices): ContextOf {
  const key = {};

  function create({ context, kind }: ResolverCall): Loading {
    const services = createServices(context, kind);
    const inner: ResolverContext<Services> = toResolverContext(context, context.cancellation, () => loading);
    const loading: Loading = { services, load: createLoad(() => inner) };
    return loading;
  }

  return (call) => {
    const { context, cancellation, kind } = call;
    if (kind === 'mutation') {
      const loading = create(call);
      return toResolverContext(context, cancellation, () => loading);
    }
    // By context, not only by request: a resolver subgraph that is called by another one has a chain of callers.
    const known = scoped(context, key, () => new WeakMap<RequestContext, Loading>());
    const loading = known.get(context) ?? create(call);
    known.set(context, loading);
    return toResolverContext(context, cancellation, () => loading);
  };
}

function toResolverContext(
  { caller, header }: RequestContext,
  cancellation: Cancellation,
  loading: () => Loading,
): ResolverContext<Services> {
  return {
    caller,
    header,
    get services() {
      return loading().services;
    },
    get load() {
      return loading().load;
    },
    get signal() {
      return cancellation.signal;
    },
  };
}
