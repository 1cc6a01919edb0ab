import type { AttemptContext, WireEvent } from '../../model/call.ts';
import { DEFAULT_ANSWER_BYTES } from '../answer-bytes.ts';
import type { HttpAnswer, HttpRequest, HttpStream } from './http-message.ts';
import { createPlainTransport } from './plain-transport.ts';
import type { HttpStreamOpening, TransportLimits, TransportOptions } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

type Tracing = Pick<AttemptContext, 'trace'>;

/** One origin's connections. Everything is rejected as a GatewayError that names the service. */
export type HttpClient = {
  /** The URL's path without a trailing slash: what requests' paths are put after. */
  readonly basePath: string;
  /** The whole answer, whatever its status. Never follows redirects. */
  readonly send: (request: HttpRequest, attempt: Pick<AttemptContext, 'cancellation'> & Tracing) => Promise<HttpAnswer>;
  /** Resolves with the head of an answer whose body has no end. */
  readonly open: (request: HttpRequest, opening: HttpStreamOpening & Tracing) => Promise<HttpStream>;
  /** Resolves after calls in flight have ended. */
  readonly close: () => Promise<void>;
};

const LIMITS: Omit<TransportLimits, 'answerBytes'> = {
  connections: 100,
  connectMs: 1000,
  bodyIdleMs: 5000,
  keepAliveMs: 4000,
};

export type HttpClientOptions = {
  readonly service: string;
  readonly url: string;
  /** The most that is read of an answer, inflated. */
  readonly answerBytes?: number | undefined;
};

export function createHttpClient({ service, url, answerBytes = DEFAULT_ANSWER_BYTES }: HttpClientOptions): HttpClient {
  const parsed = new URL(url);
  const options: TransportOptions = {
    service,
    url: parsed,
    headers: toDefaults(parsed),
    limits: { ...LIMITS, answerBytes },
  };
  const undici = createUndiciTransport(options);
  const plain = parsed.protocol === 'http:' ? createPlainTransport(options) : undici;
  return {
    basePath: parsed.pathname.replace(/\/$/, ''),
    send: (request, { cancellation, trace }) =>
      trace === undefined
        ? plain.send(request, cancellation)
        : traced(request, plain.send(request, cancellation), trace),
    open: async (request, opening) => {
      opening.trace?.(toSent(request));
      const stream = await undici.open(request, opening);
      opening.trace?.(toReceived(stream, ''));
      return stream;
    },
    close: async () => void (await Promise.all([plain.close(), undici.close()])),
  };
}

async function traced(
  request: HttpRequest,
  answering: Promise<HttpAnswer>,
  trace: NonNullable<AttemptContext['trace']>,
): Promise<HttpAnswer> {
  trace(toSent(request));
  const answer = await answering;
  trace(toReceived(answer, answer.body));
  return answer;
}

function toSent({ method, path, headers, body }: HttpRequest): WireEvent {
  return { direction: 'sent', line: `${method} ${path}`, headers, body };
}

function toReceived({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>, body: string): WireEvent {
  return { direction: 'received', line: `HTTP ${status}`, headers, body };
}

function toDefaults({ username, password }: URL): Record<string, string> {
  const headers = { 'user-agent': 'selvedge', 'accept-encoding': 'gzip, br, deflate, zstd' };
  if (username === '' && password === '') return headers;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { ...headers, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
