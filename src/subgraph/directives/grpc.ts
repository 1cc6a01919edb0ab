import type { GrpcBinding, HeaderTemplate } from '../../model/binding.ts';
import { type BatchArgument, type CallSite, type HeaderArgument, readCall, readHeaders } from '../call-site.ts';
import { checkGrpcMessages } from '../check-grpc-messages.ts';
import { suggestName } from '../did-you-mean.ts';
import { isBase64 } from '../protobuf/base64.ts';
import { type ProtoMethod, toMethodDefinition } from '../proto-method.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const grpcDirective: DirectiveDeclaration = {
  name: 'grpc',
  sdl: /* GraphQL */ `
    """
    A gRPC call that gives the field, or on an entity type the entity by its key: unary, or a server stream, whose messages
    are a list, or the events of a Subscription field. Messages are read and written by the .proto that is published with the
    schema, in proto3's JSON mapping.
    """
    directive @grpc(
      """
      \`package.Service/Method\`
      """
      method: String!
      """
      JMESPath over { args, this, claims, headers }, and keys with \`batch\`: the request message. Without it, the arguments by name, over the fields of the parent or key.
      """
      request: String
      """
      Metadata of the call, before those headers of @source. Values of names that end in \`-bin\` are base64.
      """
      metadata: [selvedge__Header!]
      """
      JMESPath over the response message, or the list of a stream's messages: what of it is the value.
      """
      select: String
      """
      How many messages a stream that gives a list may have: 1000, if not said. More are an error.
      """
      maxMessages: Int
      """
      One call for many keys; key variables hold lists.
      """
      batch: selvedge__Batch
      """
      A further service of the subgraph, named by @source.
      """
      source: String
    ) on FIELD_DEFINITION | OBJECT
  `,
};

export type GrpcArguments = {
  readonly method: string;
  readonly request?: string;
  readonly metadata?: readonly HeaderArgument[];
  readonly select?: string;
  readonly maxMessages?: number;
  readonly batch?: BatchArgument;
  readonly source?: string;
};

const DEFAULT_MAX_MESSAGES = 1000;

/** Undefined, and reported, where the call cannot be made of it. */
export function readGrpc(site: CallSite, args: GrpcArguments): GrpcBinding | undefined {
  const method = findMethod(site, args.method);
  const call = readCall(site, args);
  const request = args.request === undefined ? undefined : site.requestExpression('request', args.request);
  if (method === undefined) return undefined;
  checkStreaming(site, method, args.maxMessages);
  checkGrpcMessages(site, { method, request, select: args.select, batch: args.batch });
  return {
    ...call,
    kind: 'grpc',
    methodName: args.method,
    method: toMethodDefinition(method, site.returns),
    metadata: readMetadata(site, args),
    maxMessages: args.maxMessages ?? DEFAULT_MAX_MESSAGES,
    takes: (name) => method.codec.encoder.takes(method.requestType, name),
    request: request?.expression,
  };
}

function findMethod(site: CallSite, name: string): ProtoMethod | undefined {
  const { protos } = site;
  if (protos === undefined) {
    site.fault(
      'GRPC_METHOD_NOT_FOUND',
      `calls "${name}", but the subgraph has no .proto`,
      'Give the service’s .proto or descriptor set: `proto:` in the config, --proto when publishing; or `reflection: true`, --reflection, where the service says itself what it offers.',
    );
    return undefined;
  }
  // A .proto that cannot be read is reported at its own place; what it would have held is not missing as well.
  if (protos.isBroken) return undefined;
  const [service = '', methodName = ''] = name.replace(/^\//, '').split('/');
  const methods = protos.methodsOf(service);
  if (methods === undefined) {
    site.fault(
      'GRPC_METHOD_NOT_FOUND',
      `calls "${name}", but there is no service "${service}" in its contract`,
      suggestName(service, protos.services),
    );
    return undefined;
  }
  const method = methods.get(methodName);
  if (method === undefined) {
    const names = [...methods.keys()].map((known) => `${service}/${known}`);
    const remedy = `${suggestName(name, names)} ${service} has ${[...methods.keys()].join(', ') || 'no methods'}.`;
    site.fault('GRPC_METHOD_NOT_FOUND', `calls "${name}", which "${service}" does not have`, remedy);
  }
  return method;
}

/** Names that gRPC keeps for itself, or that HTTP/2 has no use for. */
const RESERVED = /^(?:grpc-.*|content-type|user-agent|te|:.*)$/;

function readMetadata(site: CallSite, { metadata = [], source }: GrpcArguments): readonly HeaderTemplate[] {
  const all = readHeaders(site, metadata, source);
  for (const { name } of all.filter((header) => RESERVED.test(header.name))) {
    const message = `sets the metadata "${name}", which is gRPC's own`;
    site.fault('INVALID_DIRECTIVE_ARGUMENT', message, 'Choose another name.');
  }
  for (const { name, value } of all.filter((header) => header.name.endsWith('-bin'))) {
    if (value.variables.length > 0 || isBase64(value.text)) continue;
    const message = `sets the metadata "${name}" to "${value.text}", which is not base64`;
    site.fault('INVALID_DIRECTIVE_ARGUMENT', message, 'Write it in base64, as gRPC wants it of names with "-bin".');
  }
  return all;
}

function checkStreaming(site: CallSite, method: ProtoMethod, maxMessages: number | undefined): void {
  if (method.requestStream) {
    site.fault(
      'GRPC_METHOD_MISMATCH',
      `calls "${method.name}", which takes a stream of requests`,
      'Call a method that takes one request.',
    );
  }
  if (site.kind === 'subscription' && !method.responseStream) {
    site.fault(
      'GRPC_METHOD_MISMATCH',
      `is a subscription, but "${method.name}" answers once`,
      'Call a method that `returns (stream …)`.',
    );
  }
  if (maxMessages === undefined) return;
  if (site.kind === 'subscription' || !method.responseStream) {
    const message = `has maxMessages, but gives no list of a stream's messages`;
    site.fault('INVALID_DIRECTIVE_ARGUMENT', message, 'Take it off.');
  } else if (maxMessages < 1) {
    site.fault('INVALID_DIRECTIVE_ARGUMENT', `has maxMessages ${maxMessages}`, 'A list has 1 message or more.');
  }
}
