import { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';

/** Where an error came from and where it stands: the fields that replace those of the original. */
type Position = { readonly service: string; readonly path?: readonly (string | number)[] | undefined };

/** The same trouble at another place. An error that already names a service keeps it. */
export function relocate(error: GatewayError, { service, path }: Position): GatewayError {
  return new GatewayError(error.code, error.message, {
    service: error.service ?? service,
    path: path ?? error.path,
    extensions: error.extensions,
    detail: error.detail,
    retry: error.retry,
    retryCause: error.retryCause,
    retryAfterMs: error.retryAfterMs,
    cause: error.cause,
  });
}

/** The error of ours that was thrown, however often GraphQL wrapped it on its way; of several at one place, the first. */
export function findGatewayError(error: unknown): GatewayError | undefined {
  if (error instanceof GatewayError) return error;
  if (error instanceof AggregateError) return findGatewayError(error.errors[0]);
  return error instanceof GraphQLError ? findGatewayError(error.originalError) : undefined;
}

/** What was thrown in place of an answer, as the answer's one error. */
export function toFailure(thrown: unknown, service: string): GatewayError {
  if (thrown instanceof GatewayError) return relocate(thrown, { service });
  return new GatewayError('INTERNAL_ERROR', 'Unexpected fault.', { service, cause: thrown });
}
