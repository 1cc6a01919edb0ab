import { GatewayError, type GatewayErrorOptions } from '../errors/gateway-error.ts';
import { isErrorCode } from '../errors/codes.ts';

/** What JSON has no form for stands in an object with this key. */
const MARK = '$selvedge';

export const REDACTED = '[redacted]';

const SECRET_NAME =
  /pass(?:word|wd|phrase)|secret|credential|authori[sz]ation|cookie|(?:api|private)[-_]?key|^(?:(?:access|refresh|id|auth|session|csrf|bearer)[-_]?)?token$/i;
const SECRET_IN_TEXT = /\bBearer\s+[^\s"']{8,}|\beyJ[\w-]{8,}\.eyJ[\w-]+\.[\w-]*/g;
const SECRET_TEXT = /^Bearer\s+\S|^Basic\s+[\w+/=]{8,}$|^eyJ[\w-]{8,}\.eyJ[\w-]+\.[\w-]*$/;

/** Whether what bears this name is a secret. */
export type IsSecret = (name: string) => boolean;

export const isSecretName: IsSecret = (name) => SECRET_NAME.test(name);

/** A text as a recording keeps it, whatever its name: without the tokens in it. */
export function toRecordedText(text: string): string {
  return SECRET_TEXT.test(text) ? REDACTED : withoutSecrets(text);
}

/**
 * A value as a recording keeps it: JSON, with texts that are secrets by their name (`password`, `access_token` …) or
 * their form (a bearer token, a JWT) taken out. Keys of objects are in order, so that equal values have equal texts.
 */
export function toRecorded(value: unknown, name = '', isSecret: IsSecret = isSecretName): unknown {
  if (typeof value === 'string') return isSecret(name) ? REDACTED : toRecordedText(value);
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
  const texts = { message: withoutSecrets(message), detail: detail === undefined ? detail : withoutSecrets(detail) };
  const known = { code, ...texts, path, extensions: toRecorded(extensions ?? {}), service, retry, retryCause };
  return Object.fromEntries(Object.entries(known).filter(([, inner]) => inner !== undefined));
}

/** Services like to repeat what they were sent, and what they could not read. */
function withoutSecrets(text: string): string {
  return text.replace(SECRET_IN_TEXT, REDACTED);
}

function fromRecordedError({ code, message, ...options }: Readonly<Record<string, unknown>>): GatewayError {
  const known = isErrorCode(code) ? code : 'UPSTREAM_ERROR';
  return new GatewayError(known, String(message), options as GatewayErrorOptions);
}
