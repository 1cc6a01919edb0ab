import { createHash, timingSafeEqual } from 'node:crypto';
import { closestWord } from '../config/closest-word.ts';
import type { Log } from '../observability/log.ts';
import { describeStoreError, isStoreError } from './open-database.ts';
import { parsePublication, type Publication } from './publication.ts';
import { readJsonBody } from './read-body.ts';
import type { RegistryActions } from './registry-actions.ts';
import { RegistryRefusal } from './registry-refusal.ts';

const PREFIX = '/registry/v1';
const SUBGRAPH_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;

export type RequestHandlerOptions = { readonly token: string; readonly log: Log };

type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly answer: (input: RouteInput) => Promise<Response> | Response;
};

type RouteInput = {
  readonly request: Request;
  readonly url: URL;
  /** The `{name}` of the path. */
  readonly name: string;
  readonly actions: RegistryActions;
};

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/subgraphs$/, answer: listSubgraphs },
  { method: 'GET', path: /^\/supergraph$/, answer: showSupergraph },
  { method: 'GET', path: /^\/history$/, answer: showHistory },
  { method: 'POST', path: /^\/subgraphs\/([^/]+)\/publish$/, answer: publish },
  { method: 'POST', path: /^\/subgraphs\/([^/]+)\/check$/, answer: check },
];

/** The registry's HTTP API. The token is looked at before anything else is. Never rejects. */
export function createRequestHandler(
  actions: RegistryActions,
  { token, log }: RequestHandlerOptions,
): (request: Request) => Promise<Response> {
  const expected = digest(token);
  return async (request) => {
    try {
      authenticate(request, expected);
      return await answer(request, actions);
    } catch (error) {
      return toErrorResponse(error, log);
    }
  };
}

function authenticate(request: Request, expected: Buffer): void {
  const token = /^bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  // Digests have one length and tell nothing by the time that comparing them takes.
  if (token !== undefined && timingSafeEqual(digest(token), expected)) return;
  const message =
    token === undefined ? 'The registry wants a token: Authorization: Bearer …' : 'This token is not valid here.';
  throw new RegistryRefusal(401, 'UNAUTHENTICATED', message, { 'www-authenticate': 'Bearer' });
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function answer(request: Request, actions: RegistryActions): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : '';
  const routes = ROUTES.filter((route) => route.path.test(path));
  if (routes.length === 0) throw new RegistryRefusal(404, 'NOT_FOUND', `The registry has no ${url.pathname}.`);
  const route = routes.find(({ method }) => method === request.method);
  if (route === undefined) {
    const allow = routes.map(({ method }) => method).join(', ');
    throw new RegistryRefusal(405, 'METHOD_NOT_ALLOWED', `Use ${allow} here.`, { allow });
  }
  return route.answer({ request, url, actions, name: readName(route.path.exec(path)?.[1]) });
}

function readName(encoded: string | undefined): string {
  if (encoded === undefined) return '';
  if (SUBGRAPH_NAME.test(encoded)) return encoded;
  const message = 'A subgraph is named with letters, digits, "_" and "-", and begins with a letter.';
  throw new RegistryRefusal(400, 'BAD_USER_INPUT', message);
}

function listSubgraphs({ actions }: RouteInput): Response {
  const graphVersion = actions.current()?.number ?? null;
  const subgraphs = actions.subgraphs().map(({ number, input, hash, publishedAt, publishedBy }) => ({
    name: input.name,
    version: number,
    kind: input.kind,
    url: input.url ?? null,
    hash,
    publishedAt,
    publishedBy,
  }));
  return json(200, { graphVersion, subgraphs });
}

function showSupergraph({ actions }: RouteInput): Response {
  const current = actions.current();
  if (current === undefined) throw new RegistryRefusal(404, 'NOT_FOUND', 'Nothing has been published yet.');
  return json(200, { graphVersion: current.number, createdAt: current.createdAt, supergraph: current.supergraph });
}

function showHistory({ url, actions }: RouteInput): Response {
  const known = ['subgraph', 'limit'];
  for (const key of url.searchParams.keys()) {
    if (known.includes(key)) continue;
    const meant = closestWord(key, known);
    const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new RegistryRefusal(400, 'BAD_USER_INPUT', `There is no parameter ${JSON.stringify(key)}.${hint}`);
  }
  const limit = url.searchParams.get('limit') ?? '50';
  if (!/^[1-9]\d{0,2}$/.test(limit)) throw new RegistryRefusal(400, 'BAD_USER_INPUT', 'limit: expected 1 to 999.');
  const subgraph = url.searchParams.get('subgraph') ?? undefined;
  return json(200, { entries: actions.history({ subgraph, limit: Number(limit) }) });
}

async function publish({ request, name, actions }: RouteInput): Promise<Response> {
  const outcome = await actions.publish(name, await readPublication(request));
  return json(outcome.status === 'refused' ? 422 : 200, outcome);
}

async function check({ request, name, actions }: RouteInput): Promise<Response> {
  const outcome = await actions.check(name, await readPublication(request));
  return json(outcome.status === 'refused' ? 422 : 200, outcome);
}

async function readPublication(request: Request): Promise<Publication> {
  const parsed = parsePublication(await readJsonBody(request));
  if (parsed.kind === 'failed')
    throw new RegistryRefusal(400, 'BAD_USER_INPUT', `Not a publication: ${parsed.message}.`);
  return parsed.publication;
}

function toErrorResponse(error: unknown, log: Log): Response {
  if (error instanceof RegistryRefusal) {
    return json(error.status, { error: { code: error.code, message: error.message } }, error.headers);
  }
  if (isStoreError(error)) {
    log('error', "The registry's store failed.", { cause: error });
    const message = `The registry's store can't be used now: ${describeStoreError(error)}.`;
    return json(503, { error: { code: 'STORE_UNAVAILABLE', message } }, { 'retry-after': '1' });
  }
  log('error', 'The registry failed.', { cause: error });
  return json(500, {
    error: { code: 'INTERNAL_ERROR', message: 'Something went wrong in the registry. Its log says what.' },
  });
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}
