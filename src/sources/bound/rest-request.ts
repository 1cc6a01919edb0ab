import type { RestBinding } from '../../model/binding.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { readVariable } from '../../subgraph/read-variable.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { toHeaderValue } from './header-value.ts';
import { compileRestBody } from './rest-body.ts';

export type RestService = {
  readonly subgraph: SubgraphSchema;
  /** What every path is put after, and the query that goes with every call (an API key, say; with its "?", or ""). */
  readonly basePath: string;
  readonly search: string;
  /** What of the caller's request is passed on. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
};

export type ToRestRequest = (roots: ExpressionRoots, context: RequestContext) => HttpRequest;

/** Compiles what a binding sends. Throws BAD_USER_INPUT for values that have no place there. */
export function compileRestRequest(binding: RestBinding, service: RestService, accept: string): ToRestRequest {
  const { method, path } = binding;
  const { contentType, print } = compileRestBody(binding, service.subgraph);
  return (roots, context) => {
    const body = print(roots);
    const own = readOwnHeaders(binding, roots);
    const headers: Record<string, string> = { ...own, ...service.headers(context), accept: own['accept'] ?? accept };
    if (body !== null) headers['content-type'] = own['content-type'] ?? contentType;
    else if (own['content-type'] !== undefined) delete headers['content-type'];
    return {
      method,
      path: withSearch(service.basePath + path.expand((variable) => readVariable(roots, variable)), service.search),
      headers,
      body,
      isRepeatable: method === 'GET',
    };
  };
}

/** A path with further parameters, which are encoded. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : withSearch(path, `?${search}`);
}

/** A path with a further query behind its own. */
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
