import { type ExecutionResult, GraphQLError } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { FetchAnswer } from '../../model/source.ts';

/** An error at its place in a fetch. One that already names a service keeps it. */
function relocate(error: GatewayError, service: string, path: readonly (string | number)[] | undefined): GatewayError {
  return error.with({ service: error.service ?? service, path });
}

/** The error of ours that was thrown, however often GraphQL wrapped it on its way; of several at one place, the first. */
function findGatewayError(error: unknown): GatewayError | undefined {
  if (error instanceof GatewayError) return error;
  if (error instanceof AggregateError) return findGatewayError(error.errors[0]);
  return error instanceof GraphQLError ? findGatewayError(error.originalError) : undefined;
}

/** A result of graphql-js as a fetch's answer. An error of ours keeps its code; `explain` says what any other one is. */
export function toAnswer(
  { data, errors }: ExecutionResult,
  service: string,
  explain: (error: GraphQLError) => GatewayError,
): FetchAnswer {
  const toPlaced = (error: GraphQLError): GatewayError =>
    relocate(findGatewayError(error) ?? explain(error), service, error.path);
  return { data: data ?? null, errors: errors?.map(toPlaced) };
}

/** What was thrown in place of an answer, as the answer's one error. */
export function toFailure(thrown: unknown, service: string): GatewayError {
  if (thrown instanceof GatewayError) return thrown.with({ service: thrown.service ?? service });
  return new GatewayError('INTERNAL_ERROR', 'Unexpected fault.', { service, cause: thrown });
}
