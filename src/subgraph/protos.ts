import protobuf from 'protobufjs';
import { isDescriptorSet } from '../config/descriptor-set-file.ts';
import type { SourceText } from '../model/subgraph.ts';
import type { MessageCodec, ProtoMethod } from './proto-method.ts';
import { readDescriptorSet } from './protobuf/descriptor-set.ts';
import { MessageDecoder } from './protobuf/message-decoder.ts';
import { MessageEncoder } from './protobuf/message-encoder.ts';
import type { MessageNames } from './protobuf/message-names.ts';
import { shapeOfMessage, shapeOfRequest } from './protobuf/message-shape.ts';
import { readProtoTexts } from './protobuf/proto-texts.ts';
import type { Report } from './report.ts';

/** The services that a subgraph's .proto files and descriptor sets describe. */
export type ProtoContracts = {
  /** Full names. */
  readonly services: readonly string[];
  /** A service's methods by name; undefined where there is no such service. */
  readonly methodsOf: (service: string) => ReadonlyMap<string, ProtoMethod> | undefined;
  /** All that its messages may have. */
  readonly enums: () => readonly protobuf.Enum[];
  /** A file could not be read (reported there), or was not given yet: what is not found is not known to be missing. */
  readonly isBroken: boolean;
};

/** Of a service that has not been asked for its contract. */
export const UNKNOWN_CONTRACTS: ProtoContracts = {
  services: [],
  methodsOf: () => undefined,
  enums: () => [],
  isBroken: true,
};

/** Reads .proto files (their texts; they may import each other) and descriptor sets (in base64, each whole by itself). */
export function readProtos(protos: readonly SourceText[], names: MessageNames, report: Report): ProtoContracts {
  const roots = readProtoRoots(protos, report);
  const services = new Map(roots.flatMap((root) => (root === undefined ? [] : [...servicesOf(root)])));
  const codec = createCodec(names);
  return {
    services: [...services.keys()],
    methodsOf: (name) => {
      const service = services.get(name);
      return service === undefined
        ? undefined
        : new Map(service.methodsArray.map((method) => [method.name, toMethod(name, method, codec)]));
    },
    enums: () => roots.flatMap((root) => (root === undefined ? [] : enumsOf(root))),
    isBroken: roots.includes(undefined),
  };
}

/** What the files define, comments and all: one root for each descriptor set, one for all texts. Undefined, and reported, for what can't be read. */
export function readProtoRoots(protos: readonly SourceText[], report: Report): readonly (protobuf.Root | undefined)[] {
  const { sets = [], texts = [] } = Object.groupBy(protos, ({ name }) => (isDescriptorSet(name) ? 'sets' : 'texts'));
  return [...sets.map((set) => readDescriptorSet(set, report)), readProtoTexts(texts, report)];
}

/** All services of a namespace, by full name. */
export function servicesOf(namespace: protobuf.NamespaceBase): ReadonlyMap<string, protobuf.Service> {
  const services = new Map<string, protobuf.Service>();
  for (const nested of namespace.nestedArray) {
    if (nested instanceof protobuf.Service) services.set(nested.fullName.slice(1), nested);
    else if (nested instanceof protobuf.Namespace)
      servicesOf(nested).forEach((service, name) => services.set(name, service));
  }
  return services;
}

function enumsOf(namespace: protobuf.NamespaceBase): readonly protobuf.Enum[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Enum) return [nested];
    return nested instanceof protobuf.Namespace ? enumsOf(nested) : [];
  });
}

function createCodec(names: MessageNames): MessageCodec {
  return {
    decoder: new MessageDecoder(names),
    encoder: new MessageEncoder(),
    shapeOf: (type) => shapeOfMessage(type, names),
    requestShapeOf: shapeOfRequest,
  };
}

function toMethod(service: string, method: protobuf.Method, codec: MessageCodec): ProtoMethod {
  const { resolvedRequestType, resolvedResponseType } = method;
  if (resolvedRequestType === null || resolvedResponseType === null)
    throw new Error(`${service}/${method.name} is not resolved`);
  return {
    name: `${service}/${method.name}`,
    requestType: resolvedRequestType,
    responseType: resolvedResponseType,
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
    codec,
  };
}
