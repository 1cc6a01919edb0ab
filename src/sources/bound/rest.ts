import { getNamedType, isCompositeType, isObjectType } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { RestBinding } from '../../model/binding.ts';
import type { AttemptContext } from '../../model/call.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import { type HttpAnswer, type HttpRequest, readHeader } from '../http/http-message.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import type { BindingClient } from './binding-client.ts';
import { toHeaderValue } from './header-value.ts';
import { parseRestAnswer } from './rest-answer.ts';
import { readNextLink } from './next-link.ts';
import { compileRestRequest, withQuery } from './rest-request.ts';
import { readRestStream, STREAM_TYPES, toLastEventId } from './rest-stream.ts';
import { Revalidation } from './revalidation.ts';
import { SharedGets } from './shared-gets.ts';

export type RestClientOptions = {
  /** Its path is put before every call's, its query behind. */
  readonly url: string;
  readonly subgraph: SubgraphSchema;
  /** What of the caller's request is passed on. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  /** The most that is read of an answer. */
  readonly answerBytes?: number | undefined;
  /** How long a stream may be silent before it is taken for lost. */
  readonly streamIdleMs?: number | undefined;
};

const JSON_TYPES = 'application/json';

/** Speaks JSON over HTTP. An answer without content is `undefined`. */
export function createRestClient({
  url,
  subgraph,
  headers,
  answerBytes,
  streamIdleMs: idleMs,
}: RestClientOptions): BindingClient<RestBinding> {
  const { name } = subgraph;
  const client = createHttpClient({ service: name, url, answerBytes });
  const service = { subgraph, headers, basePath: client.basePath, search: new URL(url).search };
  const revalidation = new Revalidation();
  const sharedGets = new SharedGets(subgraph);

  return {
    prepare: (binding) => {
      const toRequest = compileRestRequest(binding, service, JSON_TYPES);
      const isObject = isObjectAnswered(binding, subgraph);
      const reading = { mayBeEmpty: binding.method !== 'GET' };
      const load = sharedGets.share(binding, async (request, attempt) => {
        const answer = await revalidation.send(request, (sent) => client.send(sent, attempt));
        const location = isObject ? readCreated(answer, request) : undefined;
        if (location === undefined) return parseRestAnswer(answer, reading, name);
        const created = await fetchCreated(location, request, { client, attempt, url });
        return parseRestAnswer(created, { mayBeEmpty: false }, name);
      });
      return async (roots, attempt) => load(toRequest(roots, attempt.context), attempt);
    },
    preparePage: (binding) => {
      const toRequest = compileRestRequest(binding, service, JSON_TYPES);
      return async ({ roots, query, path }, attempt) => {
        const first = toRequest(roots, attempt.context);
        const request = { ...first, path: path ?? withQuery(first.path, query) };
        const answer = await revalidation.send(request, (sent) => client.send(sent, attempt));
        const value = parseRestAnswer(answer, { mayBeEmpty: false }, name);
        return { answer: value, link: readNextLink(answer.headers, new URL(request.path, url)) };
      };
    },
    prepareStream: (binding) => {
      const toRequest = compileRestRequest(binding, service, STREAM_TYPES);
      return async function* openStream(roots, { context, after, isAgain, onOpened, trace }) {
        const request = toRequest(roots, context);
        const resume =
          after === undefined ? {} : { 'last-event-id': toHeaderValue('last-event-id', toLastEventId(after)) };
        const headersSent = { ...request.headers, ...resume };
        const opening = { cancellation: context.cancellation, idleMs, trace };
        const stream = await client.open({ ...request, headers: headersSent }, opening);
        if (stream.status === 204 && isAgain) return; // there is no more (HTML, 9.2.3)
        yield* readRestStream(stream, name, onOpened);
      };
    },
    close: () => client.close(),
  };
}

/** Where what was created stands, if the answer has only that to say of it. */
function readCreated({ status, headers, body }: HttpAnswer, { method }: HttpRequest): string | undefined {
  return status === 201 && body === '' && method !== 'GET' ? readHeader(headers, 'location') : undefined;
}

type Following = { readonly client: HttpClient; readonly attempt: AttemptContext; readonly url: string };

/** Reads what a call has created. It is of the same service, and the call itself is never made again for it. */
async function fetchCreated(
  location: string,
  { path, headers: sent }: HttpRequest,
  { client, attempt, url }: Following,
): Promise<HttpAnswer> {
  const headers = Object.fromEntries(Object.entries(sent).filter(([name]) => name !== 'content-type'));
  const base = new URL(url);
  const target = URL.parse(location, new URL(path, base.origin));
  const isOfService =
    target?.origin === base.origin &&
    (target.pathname === client.basePath || target.pathname.startsWith(`${client.basePath}/`));
  if (target === null || !isOfService) throw unusableAnswer('HTTP 201: "Location" leads away from the service.');
  const request = {
    method: 'GET',
    path: target.pathname + target.search,
    headers,
    body: null,
    isRepeatable: true,
  } as const;
  try {
    return await client.send(request, attempt);
  } catch (error) {
    throw error instanceof GatewayError ? error.with({ retry: 'final' }) : error;
  }
}

function isObjectAnswered({ coordinate }: RestBinding, { schema }: SubgraphSchema): boolean {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  return field !== undefined && isCompositeType(getNamedType(field.type));
}
