import protobuf from 'protobufjs';
import { MessageDecoder } from './message-decoder.ts';
import { MessageEncoder } from './message-encoder.ts';

// What is asked of grpc/reflection/v1/reflection.proto (v1alpha's messages are the same), and the two fields of a
// FileDescriptorProto that say what else there is to ask for (Apache-2.0, BSD-3-Clause).
const proto = `syntax = "proto3"; package grpc.reflection;
  message Request { string host = 1; oneof ask {
    string file_by_filename = 3; string file_containing_symbol = 4; string list_services = 7; } }
  message Response {
    Files file_descriptor_response = 4; Services list_services_response = 6; Failure error_response = 7; }
  message Files { repeated bytes file_descriptor_proto = 1; }
  message Services { repeated Service service = 1; }
  message Service { string name = 1; }
  message Failure { int32 error_code = 1; string error_message = 2; }
  message File { string name = 1; repeated string dependency = 3; }
  message FileSet { repeated bytes file = 1; }`;

export type ReflectionRequest =
  | { readonly listServices: string }
  | { readonly fileContainingSymbol: string }
  | { readonly fileByFilename: string };

export type ReflectionResponse = {
  /** Each a FileDescriptorProto in base64. */
  readonly fileDescriptorResponse: { readonly fileDescriptorProto: readonly string[] } | null;
  readonly listServicesResponse: { readonly service: readonly { readonly name: string }[] } | null;
  readonly errorResponse: { readonly errorCode: number; readonly errorMessage: string } | null;
};

export type ReflectionMessages = {
  readonly writeRequest: (request: ReflectionRequest) => Buffer;
  /** Throws for bytes that are no such message. */
  readonly readResponse: (bytes: Buffer) => ReflectionResponse;
  readonly readFile: (base64: string) => { readonly name: string; readonly dependency: readonly string[] };
  /** Files in base64 as one FileDescriptorSet. */
  readonly writeSet: (files: readonly string[]) => Buffer;
};

export function compileReflectionMessages(): ReflectionMessages {
  const { root } = protobuf.parse(proto, new protobuf.Root(), { keepCase: true });
  root.resolveAll();
  const decoder = new MessageDecoder({ keepsSnakeCase: false, possibleTypes: new Set() });
  const encoder = new MessageEncoder();
  const typeOf = (name: string) => root.lookupType(`grpc.reflection.${name}`);
  const readFile = decoder.of(typeOf('File'));
  const writeSet = encoder.of(typeOf('FileSet'));
  return {
    writeRequest: encoder.of(typeOf('Request')),
    readResponse: decoder.of(typeOf('Response')) as ReflectionMessages['readResponse'],
    readFile: (base64) => readFile(Buffer.from(base64, 'base64')) as ReturnType<ReflectionMessages['readFile']>,
    writeSet: (file) => writeSet({ file }),
  };
}
