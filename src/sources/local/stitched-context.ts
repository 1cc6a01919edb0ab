import type { ExecutionResult } from 'graphql';
import type { CallKind, Send } from '../../model/call.ts';
import type { RequestContext } from '../../model/request-context.ts';

/** An operation for one plain GraphQL service, as text. */
export type ServiceCall = { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };

export type SendToService = Send<ServiceCall, ExecutionResult>;

/** What travels through one run of a stitched schema. Batches live as long as this object. */
export type StitchedContext = {
  readonly request: RequestContext;
  readonly send: (service: string, kind: CallKind) => SendToService;
  readonly subscribe: (service: string, call: ServiceCall) => AsyncIterable<ExecutionResult>;
};
