import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { GatewayError } from '../errors/gateway-error.ts';
import { assertFewValues } from './assert-few-values.ts';
import { readBody } from './read-body.ts';

/** The parameters of GraphQL over HTTP. `variables` and `extensions` are objects, or absent. */
export type OperationParameters = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
};

/**
 * Reads them from a GET's URL or a POST's JSON body; `body` is Node's request, where there is one.
 * Throws GatewayError: what is wrong with the request itself, never with the document.
 */
export async function readOperationParameters(
  request: Request,
  { body, bodyBytes }: { readonly body: Readable | undefined; readonly bodyBytes: number },
): Promise<OperationParameters> {
  if (request.method === 'GET')
    return parseParameters(readSearch(new URL(request.url, 'http://localhost').searchParams));
  assertJson(request.headers.get('content-type'));
  const text = await readBody(body ?? toReadable(request.body), {
    encoding: request.headers.get('content-encoding'),
    length: request.headers.get('content-length'),
    limit: bodyBytes,
  });
  return parseOperationParameters(text);
}

/** The parameters in a POST's JSON body. */
export function parseOperationParameters(text: string): OperationParameters {
  assertFewValues(text);
  return parseParameters(parseJson(text, 'The body'));
}

function readSearch(search: URLSearchParams): Record<string, unknown> {
  const json = (name: string): unknown => parseJson(search.get(name) || 'null', `The parameter "${name}"`);
  return {
    query: search.get('query'),
    operationName: search.get('operationName') || null,
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

/** An operation's parameters, whatever way they came. Throws BAD_USER_INPUT. */
export function parseParameters(value: unknown): OperationParameters {
  if (Array.isArray(value)) throw bad('Operations cannot be sent in batches. Send one JSON object for each.');
  if (!isObject(value)) throw bad('An operation must be a JSON object with a "query".');
  const { query, operationName, variables, extensions } = value;
  if (typeof query !== 'string') throw bad('"query" must be given, as a string.');
  if (!isAbsent(operationName) && typeof operationName !== 'string') throw bad('"operationName" must be a string.');
  return {
    query,
    ...(isAbsent(operationName) ? {} : { operationName }),
    ...optionalObject('variables', variables),
    ...optionalObject('extensions', extensions),
  };
}

function optionalObject(
  name: 'variables' | 'extensions',
  value: unknown,
): Partial<Record<typeof name, Record<string, unknown>>> {
  if (isAbsent(value)) return {};
  if (!isObject(value)) throw bad(`"${name}" must be an object.`);
  return { [name]: value };
}

/** Only JSON: the types a browser sends across origins without asking first are no way in. */
function assertJson(contentType: string | null): void {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length) ?? 'utf-8';
  if (type === 'application/json' && ['utf-8', '"utf-8"', 'utf8'].includes(charset)) return;
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Send the operation as "content-type: application/json", in UTF-8.');
}

function toReadable(body: ReadableStream<Uint8Array> | null): Readable {
  return body === null ? Readable.from([]) : Readable.fromWeb(body as NodeReadableStream);
}

function parseJson(text: string, subject: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('BAD_USER_INPUT', `${subject} is not JSON.`, { cause });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function bad(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', message);
}
