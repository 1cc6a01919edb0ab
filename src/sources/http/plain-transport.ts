import type { HttpAnswer } from './http-message.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { Pool } from './http1/pool.ts';
import { toRequestText } from './http1/request-text.ts';
import { toWireError } from './wire-error.ts';

/** Whole answers over plain HTTP/1.1, by a client of our own: 12 µs a call less than undici (docs/performance.md). */
export function createPlainTransport({
  service,
  url,
  headers,
  limits,
}: TransportOptions): Pick<Transport, 'send' | 'close'> {
  const address = { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || '80') };
  const pool = new Pool({ address, ...limits });
  const { answerBytes } = limits;
  const defaults = { host: url.host, ...headers };
  return {
    send: (request, cancellation): Promise<HttpAnswer> => {
      const { isRepeatable } = request;
      let text: string | Buffer;
      try {
        text = toRequestText(request, defaults);
      } catch (error) {
        return Promise.reject(toWireError(error, service));
      }
      return pool.send({ service, text, isRepeatable, answerBytes }, cancellation);
    },
    close: () => pool.close(),
  };
}
