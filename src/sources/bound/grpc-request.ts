import { Metadata } from '@grpc/grpc-js';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { GrpcBinding } from '../../model/binding.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { readVariable } from '../../subgraph/read-variable.ts';
import { MAX_REQUEST_BYTES } from './grpc-channels.ts';
import { isBase64 } from '../../subgraph/protobuf/base64.ts';
import { toHeaderValue } from './header-value.ts';
import { compileDefaultMessage } from './wire-input.ts';

type ToMessage = (roots: ExpressionRoots) => Buffer;

/** As `request` says; else what the message has of the fields of the parent or key, and over them the arguments, by name. */
export function compileGrpcMessage(binding: GrpcBinding, subgraph: SubgraphSchema): ToMessage {
  const { request, method } = binding;
  const toMessage = request === undefined ? compileOwnMessage(binding, subgraph) : request.evaluate;
  return (roots) => {
    const bytes = serialize(() => method.requestSerialize((toMessage(roots) ?? {}) as object));
    if (bytes.length <= MAX_REQUEST_BYTES) return bytes;
    throw new GatewayError('BAD_USER_INPUT', `The arguments make a message of more than ${MAX_REQUEST_BYTES} bytes.`);
  };
}

function serialize(toBytes: () => Buffer): Buffer {
  try {
    return toBytes();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const message = `The arguments do not fit the message that the service takes. ${what}`;
    throw new GatewayError('BAD_USER_INPUT', message, { cause });
  }
}

function compileOwnMessage({ coordinate, takes }: GrpcBinding, subgraph: SubgraphSchema) {
  const toMessage = compileDefaultMessage(coordinate, subgraph);
  return (roots: ExpressionRoots) => {
    const given = toMessage(roots);
    const message = Object.create(null) as Record<string, unknown>;
    for (const name in given) if (takes(name)) message[name] = given[name];
    return message;
  };
}

/** The binding's own metadata, and over it what of the caller's request is passed on. `-bin` values are base64. */
export function toMetadata(
  { metadata: own }: GrpcBinding,
  roots: ExpressionRoots,
  headers: Readonly<Record<string, string>>,
): Metadata {
  const metadata = new Metadata();
  for (const { name, value } of own) {
    const text = value.expand((variable) => readVariable(roots, variable));
    if (text !== '') metadata.set(name, toMetadataValue(name, text));
  }
  for (const [name, value] of Object.entries(headers)) metadata.set(name, toMetadataValue(name, value));
  return metadata;
}

function toMetadataValue(name: string, value: string): string | Buffer {
  if (!name.toLowerCase().endsWith('-bin')) return toHeaderValue(name, value);
  if (!isBase64(value))
    throw new GatewayError('BAD_USER_INPUT', `The metadata "${name}" would hold what is not base64.`);
  return Buffer.from(value, 'base64');
}
