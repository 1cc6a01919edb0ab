import type { GrpcBinding } from '../../model/binding.ts';
import { type BatchArgument, type CallSite, readCall } from '../call-site.ts';
import { checkGrpcMessages } from '../check-grpc-messages.ts';
import { suggestName } from '../did-you-mean.ts';
import { type ProtoMethod, toMethodDefinition } from '../proto-method.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const grpcDirective: DirectiveDeclaration = {
  name: 'grpc',
  sdl: /* GraphQL */ `
    """
    A gRPC call that gives the field, or on an entity type the entity by its key: unary, or for a Subscription field a server
    stream. Messages are read and written by the .proto that is published with the schema, in its JSON names.
    """
    directive @grpc(
      """
      \`package.Service/Method\`
      """
      method: String!
      """
      JMESPath over { args, this, claims, headers }: the request message. Without it, the arguments by name, over the fields of the parent or key.
      """
      request: String
      """
      JMESPath over the response message: what of it is the value.
      """
      select: String
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
  readonly select?: string;
  readonly batch?: BatchArgument;
  readonly source?: string;
};

/** Undefined, and reported, where the call cannot be made of it. */
export function readGrpc(site: CallSite, args: GrpcArguments): GrpcBinding | undefined {
  const method = findMethod(site, args.method);
  const call = readCall(site, args);
  const request = args.request === undefined ? undefined : site.requestExpression('request', args.request);
  if (method === undefined) return undefined;
  checkStreaming(site, method);
  checkGrpcMessages(site, { method, request, select: args.select, isBatched: args.batch !== undefined });
  return {
    ...call,
    kind: 'grpc',
    methodName: args.method,
    method: toMethodDefinition(method),
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
      'Give the service’s .proto: `proto:` in the config, --proto when publishing.',
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
      `calls "${name}", but there is no service "${service}" in the .proto`,
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

function checkStreaming(site: CallSite, method: ProtoMethod): void {
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
  if (site.kind !== 'subscription' && method.responseStream) {
    site.fault(
      'GRPC_METHOD_MISMATCH',
      `calls "${method.name}", which answers a stream`,
      'Call a unary method, or make the field one of Subscription.',
    );
  }
}
