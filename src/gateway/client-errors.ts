import { CODES, type ErrorCode } from '../errors/codes.ts';
import { isEventsLost } from '../errors/events-lost.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { ClientGoneError } from '../model/cancellation.ts';
import type { ClientError } from '../model/http.ts';
import type { Log } from '../observability/log.ts';

export type ErrorView = {
  /** Development mode: what a service or our own fault said is shown. */
  readonly unmasked: boolean;
  readonly requestId: string;
  readonly log: Log;
};

const MASKS: Partial<Record<ErrorCode, string>> = {
  UPSTREAM_ERROR: 'The service answered with an error.',
  INTERNAL_ERROR: 'Something went wrong in the gateway.',
};

/** Anything thrown, as an error of ours: what isn't one is our own fault. */
export function toGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError
    ? thrown
    : new GatewayError('INTERNAL_ERROR', 'Unexpected fault.', { cause: thrown });
}

/** Errors as the client may see them; what is masked for the client is logged whole, with the request's id. */
export function toClientErrors(errors: readonly GatewayError[], view: ErrorView): ClientError[] {
  return errors.map((error) => {
    logForOperators(error, view);
    return {
      message: view.unmasked
        ? (error.detail ?? describe(error))
        : ((CODES[error.code].audience === 'operator' ? MASKS[error.code] : undefined) ?? error.message),
      ...(error.locations === undefined ? {} : { locations: error.locations }),
      ...(error.path === undefined ? {} : { path: error.path }),
      extensions: {
        ...error.extensions,
        code: error.code,
        ...(error.service === undefined ? {} : { service: error.service }),
        ...(error.code === 'INTERNAL_ERROR' ? { requestId: view.requestId } : {}),
      },
    };
  });
}

/** The HTTP status of a response in which nothing was executed, and whether it holds under `application/json` too. */
export function toRefusal(errors: readonly GatewayError[]): {
  readonly status: number;
  readonly alwaysStatus: boolean;
} {
  const status = Math.max(...errors.map((error) => CODES[error.code].status));
  return { status, alwaysStatus: status > 400 };
}

/** With its cause, unless the message says that already. */
function describe({ message, cause }: GatewayError): string {
  return cause instanceof Error && !message.includes(cause.message) ? `${message} (${cause.message})` : message;
}

/** What ended with the request is told by each step that was under way, one inside the other. */
function isOfClientGone({ cause }: GatewayError): boolean {
  return cause instanceof ClientGoneError || (cause instanceof GatewayError && isOfClientGone(cause));
}

function logForOperators(error: GatewayError, view: ErrorView): void {
  if (isOfClientGone(error)) return; // nobody's trouble, and clients could fill the log with it
  if (isEventsLost(error)) return; // every subscriber has it: the break is logged, once, by the stream's or the broker's log
  const fields = { requestId: view.requestId, code: error.code, service: error.service, path: error.path?.join('.') };
  if (error.code === 'INTERNAL_ERROR') {
    view.log('error', error.message, { ...fields, detail: error.detail, cause: error.cause });
  } else if (error.service !== undefined) {
    view.log('warn', error.message, {
      ...fields,
      detail: error.detail,
      cause: error.cause instanceof Error ? error.cause.message : undefined,
    });
  }
}
