import { type ExecutionResult, GraphQLError } from 'graphql';
import type { GatewayError } from '../../errors/gateway-error.ts';
import type { FetchAnswer } from '../../model/source.ts';
import { parseGraphqlAnswer } from '../http/graphql-answer.ts';
import type { HttpAnswer } from '../http/http-message.ts';

/**
 * A plain GraphQL service's answer as graphql-tools takes it; each of its errors carries one of ours, the service's own
 * path kept. Throws GatewayError for what is no GraphQL answer.
 */
export function parseServiceAnswer(answer: HttpAnswer, service: string): ExecutionResult {
  return toServiceResult(parseGraphqlAnswer(answer, service));
}

/** The same of an answer that has been read. */
export function toServiceResult({ data, errors }: FetchAnswer): ExecutionResult {
  return errors === undefined ? { data } : { data, errors: errors.map(toGraphqlError) };
}

/** The path is graphql-tools' to correct: the error of ours gets its own when it has arrived. */
function toGraphqlError(error: GatewayError): GraphQLError {
  const { detail, message, path } = error;
  return new GraphQLError(detail ?? message, { path, originalError: error.with({ path: undefined }) });
}
