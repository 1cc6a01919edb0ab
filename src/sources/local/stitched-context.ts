import type { ExecutionResult } from 'graphql';
import type { CallKind, Send } from '../../model/call.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubscriptionOpening } from '../../model/source.ts';

/** An operation for one plain GraphQL service, as text. */
export type ServiceCall = { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };

export type SendToService = Send<ServiceCall, ExecutionResult>;

/** A service's answer to a call, or one event of its subscription, perhaps with the cursor that it can be resumed behind. */
export type ServiceEvent = ExecutionResult & { readonly cursor?: string | undefined };

/** How the subscription under way is to be opened at its service. */
export type ServiceOpening = {
  readonly after?: string | undefined;
  readonly opening?: SubscriptionOpening | undefined;
};

/** What travels through one run of a stitched schema. Batches live as long as this object. */
export type StitchedContext = {
  readonly request: RequestContext;
  readonly send: (service: string, kind: CallKind) => SendToService;
  readonly subscribe: (service: string, call: ServiceCall, opening?: ServiceOpening) => AsyncIterable<ServiceEvent>;
};
