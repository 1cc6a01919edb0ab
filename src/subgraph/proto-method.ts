import type { MethodDefinition } from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import type { MessageDecoder } from './protobuf/message-decoder.ts';
import type { MessageEncoder } from './protobuf/message-encoder.ts';
import { googleName } from './protobuf/well-known-types.ts';
import type { Shape } from './shape.ts';

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

/** Whether the method's answer holds nothing (google.protobuf.Empty). */
export function isEmpty({ responseType }: ProtoMethod): boolean {
  return googleName(responseType) === 'Empty';
}

/** What grpc-js needs to call the method. Serializing throws MessageMisfit for an object that does not fit the message. */
export function toMethodDefinition(method: ProtoMethod): MethodDefinition<object, object> {
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
    responseDeserialize: isEmpty(method) ? () => NO_CONTENT : decoder(responseType),
    originalName: name.slice(name.indexOf('/') + 1),
  };
}
