import { type ExecutionResult, GraphQLError } from 'graphql';
import { type ErrorCode, isErrorCode } from '../../errors/codes.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { type HttpAnswer, isJson } from '../http/http-message.ts';
import { toRefusal } from '../http/refusal.ts';

/** What a client can act on keeps its meaning, whichever service says it. All other codes are masked. */
const KEPT: Partial<Record<ErrorCode, string>> = {
  BAD_USER_INPUT: 'The service refused the input.',
  UNAUTHENTICATED: 'The service wants a caller it knows.',
  FORBIDDEN: 'The service does not allow this.',
};

/**
 * A plain GraphQL service's answer as graphql-tools takes it; each of its errors carries one of ours, the service's own
 * path kept. Throws GatewayError for what is no GraphQL answer.
 */
export function parseServiceAnswer(answer: HttpAnswer, service: string): ExecutionResult {
  const refusal = toRefusal(answer, service);
  if (refusal !== undefined) throw refusal;
  if (!isJson(answer.headers)) throw unusable(service, `HTTP ${answer.status} without a JSON body.`);
  const { data, errors } = parseResult(parseObject(answer.body, service), service);
  if (errors.length > 0) return { data, errors: errors.map((error) => toServiceError(error, service)) };
  if (data === null) throw unusable(service, 'There is neither data nor an error.');
  if (answer.status >= 300) throw unusable(service, `HTTP ${answer.status} without errors.`);
  return { data };
}

type Result = { readonly data: Record<string, unknown> | null; readonly errors: readonly unknown[] };

function parseResult({ data = null, errors = [] }: Readonly<Record<string, unknown>>, service: string): Result {
  if (!Array.isArray(errors)) throw unusable(service, '"errors" is not a list.');
  if (data !== null && !isRecord(data)) throw unusable(service, '"data" is not an object.');
  return { data, errors };
}

function parseObject(text: string, service: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unusable(service, error instanceof Error ? error.message : 'It is not JSON.');
  }
  if (!isRecord(value)) throw unusable(service, 'The answer is not a JSON object.');
  return value;
}

function toServiceError(error: unknown, service: string): GraphQLError {
  const { message, path, extensions } = isRecord(error) ? error : {};
  const detail = typeof message === 'string' ? message : 'An error without a message.';
  const code = isRecord(extensions) ? extensions.code : undefined;
  const kept = isErrorCode(code) ? KEPT[code] : undefined;
  const original =
    isErrorCode(code) && kept !== undefined
      ? new GatewayError(code, kept, { service, detail })
      : new GatewayError('UPSTREAM_ERROR', 'The service answered with an error.', { service, detail });
  return new GraphQLError(detail, { path: isPath(path) ? path : undefined, originalError: original });
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((key) => typeof key === 'string' || typeof key === 'number');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(service: string, detail: string): GatewayError {
  return new GatewayError('UPSTREAM_BAD_RESPONSE', 'The service answered what cannot be used.', { service, detail });
}
