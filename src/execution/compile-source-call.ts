import { parse } from 'graphql';
import { GatewayError } from '../errors/gateway-error.ts';
import type { EntityFetchNode, FetchNode } from '../model/plan.ts';
import type { FetchAnswer, FetchCall, SendFetch, SourceFetch } from '../model/source.ts';
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

/**
 * Sends a fetch with the client's variables and lists of representations, as JSON texts by their variable, and hands over
 * the answer. Every trouble is an answer with errors. One promise a fetch: each further one is 0.5 % of a small request.
 */
export type CallSource = (
  run: Run,
  representations: readonly RepresentationList[] | undefined,
  accept: (answer: FetchAnswer) => void,
) => Promise<void>;

type RepresentationList = { readonly variable: string; readonly texts: readonly string[] };

export function compileSourceCall(send: SendFetch, names: readonly string[]): CallSource {
  return (run, representations, accept) => {
    if (run.context.cancellation.cancelled) {
      accept(failedAnswer(new GatewayError('DEADLINE_EXCEEDED', 'The deadline of the request has passed.')));
      return DONE;
    }
    const variables = names.length === 0 ? NO_VARIABLES : pickVariables(run.variables, names);
    const call = representations === undefined ? { variables } : new EntityCall(variables, representations);
    return send(call, run.context).then(accept, (cause: unknown) => accept(failedAnswer(toGatewayError(cause))));
  };
}

/** What a step gives that has nothing to wait for. */
export const DONE = Promise.resolve();

const NO_VARIABLES: Readonly<Record<string, unknown>> = {};

/** Representations go to a GraphQL service as the texts that they are told apart by: nobody builds them as objects. */
class EntityCall implements FetchCall {
  readonly variablesText: string;
  #variables: Readonly<Record<string, unknown>> | undefined;

  constructor(variables: Readonly<Record<string, unknown>>, representations: readonly RepresentationList[]) {
    const lists = representations.map(({ variable, texts }) => `${JSON.stringify(variable)}:[${texts.join(',')}]`);
    const others = variables === NO_VARIABLES ? '' : JSON.stringify(variables).slice(1, -1);
    this.variablesText = `{${lists.join(',')}${others === '' ? '' : `,${others}`}}`;
  }

  get variables(): Readonly<Record<string, unknown>> {
    return (this.#variables ??= JSON.parse(this.variablesText) as Record<string, unknown>);
  }
}

export function pickVariables(variables: Readonly<Record<string, unknown>>, names: readonly string[]): ResponseObject {
  const picked: ResponseObject = {};
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
