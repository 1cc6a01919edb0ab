import type { FunctionBinding } from '../../model/binding.ts';
import type { AttemptContext } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { createHttpClient } from '../http/http-client.ts';
import type { BindingClient } from './binding-client.ts';
import { evaluateRequest } from './evaluate-request.ts';
import { createInvokeLambda, type LambdaSettings } from './lambda.ts';
import { parseRestAnswer } from './rest-answer.ts';
import { compileDefaultMessage } from './wire-input.ts';

export type FunctionClientOptions = {
  /** `lambda://REGION`, or where functions behind HTTP are: their names are paths below it. */
  readonly url: string;
  readonly subgraph: SubgraphSchema;
  /** What of the caller's request is passed on, over HTTP. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  readonly aws?: LambdaSettings | undefined;
  /** The most that is read of an answer. */
  readonly answerBytes?: number | undefined;
};

/** One invocation: what to invoke, and the event as JSON. */
export type Invocation = { readonly name: string; readonly isAsync: boolean; readonly event: string };

/** Sends an invocation. Gives the function's answer; nothing of interest where it does not wait for one. */
export type Invoke = (invocation: Invocation, attempt: AttemptContext) => Promise<unknown>;

/** Invokes serverless functions. An asynchronous invocation gives the event that was accepted. */
export function createFunctionClient(options: FunctionClientOptions): BindingClient<FunctionBinding> {
  const { invoke, close } = options.url.startsWith('lambda:') ? createInvokeLambda(options) : createInvokeHttp(options);
  return {
    prepare: (binding) => {
      const toEvent = compileEvent(binding, options.subgraph);
      const { name, isAsync } = binding;
      return async (roots, attempt) => {
        const event = toEvent(roots);
        const answer = await invoke({ name, isAsync, event: JSON.stringify(event) }, attempt);
        return isAsync ? event : answer;
      };
    },
    close,
  };
}

/** As `payload` says; else the fields of the parent or key, and over them the arguments, by name. */
function compileEvent(
  { payload, coordinate }: FunctionBinding,
  subgraph: SubgraphSchema,
): (roots: ExpressionRoots) => unknown {
  if (payload === undefined) return compileDefaultMessage(coordinate, subgraph);
  return (roots) => evaluateRequest(payload, roots) ?? null;
}

/** A function behind HTTP takes the event as the body of a POST, and answers as any REST service does. */
function createInvokeHttp({ url, subgraph, headers, answerBytes }: FunctionClientOptions): {
  readonly invoke: Invoke;
  readonly close: () => Promise<void>;
} {
  const client = createHttpClient({ service: subgraph.name, url, answerBytes });
  const { search } = new URL(url);
  return {
    invoke: async ({ name, isAsync, event }, attempt) => {
      const answer = await client.send(
        {
          method: 'POST',
          path: `${client.basePath}/${name}${search}`,
          headers: {
            ...headers(attempt.context),
            accept: 'application/json',
            'content-type': 'application/json',
            ...(isAsync ? { prefer: 'respond-async' } : {}), // RFC 7240, 4.1
          },
          body: event,
          isRepeatable: false,
        },
        attempt,
      );
      // Of an accepted event there is nothing to read: a 202 may bear any text.
      const said = isAsync && answer.status < 300 ? { ...answer, body: '' } : answer;
      return parseRestAnswer(said, { mayBeEmpty: true }, subgraph.name);
    },
    close: () => client.close(),
  };
}
