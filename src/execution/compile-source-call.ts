import { parse } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { EntityFetchNode, FetchNode } from '../model/plan.ts';
import type { FetchAnswer, SendFetch, SourceFetch } from '../model/source.ts';
import type { ResponseObject } from './response-object.ts';
import type { Run } from './run.ts';

export function toSourceFetch(node: FetchNode | EntityFetchNode): SourceFetch {
  return {
    subgraph: node.subgraph,
    operationKind: node.operationKind,
    operation: node.operation,
    document: parse(node.operation, { noLocation: true }),
    operationName: node.operationName,
  };
}

/** Sends a fetch with the client's variables and those given. Every trouble is an answer with errors. */
export type CallSource = (run: Run, representations?: Readonly<Record<string, unknown>>) => Promise<FetchAnswer>;

export function compileSourceCall(send: SendFetch, names: readonly string[]): CallSource {
  return async (run, representations) => {
    if (run.context.cancellation.cancelled)
      return failedAnswer(new GatewayError('DEADLINE_EXCEEDED', 'The deadline of the request has passed.'));
    try {
      return await send({ variables: pickVariables(run.variables, names, representations) }, run.context);
    } catch (cause) {
      return failedAnswer(toGatewayError(cause));
    }
  };
}

export function pickVariables(
  variables: Readonly<Record<string, unknown>>,
  names: readonly string[],
  more?: Readonly<Record<string, unknown>>,
): ResponseObject {
  const picked: ResponseObject = { ...more };
  for (const name of names) if (Object.hasOwn(variables, name)) picked[name] = variables[name];
  return picked;
}

export function failedAnswer(error: GatewayError): FetchAnswer {
  return { data: null, errors: [error] };
}

/** What was thrown, if it is no GatewayError already, is a fault of ours. */
export function toGatewayError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return new GatewayError('INTERNAL_ERROR', 'The gateway failed.', { detail, cause });
}
