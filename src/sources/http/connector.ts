import { buildConnector } from 'undici';

/** Where a socket's error arose: before it was connected, or on a socket that had answered before. */
export type ErrorOrigin = { readonly kind: 'connecting' } | { readonly kind: 'connected'; readonly bytesRead: number };

const origins = new WeakMap<Error, ErrorOrigin>();

/** What is known of an error that came out of a connector of ours. */
export function readErrorOrigin(error: Error): ErrorOrigin | undefined {
  return origins.get(error);
}

/**
 * Connects (TLS included) within the time, and remembers of each error whether the request could have been sent:
 * undici gives the socket's own error to the request.
 */
export function createConnector(timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false });
  return (options, callback) => {
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error !== null) origins.set(error, { kind: 'connecting' });
      else socket.on('error', (later) => origins.set(later, { kind: 'connected', bytesRead: socket.bytesRead }));
      callback(...result);
    });
  };
}
