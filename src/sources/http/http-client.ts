import { Pool } from 'undici';
import type { AttemptContext } from '../../model/call.ts';
import type { Cancellation } from '../../model/cancellation.ts';
import { createConnector } from './connector.ts';
import { HttpExchange } from './http-exchange.ts';
import type { HttpAnswer, HttpRequest, HttpStream } from './http-message.ts';
import { isStaleSocket, toWireError } from './wire-error.ts';

/** One origin's connections. Everything is rejected as a GatewayError that names the service. */
export type HttpClient = {
  /** The URL's path without a trailing slash: what requests' paths are put after. */
  readonly basePath: string;
  /** The whole answer, whatever its status. Never follows redirects. */
  readonly send: (request: HttpRequest, attempt: Pick<AttemptContext, 'cancellation'>) => Promise<HttpAnswer>;
  /** Resolves with the head of an answer whose body has no end; the cancellation ends it. */
  readonly open: (request: HttpRequest, cancellation: Cancellation) => Promise<HttpStream>;
  /** Resolves after calls in flight have ended. */
  readonly close: () => Promise<void>;
};

/** Calls in flight to one service; further ones wait within their own time. */
const MAX_CONNECTIONS = 100;
const CONNECT_TIMEOUT_MS = 1000;
/** How long a body may stand still. The whole call's time is held by the attempt's cancellation. */
const BODY_IDLE_MS = 5000;

export function createHttpClient({ service, url }: { readonly service: string; readonly url: string }): HttpClient {
  const { origin, pathname, username, password } = new URL(url);
  const pool = new Pool(origin, {
    connections: MAX_CONNECTIONS,
    connect: createConnector(CONNECT_TIMEOUT_MS),
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: BODY_IDLE_MS,
  });
  const defaults: Record<string, string> = { 'user-agent': 'selvedge', 'accept-encoding': 'gzip, br, deflate, zstd' };
  if (username !== '' || password !== '') {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    defaults['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  const complete = ({ method, path, headers, body, isRepeatable }: HttpRequest): HttpRequest => ({
    method,
    path,
    headers: { ...defaults, ...headers },
    body,
    isRepeatable,
  });

  let closed: Promise<void> | undefined;

  async function send(request: HttpRequest, cancellation: Cancellation): Promise<HttpAnswer> {
    try {
      return await HttpExchange.run(pool, request, cancellation);
    } catch (error) {
      if (!request.isRepeatable || !isStaleSocket(error)) throw toWireError(error, service);
    }
    return HttpExchange.run(pool, request, cancellation).catch((error: unknown) => {
      throw toWireError(error, service);
    });
  }

  return {
    basePath: pathname.replace(/\/$/, ''),
    send: (request, { cancellation }) => send(complete(request), cancellation),
    open: (request, cancellation) => openStream(pool, complete(request), { cancellation, service }),
    close: () => (closed ??= pool.close()),
  };
}

async function openStream(
  pool: Pool,
  { method, path, headers, body }: HttpRequest,
  { cancellation, service }: { readonly cancellation: Cancellation; readonly service: string },
): Promise<HttpStream> {
  try {
    const answer = await pool.request({
      method,
      path,
      headers: { ...headers, 'accept-encoding': 'identity' },
      body,
      signal: cancellation.signal,
      bodyTimeout: 0,
    });
    return { status: answer.statusCode, headers: answer.headers, chunks: readChunks(answer.body, service) };
  } catch (error) {
    throw toWireError(error, service);
  }
}

async function* readChunks(body: AsyncIterable<Uint8Array>, service: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw toWireError(error, service);
  }
}
