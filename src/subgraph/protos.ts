import protobuf from 'protobufjs';
import http from 'protobufjs/google/api/http.json' with { type: 'json' };
import descriptor from 'protobufjs/google/protobuf/descriptor.json' with { type: 'json' };
import type { Place } from '../errors/problem.ts';
import type { SourceText } from '../model/subgraph.ts';
import type { MessageCodec, ProtoMethod } from './proto-method.ts';
import { MessageDecoder } from './protobuf/message-decoder.ts';
import { MessageEncoder } from './protobuf/message-encoder.ts';
import type { MessageNames } from './protobuf/message-names.ts';
import { shapeOfMessage } from './protobuf/message-shape.ts';
import type { Report } from './report.ts';

/** The services that a subgraph's .proto files describe. */
export type ProtoContracts = {
  /** Full names. */
  readonly services: readonly string[];
  /** A service's methods by name; undefined where there is no such service. */
  readonly methodsOf: (service: string) => ReadonlyMap<string, ProtoMethod> | undefined;
  /** A file could not be read (reported there): what is not found is not known to be missing. */
  readonly isBroken: boolean;
};

type Definitions = { readonly nested?: Record<string, protobuf.AnyNestedObject> };

// What .proto files import without bringing it along, with what it imports in turn. The library's `common` has more.
const bundled: Readonly<Record<string, readonly Definitions[]>> = {
  'google/api/annotations.proto': [http, descriptor],
  'google/api/http.proto': [http],
  'google/protobuf/descriptor.proto': [descriptor],
};

/**
 * Reads .proto files from their texts. Imports are found among the texts and Google's well-known files; nothing is read
 * from disk.
 */
export function readProtos(protos: readonly SourceText[], names: MessageNames, report: Report): ProtoContracts {
  const root = new protobuf.Root();
  const readings = protos.map((proto) => readProto(proto, root, report));
  const imports = readings.flatMap((found) => found ?? []);
  const loaded = new Set<object>();
  const missing = imports.filter(({ name }) => !resolveImport(name, protos, root, loaded));
  for (const { name, place } of missing) {
    report.error({
      code: 'PROTO_INVALID',
      message: `The import "${name}" is not among the subgraph's .proto files.`,
      remedy: 'Give that file too: `proto:` takes a list of paths, --proto may be repeated.',
      at: place,
    });
  }
  const isReadable = !readings.includes(undefined) && missing.length === 0;
  const isResolved = isReadable && resolveTypes(root, protos, report);
  const services = isResolved ? servicesOf(root) : new Map<string, protobuf.Service>();
  const codec = createCodec(names);
  return {
    services: [...services.keys()],
    methodsOf: (name) => {
      const service = services.get(name);
      return service === undefined
        ? undefined
        : new Map(service.methodsArray.map((method) => [method.name, toMethod(name, method, codec)]));
    },
    isBroken: !isResolved,
  };
}

type Import = { readonly name: string; readonly place: Place };

function readProto(proto: SourceText, root: protobuf.Root, report: Report): readonly Import[] | undefined {
  try {
    const { imports = [], weakImports = [] } = protobuf.parse(proto.text, root, { keepCase: true });
    return [...imports, ...weakImports].map((name) => ({ name, place: placeOf(proto, name) }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, what = message, line] = /^(.*?)\s*\((?:.*, )?line (\d+)\)$/.exec(message) ?? [];
    report.error({
      code: 'PROTO_INVALID',
      message: `The .proto cannot be read: ${what}.`,
      remedy: 'Correct it at this place; protoc says the same.',
      at: line === undefined ? { file: proto.name, line: 1, column: 1 } : placeInLine(proto, Number(line), what),
    });
    return undefined;
  }
}

/** Whether the import is there; Google's own files are added to the root when they are asked for. */
function resolveImport(name: string, protos: readonly SourceText[], root: protobuf.Root, loaded: Set<object>): boolean {
  if (protos.some((proto) => isNamed(proto, name))) return true;
  const common = protobuf.common.get(name) as Definitions | null;
  const wellKnown = common === null ? (Object.hasOwn(bundled, name) ? bundled[name] : undefined) : [common];
  for (const definitions of wellKnown ?? []) {
    if (!loaded.has(definitions)) addDefinitions(root, definitions);
    loaded.add(definitions);
  }
  return wellKnown !== undefined;
}

function addDefinitions(root: protobuf.Root, { nested = {} }: Definitions): void {
  try {
    root.addJSON(nested);
  } catch (error) {
    // The subgraph brings some of these types along in a file of another name: then its own are meant.
    if (!(error instanceof Error && error.message.startsWith('duplicate name'))) throw error;
  }
}

/** A file is given by its import name, or by a path that ends with it. */
function isNamed(proto: SourceText, name: string): boolean {
  return proto.name === name || proto.name.replaceAll('\\', '/').endsWith(`/${name}`);
}

function resolveTypes(root: protobuf.Root, protos: readonly SourceText[], report: Report): boolean {
  try {
    root.resolveAll();
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, name] = /(?:'|: )([\w.]+)'?/.exec(message) ?? [];
    const proto = protos.find(({ text }) => name !== undefined && text.includes(name));
    report.error({
      code: 'PROTO_INVALID',
      message: `The .proto cannot be read: ${message}.`,
      remedy: 'Define the type, or import the file that does.',
      at: proto === undefined || name === undefined ? undefined : placeOf(proto, name),
    });
    return false;
  }
}

function servicesOf(namespace: protobuf.NamespaceBase): ReadonlyMap<string, protobuf.Service> {
  const services = new Map<string, protobuf.Service>();
  for (const nested of namespace.nestedArray) {
    if (nested instanceof protobuf.Service) services.set(nested.fullName.slice(1), nested);
    else if (nested instanceof protobuf.Namespace)
      servicesOf(nested).forEach((service, name) => services.set(name, service));
  }
  return services;
}

function createCodec(names: MessageNames): MessageCodec {
  return {
    decoder: new MessageDecoder(names),
    encoder: new MessageEncoder(),
    shapeOf: (type) => shapeOfMessage(type, names),
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

function placeOf({ name: file, text }: SourceText, word: string): Place {
  const before = text.slice(0, Math.max(text.indexOf(word), 0)).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function placeInLine({ name: file, text }: SourceText, line: number, what: string): Place {
  const [, token] = /'(.+)'/.exec(what) ?? [];
  const column = token === undefined ? -1 : (text.split('\n')[line - 1]?.indexOf(token) ?? -1);
  return { file, line, column: Math.max(column, 0) + 1 };
}
