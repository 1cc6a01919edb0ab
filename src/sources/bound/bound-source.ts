import { GatewayError } from '../../errors/gateway-error.ts';
import type { Protect } from '../../model/call.ts';
import type { Source } from '../../model/source.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { BoundCalls } from './bound-calls.ts';
import type { Clients } from './clients.ts';
import { compileFetch } from './compile-fetch.ts';
import { createToRoots } from './request-roots.ts';
import { compileRun } from './run-fetch.ts';
import { compileSubscription } from './run-subscription.ts';

export type BoundSourceOptions = {
  readonly subgraph: SubgraphSchema;
  readonly clients: Clients;
  readonly protect: Protect;
  /** The headers of the client's request that the service may be told of, in any case. */
  readonly forward: readonly string[];
};

/**
 * A subgraph whose fields are fetched as its directives say. Runs a fetch over the subgraph's own schema: what an answer
 * holds is read out of it, what it doesn't is called for, in batches where the schema says how, each thing once a request.
 */
export function createBoundSource({ subgraph, clients, protect, forward }: BoundSourceOptions): Source {
  const settings = { subgraph, protect, clientOf: clients.of, toRoots: createToRoots(forward) };
  const calls = new BoundCalls(settings);
  return {
    prepare: (fetch) => {
      const run = compileRun(compileFetch(fetch, settings, calls));
      return (call, context) =>
        run(call, context).catch((error: unknown) => ({ data: null, errors: [toFailure(error, subgraph.name)] }));
    },
    prepareSubscription: (fetch) => compileSubscription(compileFetch(fetch, settings, calls), settings),
    close: () => clients.close(),
  };
}

function toFailure(error: unknown, service: string): GatewayError {
  if (error instanceof GatewayError) return error.with({ service });
  return new GatewayError('INTERNAL_ERROR', 'A fetch failed unexpectedly.', { service, cause: error });
}
