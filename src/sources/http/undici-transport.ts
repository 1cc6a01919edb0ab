import { Pool } from 'undici';
import type { Cancellation } from '../../model/cancellation.ts';
import { createConnector } from './connector.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { HttpExchange } from './http-exchange.ts';
import type { HttpAnswer, HttpRequest, HttpStream } from './http-message.ts';
import { isStaleSocket, toWireError } from './wire-error.ts';

/** Over undici: TLS, and answers without an end. */
export function createUndiciTransport({ service, url, headers: defaults, limits }: TransportOptions): Transport {
  const pool = new Pool(url.origin, {
    connections: limits.connections,
    connect: createConnector(limits.connectMs),
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: limits.bodyIdleMs,
  });
  const complete = ({ method, path, headers, body, isRepeatable }: HttpRequest): HttpRequest => ({
    method,
    path,
    headers: { ...defaults, ...headers },
    body,
    isRepeatable,
  });

  const via = { dispatcher: pool, answerBytes: limits.answerBytes };
  let closed: Promise<void> | undefined;

  async function send(request: HttpRequest, cancellation: Cancellation): Promise<HttpAnswer> {
    try {
      return await HttpExchange.run(via, request, cancellation);
    } catch (error) {
      if (!request.isRepeatable || !isStaleSocket(error)) throw toWireError(error, service);
    }
    return HttpExchange.run(via, request, cancellation).catch((error: unknown) => {
      throw toWireError(error, service);
    });
  }

  return {
    send: (request, cancellation) => send(complete(request), cancellation),
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
