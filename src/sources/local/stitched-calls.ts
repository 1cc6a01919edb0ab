import type { DocumentNode, GraphQLSchema } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { CallKind, CallPolicy, Protect } from '../../model/call.ts';
import type { RequestContext } from '../../model/request-context.ts';
import { unlessCancelled } from '../../model/unless-cancelled.ts';
import type { OpenServiceSubscription, ServiceSubscription } from '../http/subscriptions/service-subscriptions.ts';
import { toServiceResult } from './parse-service-answer.ts';
import { type PlainService, serviceIdentity } from './plain-service.ts';
import type { SendToService, ServiceEvent, StitchedContext } from './stitched-context.ts';

/** How one operation over the stitched schema reaches the services. */
export type StitchedCalls = {
  readonly contextOf: (request: RequestContext) => StitchedContext;
  /** Waits no longer than a call may take. */
  readonly waitForSchema: (request: RequestContext) => Promise<GraphQLSchema>;
};

export type CallsSettings = {
  readonly protect: Protect;
  readonly policyOf: (document: DocumentNode) => CallPolicy;
  readonly services: readonly PlainService[];
  readonly schema: () => Promise<GraphQLSchema>;
};

type Connection = Readonly<Record<CallKind, SendToService>> & { readonly subscription: OpenServiceSubscription };

/** Prepared once for an operation, with the policies of the fields it selects. */
export function prepareCalls(
  document: DocumentNode,
  { protect, policyOf, services, schema }: CallsSettings,
): StitchedCalls {
  const policy = policyOf(document);
  const connections = new Map(
    services.map((service): [string, Connection] => {
      const identity = serviceIdentity(service.name);
      return [
        service.name,
        {
          query: protect(service.attempt, { kind: 'query', policy, identity }),
          mutation: protect(service.attempt, { kind: 'mutation', policy, identity }),
          subscription: service.subscriptions.prepare(policy),
        },
      ];
    }),
  );
  // The wait for a schema takes a call's time, too; asking again is what `schema` does by itself.
  const waitForSchema = protect<undefined, GraphQLSchema>(
    (_, { cancellation }) => unlessCancelled(schema(), cancellation),
    { kind: 'query', policy: { ...policy, retry: { attempts: 0 } } },
  );
  const find = (service: string): Connection => {
    const found = connections.get(service);
    if (found !== undefined) return found;
    throw new GatewayError('INTERNAL_ERROR', 'A service was asked that is not stitched in.');
  };
  return {
    contextOf: (request) => ({
      request,
      send: (service, kind) => find(service)[kind],
      subscribe: (service, call, opening) => readResults(find(service).subscription, { ...call, ...opening }, request),
    }),
    waitForSchema: (request) => waitForSchema(undefined, request),
  };
}

async function* readResults(
  open: OpenServiceSubscription,
  call: ServiceSubscription,
  request: RequestContext,
): AsyncGenerator<ServiceEvent> {
  for await (const { cursor, ...answer } of open(call, request)) yield { ...toServiceResult(answer), cursor };
}
