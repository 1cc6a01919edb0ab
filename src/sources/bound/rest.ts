import type { GatewayError } from '../../errors/gateway-error.ts';
import type { RestBinding } from '../../model/binding.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { readVariable } from '../../subgraph/read-variable.ts';
import { createHttpClient } from '../http/http-client.ts';
import { type HttpAnswer, isJson } from '../http/http-message.ts';
import { toRefusal } from '../http/refusal.ts';
import { toServiceFailure } from '../service-failure.ts';
import { type BindingClient, NOT_FOUND } from './binding-client.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { toHeaderValue } from './header-value.ts';
import { parseJson } from './parse-json.ts';
import { compileRestBody } from './rest-body.ts';

export type RestClientOptions = {
  /** Its path is put before every call's. */
  readonly url: string;
  readonly subgraph: SubgraphSchema;
  /** What of the caller's request is passed on. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
};

/** Speaks JSON over HTTP. An answer without content is `undefined`. */
export function createRestClient({ url, subgraph, headers }: RestClientOptions): BindingClient<RestBinding> {
  const service = subgraph.name;
  const client = createHttpClient({ service, url });
  const { search } = new URL(url);

  return {
    prepare: (binding) => {
      const { method, path } = binding;
      const toBody = compileRestBody(binding, subgraph);
      const expandPath = (roots: ExpressionRoots): string =>
        withSearch(client.basePath + path.expand((variable) => readVariable(roots, variable)), search);
      return async (roots, attempt) => {
        const body = toBody(roots);
        const request = {
          method,
          path: expandPath(roots),
          headers: {
            ...readOwnHeaders(binding, roots),
            ...headers(attempt.context),
            accept: 'application/json',
            ...(body === null ? {} : { 'content-type': 'application/json' }),
          },
          body,
          isRepeatable: method === 'GET',
        };
        return parseAnswer(await client.send(request, attempt), method, service);
      };
    },
    close: () => client.close(),
  };
}

/** A URL's own query (an API key, say) goes with every call. */
function withSearch(path: string, search: string): string {
  if (search === '') return path;
  return path.includes('?') ? `${path}&${search.slice(1)}` : path + search;
}

function readOwnHeaders({ headers }: RestBinding, roots: ExpressionRoots): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name, value } of headers) {
    const text = value.expand((variable) => readVariable(roots, variable));
    if (text !== '') values[name.toLowerCase()] = toHeaderValue(name, text);
  }
  return values;
}

function parseAnswer(answer: HttpAnswer, method: RestBinding['method'], service: string): unknown {
  const { status } = answer;
  if (status === 404 || status === 410) return NOT_FOUND;
  if (status >= 400) throw toFailure(answer, service);
  if (status >= 300) throw unusableAnswer(`HTTP ${status}: redirects are not followed.`);
  const mayBeEmpty = status !== 200 || method !== 'GET';
  return answer.body === '' && mayBeEmpty ? undefined : parseBody(answer);
}

function parseBody({ headers, body }: HttpAnswer): unknown {
  if (!isJson(headers))
    throw unusableAnswer(`The content type ${JSON.stringify(headers['content-type'] ?? null)} is not JSON.`);
  try {
    return parseJson(body);
  } catch (error) {
    throw unusableAnswer(error instanceof Error ? error.message : 'It is not JSON.', { cause: error });
  }
}

function toFailure(answer: HttpAnswer, service: string): GatewayError {
  const said = readProblem(answer);
  const refusal = toRefusal(answer, service, said);
  if (refusal !== undefined) return refusal;
  const isInputRefused = answer.status === 400 || answer.status === 422;
  const detail = `HTTP ${answer.status}${said === undefined ? '' : `: ${said}`}`;
  return toServiceFailure(isInputRefused ? 'BAD_USER_INPUT' : undefined, detail, { service });
}

/** What a problem document (RFC 9457), or a JSON object much like one, says. */
function readProblem(answer: HttpAnswer): string | undefined {
  if (!isJson(answer.headers)) return undefined;
  try {
    const body: unknown = JSON.parse(answer.body);
    if (typeof body !== 'object' || body === null) return undefined;
    const { title, detail, message, error } = body as Record<string, unknown>;
    const said = [title, detail, message, error].filter((text) => typeof text === 'string');
    return said.length === 0 ? undefined : said.join(': ');
  } catch {
    return undefined;
  }
}
