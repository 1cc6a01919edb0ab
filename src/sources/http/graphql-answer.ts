import type { GatewayError } from '../../errors/gateway-error.ts';
import type { FetchAnswer } from '../../model/source.ts';
import { toServiceFailure } from '../service-failure.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { type HttpAnswer, isJson, showContentType } from './http-message.ts';
import { toRefusal } from './refusal.ts';

/** Further errors are counted, and told of as one without a path. */
const MAX_ERRORS = 1000;
/** No operation is as deep as that, lists in lists included. */
const MAX_PATH = 200;

/**
 * A service's HTTP answer, as GraphQL over HTTP defines it: any status may bear a GraphQL answer, but 401, 403, 429 and
 * 502–504 speak for themselves. Throws GatewayError for everything that is not a GraphQL answer.
 */
export function parseGraphqlAnswer(answer: HttpAnswer, service: string): FetchAnswer {
  const refusal = toRefusal(answer, service);
  if (refusal !== undefined) throw refusal;
  if (!isJson(answer.headers)) throw unusableAnswer(tellOther(answer), { service });
  return answer.status < 300 ? parseGraphqlResult(answer.body, service) : parseRefused(answer, service);
}

/** A GraphQL answer under another status than 2xx: it has errors, or it is none. */
function parseRefused(answer: HttpAnswer, service: string): FetchAnswer {
  let parsed: FetchAnswer;
  try {
    parsed = parseGraphqlResult(answer.body, service);
  } catch (cause) {
    throw unusableAnswer(tellOther(answer), { service, cause });
  }
  if (parsed.errors === undefined) throw unusableAnswer(`HTTP ${answer.status} without errors.`, { service });
  return parsed;
}

/** A wrong path in the url is the likeliest reason. */
function tellOther({ status, headers }: HttpAnswer): string {
  if (status >= 300 && status < 400) return `HTTP ${status}: redirects are not followed.`;
  return `HTTP ${status} with ${showContentType(headers)}: no GraphQL answer. Is the url that of the GraphQL endpoint?`;
}

/** The text of one GraphQL result. Throws UPSTREAM_BAD_RESPONSE if it is none. */
export function parseGraphqlResult(text: string, service: string): FetchAnswer {
  return readGraphqlResult(parseJson(text, service), service);
}

/** The same out of a message that has been parsed. */
export function readGraphqlResult(result: unknown, service: string): FetchAnswer {
  if (!isRecord(result)) throw unusableAnswer('The answer is not a JSON object.', { service });
  const data = result['data'] ?? null;
  const errors = result['errors'] ?? [];
  if (!Array.isArray(errors)) throw unusableAnswer('"errors" is not a list.', { service });
  if (data !== null && !isRecord(data)) throw unusableAnswer('"data" is not an object.', { service });
  if (errors.length > 0) return { data, errors: readErrors(errors, service) };
  if (data === null) throw unusableAnswer('There is neither data nor an error.', { service });
  return { data };
}

function parseJson(text: string, service: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusableAnswer(cause instanceof Error ? cause.message : 'It is not JSON.', { service, cause });
  }
}

function readErrors(errors: readonly unknown[], service: string): readonly GatewayError[] {
  const read = errors.slice(0, MAX_ERRORS).map((error) => toServiceError(error, service));
  const further = errors.length - read.length;
  return further === 0 ? read : [...read, toServiceFailure(undefined, `${further} further errors.`, { service })];
}

/** One entry of a service's `errors`. Its message is for operators; its path is the fetch's own, dropped if it is none. */
function toServiceError(error: unknown, service: string): GatewayError {
  const { message, path, extensions } = isRecord(error) ? error : {};
  const code = isRecord(extensions) ? extensions['code'] : undefined;
  const said = typeof message === 'string' ? message : 'An error without a message.';
  return toServiceFailure(code, said, { service, path: isPath(path) ? path : undefined });
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_PATH &&
    value.every((key: unknown) => typeof key === 'string' || (Number.isSafeInteger(key) && (key as number) >= 0))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
