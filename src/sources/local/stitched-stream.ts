import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  validateSubscriptionArgs,
} from 'graphql';
import type { RequestContext } from '../../model/request-context.ts';
import { untilCancelled } from '../../model/until-cancelled.ts';
import type { StitchedCalls } from './stitched-calls.ts';
import type { ServiceCall, ServiceEvent, ServiceOpening, StitchedContext } from './stitched-context.ts';

type Operation = { readonly document: DocumentNode; readonly variables: Readonly<Record<string, unknown>> };

type Stream = Operation & { readonly schema: GraphQLSchema };

/**
 * The results of a subscription over the stitched schema. What graphql-tools asks of other services for an event it remembers
 * for as long as the context that it subscribed with. So each event is given to a subscription of its own, as its only one.
 */
export async function* streamResults(
  { after, opening, ...operation }: Operation & ServiceOpening,
  { contextOf, waitForSchema }: StitchedCalls,
  context: RequestContext,
): AsyncGenerator<ServiceEvent> {
  const stream = { ...operation, schema: await waitForSchema(context) };
  const real = contextOf(context);
  const asked = await findCall(stream, real);
  if (!('call' in asked)) return yield asked;
  const events = real.subscribe(asked.service, asked.call, { after, opening });
  for await (const { cursor, ...event } of untilCancelled(events, context.cancellation)) {
    const own = contextOf({ ...context, scope: new Map() });
    yield { ...(await resultOf(event, stream, own)), cursor };
  }
}

type Asked = { readonly service: string; readonly call: ServiceCall };

/** What a service is to be subscribed to; or why it cannot be. */
async function findCall(stream: Stream, context: StitchedContext): Promise<Asked | ExecutionResult> {
  let asked: Asked | undefined;
  const subscribe: StitchedContext['subscribe'] = (service, call) => {
    asked = { service, call };
    return nothing();
  };
  const events = await open(stream, { ...context, subscribe });
  if ('errors' in events) return events;
  await events.return(undefined);
  if (asked === undefined) throw new Error('The stitched schema subscribes to no service.');
  return asked;
}

async function resultOf(event: ExecutionResult, stream: Stream, context: StitchedContext): Promise<ExecutionResult> {
  const contextValue: StitchedContext = { ...context, subscribe: () => once(event) };
  const events = await open(stream, contextValue);
  if ('errors' in events) return events;
  const { value: rootValue } = await events.next();
  return execute({ ...toArgs(stream, contextValue), rootValue });
}

async function open(
  stream: Stream,
  contextValue: StitchedContext,
): Promise<AsyncGenerator<unknown> | { readonly errors: NonNullable<ExecutionResult['errors']> }> {
  const args = validateSubscriptionArgs(toArgs(stream, contextValue));
  if (!('schema' in args)) return { errors: args };
  const events = await createSourceEventStream(args);
  return Symbol.asyncIterator in events ? (events as AsyncGenerator<unknown>) : { errors: events.errors ?? [] };
}

function toArgs({ schema, document, variables }: Stream, contextValue: StitchedContext): ExecutionArgs {
  return { schema, document, variableValues: variables, contextValue };
}

async function* once<T>(item: T): AsyncGenerator<T> {
  yield item;
}

async function* nothing(): AsyncGenerator<never> {}
