import type { MethodDefinition } from '@grpc/grpc-js';
import type { TypeNode } from 'graphql';
import type protobuf from 'protobufjs';
import type { MessageDecoder } from './protobuf/message-decoder.ts';
import type { MessageEncoder } from './protobuf/message-encoder.ts';
import { findJsonForm, googleName } from './protobuf/well-known-types.ts';
import type { Shape } from './shape.ts';
import { namedTypeOf } from './type-index.ts';

/** Reads and writes the messages of one contract. */
export type MessageCodec = {
  readonly decoder: MessageDecoder;
  readonly encoder: MessageEncoder;
  readonly shapeOf: (type: protobuf.Type) => Shape;
  readonly requestShapeOf: (type: protobuf.Type) => Shape;
};

/** One method of a service, its types resolved. `name` is `package.Service/Method`. */
export type ProtoMethod = {
  readonly name: string;
  readonly requestType: protobuf.Type;
  readonly responseType: protobuf.Type;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly codec: MessageCodec;
};

// An answer without content is undefined, as that of HTTP 204 is; grpc-js wants it called an object.
const NO_CONTENT = undefined as unknown as object;

/** Whether all that the answer says to a field of this type is that the call was made: its message has no fields. */
export function isOutcome({ responseType, responseStream }: ProtoMethod, type: TypeNode | undefined): boolean {
  if (responseStream || type === undefined || namedTypeOf(type).name.value !== 'Boolean') return false;
  return isEmpty(responseType) || (responseType.fieldsArray.length === 0 && findJsonForm(responseType) === undefined);
}

function isEmpty(type: protobuf.Type): boolean {
  return googleName(type) === 'Empty';
}

/** What grpc-js needs to call the method for a field of this type. Serializing throws MessageMisfit for an object that does not fit the message. */
export function toMethodDefinition(method: ProtoMethod, type: TypeNode | undefined): MethodDefinition<object, object> {
  const { name, requestType, responseType, requestStream, responseStream, codec } = method;
  // A message at the top is an object, but for those of Google's own types that are something else in JSON.
  const decoder = (type: protobuf.Type) => codec.decoder.of(type) as (bytes: Buffer) => object;
  return {
    path: `/${name}`,
    requestStream,
    responseStream,
    requestSerialize: codec.encoder.of(requestType),
    requestDeserialize: decoder(requestType),
    responseSerialize: codec.encoder.of(responseType),
    responseDeserialize: isEmpty(responseType) || isOutcome(method, type) ? () => NO_CONTENT : decoder(responseType),
    originalName: name.slice(name.indexOf('/') + 1),
  };
}
