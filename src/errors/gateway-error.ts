import type { ErrorCode } from './codes.ts';

/**
 * What another attempt may do to a failed call:
 * `not-sent` the service provably never processed it (connection refused), so even a mutation may be sent again;
 * `may-retry` it may have been processed (reset, 502/503/504, time-out): queries only;
 * `final` another attempt cannot help (4xx, malformed answer).
 */
export type Retryability = 'not-sent' | 'may-retry' | 'final';

/** What kept a call from being answered, as `@retry(on:)` names it. */
export type RetryCause = 'CONNECT' | 'RESET' | 'TIMEOUT' | 'UNAVAILABLE';

export type GatewayErrorOptions = {
  /** The subgraph's name, shown as `extensions.service`. Never a host or URL. */
  readonly service?: string | undefined;
  /** Response path, list indices included. */
  readonly path?: readonly (string | number)[] | undefined;
  /** Further extensions shown to the client beside `code` and `service`. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** Source positions in the client's document. */
  readonly locations?: readonly { readonly line: number; readonly column: number }[] | undefined;
  /** For operators only: logged, shown to clients in development mode alone. */
  readonly detail?: string | undefined;
  readonly retry?: Retryability | undefined;
  /** Set where a retry may mend the failure. */
  readonly retryCause?: RetryCause | undefined;
  /** Milliseconds the service asked us to wait (`Retry-After`, gRPC pushback). */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
};

/** A client's or a service's trouble. `message` may be shown to the client; `detail` may not (see CODES for masking). */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly service: string | undefined;
  readonly path: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  readonly locations: readonly { readonly line: number; readonly column: number }[] | undefined;
  readonly detail: string | undefined;
  readonly retry: Retryability;
  readonly retryCause: RetryCause | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.service = options.service;
    this.path = options.path;
    this.extensions = options.extensions;
    this.locations = options.locations;
    this.detail = options.detail;
    this.retry = options.retry ?? 'final';
    this.retryCause = options.retryCause;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The same error with some of its options replaced, e.g. its place or its service. The stack stays. */
  with(changes: GatewayErrorOptions): GatewayError {
    const { service, path, extensions, locations, detail, retry, retryCause, retryAfterMs, cause } = this;
    const options = {
      service,
      path,
      extensions,
      locations,
      detail,
      retry,
      retryCause,
      retryAfterMs,
      cause,
      ...changes,
    };
    const changed = new GatewayError(this.code, this.message, options);
    if (this.stack !== undefined) changed.stack = this.stack;
    return changed;
  }
}
