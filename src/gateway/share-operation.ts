import { OperationTypeNode } from 'graphql';
import type { Config } from '../config/schema.ts';
import type { CompiledOperation, ExecutionResult } from '../execution/compile-operation.ts';
import { Cancellation, ClientGoneError } from '../model/cancellation.ts';
import type { CheckedOperation } from '../model/operation.ts';
import type { RequestContext } from '../model/request-context.ts';
import type { LoadedGraph } from './load-graph.ts';
import { createIdentities } from './operation-identities.ts';

type Variables = Readonly<Record<string, unknown>>;
type Run = CompiledOperation['run'];

/** An operation as it is run: perhaps once for several requests. `subgraphs` are those that it fetches from. */
export type ShareOperation = (
  compiled: CompiledOperation,
  operation: CheckedOperation,
  subgraphs: ReadonlySet<string>,
) => CompiledOperation;

/**
 * With `traffic.deduplicate`, equal queries in flight at the same time are run once: the same compiled operation (so the
 * same document, access and overrides), the same variables, and callers of whom the services are told the same. What
 * hand-written resolvers take part in is not shared, for they are given the whole caller.
 */
export function createShareOperation({ subgraphs }: Pick<LoadedGraph, 'subgraphs'>, config: Config): ShareOperation {
  if (config.traffic.deduplicate !== true) return (compiled) => compiled;
  const identitiesOf = createIdentities(subgraphs, config);
  return (compiled, { operation }, asked) => {
    const identityOf = operation.operation === OperationTypeNode.QUERY ? identitiesOf(asked) : undefined;
    if (identityOf === undefined) return compiled;
    const toKey = (variables: Variables, context: RequestContext): string =>
      JSON.stringify([variables, identityOf(context)]);
    return { ...compiled, run: shareRuns(compiled.run, toKey) };
  };
}

/** A run for one or more requests. What is over holds no result: a Map's outgrown tables may keep it (docs/performance.md). */
type Flight = {
  result: Promise<ExecutionResult> | undefined;
  readonly cancellation: Cancellation;
  requests: number;
};

/** With less than this there is no use in asking again. */
const LEAST_MS = 30;

function shareRuns(run: Run, toKey: (variables: Variables, context: RequestContext) => string): Run {
  const flights = new Map<string, Flight>();

  function end(key: string, flight: Flight): void {
    if (flights.get(key) === flight) flights.delete(key); // there may be another by now
  }

  function start(key: string, variables: Variables, context: RequestContext): Flight {
    const flight: Flight = { result: undefined, cancellation: new Cancellation(), requests: 0 };
    const fly = async (): Promise<ExecutionResult> => {
      try {
        const result = await run(variables, { ...context, cancellation: flight.cancellation });
        return { ...result, shared: {} };
      } finally {
        end(key, flight);
        flight.result = undefined;
      }
    };
    flights.set(key, flight);
    flight.result = fly();
    return flight;
  }

  /** The last one to leave ends it, and so does a deadline: that of the first request is the nearest. */
  function leave(key: string, flight: Flight, reason: unknown): void {
    flight.requests -= 1;
    if (flight.requests > 0 && reason instanceof ClientGoneError) return;
    end(key, flight); // nobody joins what is being cancelled
    flight.cancellation.cancel(reason);
  }

  return async (variables, context) => {
    const key = toKey(variables, context);
    for (;;) {
      const joined = flights.get(key);
      const flight = joined ?? start(key, variables, context);
      const { result: running } = flight;
      flight.requests += 1;
      const unhook = context.cancellation.onCancel((reason) => leave(key, flight, reason));
      try {
        const result = await running;
        if (result !== undefined && (joined === undefined || !isCutShort(result, context))) return result;
      } finally {
        unhook();
      }
    }
  };
}

/** The run ended with another request's deadline, and this one has time left. */
function isCutShort({ errors = [] }: ExecutionResult, { cancellation, deadlineMs }: RequestContext): boolean {
  if (cancellation.cancelled || deadlineMs - performance.now() < LEAST_MS) return false;
  return errors.some(({ code }) => code === 'DEADLINE_EXCEEDED');
}
