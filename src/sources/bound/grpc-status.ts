import type { Metadata, StatusObject } from '@grpc/grpc-js';
import { isSecretHeader, isSecretName, REDACTED, redactText } from '../../observability/redact.ts';
import { compileRpcStatus } from '../../subgraph/protobuf/rpc-status.ts';

/** What a failed call's trailers say beyond its code and text. */
export type StatusDetails = {
  /** The service says which fields of the request are wrong (google.rpc.BadRequest). */
  readonly hasViolations: boolean;
  /** How long to wait before asking again; negative: not at all. `grpc-retry-pushback-ms` (gRFC A6), or google.rpc.RetryInfo. */
  readonly pushbackMs: number | undefined;
  /** All of it in words, for operators, without secrets; empty if there is nothing. */
  readonly words: string;
};

/** Characters of it that are kept. */
const MAX_WORDS = 600;

/** Trailers that say nothing of this failure. */
const COMMON = new Set(['content-type', 'date', 'server', 'grpc-status-details-bin', 'grpc-retry-pushback-ms']);

type Detail = Readonly<Record<string, unknown>>;

/** Reads the trailers of failed calls. What is compiled for that is compiled with the first failure. */
export function createStatusReader(): (ended: StatusObject) => StatusDetails {
  let decode: ((bytes: Uint8Array) => unknown) | undefined;
  return ({ metadata }) => {
    decode ??= compileRpcStatus();
    const details = readDetails(metadata, decode);
    const retryInfo = details.find((detail) => typeName(detail) === 'RetryInfo');
    const words = [...details.map(printDetail), ...printTrailers(metadata)].join('; ').slice(0, MAX_WORDS);
    return {
      hasViolations: details.some((detail) => typeName(detail) === 'BadRequest'),
      pushbackMs: readPushback(metadata) ?? toMilliseconds(retryInfo?.['retryDelay']),
      words,
    };
  };
}

/** Details that cannot be read are none: the code and the text of the status hold without them. */
function readDetails(metadata: Metadata, decode: (bytes: Uint8Array) => unknown): readonly Detail[] {
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(bytes)) return [];
  try {
    const { details } = decode(bytes) as { readonly details: readonly Detail[] };
    return details;
  } catch {
    return [];
  }
}

function readPushback(metadata: Metadata): number | undefined {
  const [value] = metadata.get('grpc-retry-pushback-ms');
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function toMilliseconds(delay: unknown): number | undefined {
  return typeof delay === 'string' ? Math.ceil(Number.parseFloat(delay) * 1000) : undefined;
}

/** `BadRequest {"fieldViolations":[…]}`: what is empty is left out. */
function printDetail(detail: Detail): string {
  const { '@type': _, ...fields } = detail;
  return `${typeName(detail)} ${JSON.stringify(fields, (name, value: unknown) => toShown(name, value))}`;
}

function toShown(name: string, value: unknown): unknown {
  if (isEmpty(value)) return undefined;
  if (typeof value !== 'string') return value;
  return isSecretName(name) ? REDACTED : redactText(value);
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function printTrailers(metadata: Metadata): readonly string[] {
  const trailers = Object.entries(metadata.getMap()).flatMap(([name, value]) => {
    if (typeof value !== 'string' || COMMON.has(name)) return [];
    return [[name, isSecretHeader(name) ? REDACTED : redactText(value)]];
  });
  return trailers.length === 0 ? [] : [`trailers ${JSON.stringify(Object.fromEntries(trailers))}`];
}

function typeName({ '@type': url }: Detail): string {
  return String(url).replace(/^.*[/.]/, '');
}
