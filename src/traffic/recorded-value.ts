import { GatewayError, type GatewayErrorOptions } from '../errors/gateway-error.ts';
import { isErrorCode } from '../errors/codes.ts';
import { type IsSecret, isSecretName, REDACTED, redactText, redactTokens } from '../observability/redact.ts';

/** What JSON has no form for stands in an object with this key. */
const MARK = '$selvedge';

/**
 * A value as a recording keeps it: JSON, with texts that are secrets by their name (`password`, `access_token` …) or
 * their form (a bearer token, a JWT) taken out. Keys of objects are in order, so that equal values have equal texts.
 */
export function toRecorded(value: unknown, name = '', isSecret: IsSecret = isSecretName): unknown {
  if (typeof value === 'string') return isSecret(name) ? REDACTED : redactText(value);
  return typeof value === 'object' && value !== null
    ? toRecordedObject(value, name, isSecret)
    : toRecordedPrimitive(value);
}

function toRecordedPrimitive(value: unknown): unknown {
  if (typeof value === 'symbol') return { [MARK]: 'symbol', key: Symbol.keyFor(value) ?? value.description };
  if (typeof value === 'bigint') return { [MARK]: 'bigint', text: String(value) };
  return value === undefined ? { [MARK]: 'undefined' } : value;
}

/** The value again; a secret stays `[redacted]`. */
export function fromRecorded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromRecorded);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  switch (fields[MARK]) {
    case 'error':
      return fromRecordedError(fields);
    case 'bytes':
      return Buffer.from(String(fields['base64']), 'base64');
    case 'symbol':
      return Symbol.for(String(fields['key']));
    case 'bigint':
      return BigInt(String(fields['text']));
    case 'undefined':
      return undefined;
    default:
      return fromRecordedObject(fields);
  }
}

function toRecordedObject(value: object, name: string, isSecret: IsSecret): unknown {
  if (Array.isArray(value)) return value.map((item) => toRecorded(item, name, isSecret));
  if (value instanceof GatewayError) return { [MARK]: 'error', ...toRecordedError(value) };
  if (value instanceof Uint8Array) return { [MARK]: 'bytes', base64: Buffer.from(value).toString('base64') };
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, toRecorded(inner, key, isSecret)]));
}

/** As a JSON text is read: no name reaches a prototype. */
function fromRecordedObject(fields: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, fromRecorded(inner)]));
}

function toRecordedError({ code, message, ...error }: GatewayError): object {
  const { path, extensions, detail, service, retry, retryCause } = error;
  const texts = { message: redactTokens(message), detail: detail === undefined ? detail : redactTokens(detail) };
  const known = { code, ...texts, path, extensions: toRecorded(extensions ?? {}), service, retry, retryCause };
  return Object.fromEntries(Object.entries(known).filter(([, inner]) => inner !== undefined));
}

function fromRecordedError({ code, message, ...options }: Readonly<Record<string, unknown>>): GatewayError {
  const known = isErrorCode(code) ? code : 'UPSTREAM_ERROR';
  return new GatewayError(known, String(message), options as GatewayErrorOptions);
}
