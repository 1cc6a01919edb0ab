import { Pool } from 'undici';
import type { Cancellation } from '../../model/cancellation.ts';
import { createConnector } from './connector.ts';
import type { HttpStreamOpening, Transport, TransportOptions } from './transport.ts';
import { HttpExchange } from './http-exchange.ts';
import type { HttpAnswer, HttpRequest, HttpStream } from './http-message.ts';
import { isStaleSocket, toWireError } from './wire-error.ts';

/** Over undici: TLS, and answers without an end. */
export function createUndiciTransport({ service, url, headers: defaults, limits }: TransportOptions): Transport {
  const connecting = { connect: createConnector(limits.connectMs), allowH2: false, headersTimeout: 0 };
  const pool = new Pool(url.origin, {
    ...connecting,
    connections: limits.connections,
    bodyTimeout: limits.bodyIdleMs,
  });
  // Each stream has a connection of its own: among the calls' they would leave none for these, nor for further streams.
  const streams = new Pool(url.origin, { ...connecting, connections: null });
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
    open: (request, opening) => openStream(streams, complete(request), { ...opening, service }),
    close: () => (closed ??= Promise.all([pool.close(), streams.close()]).then(() => {})),
  };
}

async function openStream(
  pool: Pool,
  { method, path, headers, body }: HttpRequest,
  { cancellation, idleMs = 0, service }: HttpStreamOpening & { readonly service: string },
): Promise<HttpStream> {
  try {
    const answer = await pool.request({
      method,
      path,
      headers: { ...headers, 'accept-encoding': 'identity' },
      body,
      signal: cancellation.signal,
      bodyTimeout: idleMs,
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
