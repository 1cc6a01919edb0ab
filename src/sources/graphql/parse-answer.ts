import { GatewayError } from '../../errors/gateway-error.ts';
import type { FetchAnswer } from '../../model/source.ts';
import { type HttpAnswer, isJson } from '../http/http-message.ts';
import { toRefusal } from '../http/refusal.ts';
import { toServiceError } from './service-error.ts';

/**
 * A service's HTTP answer, as GraphQL over HTTP defines it: any status may bear a GraphQL answer, but 401, 403, 429 and
 * 502–504 speak for themselves. Throws GatewayError for everything that is not a GraphQL answer.
 */
export function parseAnswer(answer: HttpAnswer, service: string): FetchAnswer {
  const refusal = toRefusal(answer, service);
  if (refusal !== undefined) throw refusal;
  if (!isJson(answer.headers)) {
    throw unusable(
      service,
      `HTTP ${answer.status}, content type ${JSON.stringify(answer.headers['content-type'] ?? null)}.`,
    );
  }
  const parsed = parseResult(answer.body, service);
  if (answer.status >= 300 && parsed.errors === undefined)
    throw unusable(service, `HTTP ${answer.status} without errors.`);
  return parsed;
}

/** The text of one GraphQL result. Throws UPSTREAM_BAD_RESPONSE if it is none. */
export function parseResult(text: string, service: string): FetchAnswer {
  const result = parseObject(text, service);
  const data = result['data'] ?? null;
  const errors = result['errors'] ?? [];
  if (!Array.isArray(errors)) throw unusable(service, '"errors" is not a list.');
  if (data !== null && !isRecord(data)) throw unusable(service, '"data" is not an object.');
  if (errors.length > 0) return { data, errors: errors.map((error: unknown) => toServiceError(error, service)) };
  if (data === null) throw unusable(service, 'There is neither data nor an error.');
  return { data };
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(service: string, detail: string): GatewayError {
  return new GatewayError('UPSTREAM_BAD_RESPONSE', 'The service answered what cannot be used.', { service, detail });
}
