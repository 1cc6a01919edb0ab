import type { ConstDirectiveNode } from 'graphql';
import type { SubgraphInput, SubgraphKind, SubgraphSchema } from '../model/subgraph.ts';
import { readCallBindings } from './call-bindings.ts';
import { checkArguments } from './check-arguments.ts';
import { checkKeys } from './check-keys.ts';
import { checkMaps } from './check-maps.ts';
import { checkReachable } from './check-reachable.ts';
import type { DirectiveReading } from './directive-reading.ts';
import { callDirectives } from './directives/built-in.ts';
import { type EntityKey, topLevelNames } from './entity-keys.ts';
import { type Federation, federationDirectives } from './federation.ts';
import type { FitContext } from './fit-type.ts';
import { readMaps, toFieldMaps } from './maps.ts';
import { nameEnumValues } from './protobuf/name-enum-values.ts';
import type { MessageNames } from './protobuf/message-names.ts';
import { type ProtoContracts, readProtos, UNKNOWN_CONTRACTS } from './protos.ts';
import type { Report } from './report.ts';
import { readSources } from './source-settings.ts';
import type { TypeEntry, TypeIndex } from './type-index.ts';
import { enumValuesOf, readWireNames } from './wire-names.ts';

type Reading = {
  readonly input: SubgraphInput;
  readonly index: TypeIndex;
  readonly federation: Federation;
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
  readonly reading: DirectiveReading;
  readonly report: Report;
};

/** What is a bound subgraph's alone. */
type BoundReading = Pick<SubgraphSchema, 'fieldBindings' | 'entityBindings' | 'maps' | 'toWireName' | 'wireNames'>;

/** Reads how the fields are called and what their answers look like. For other kinds such directives are reported. */
export function readBound(kind: SubgraphKind, context: Reading): BoundReading {
  if (kind !== 'bound') {
    refuseBoundDirectives(kind, context);
    const none = new Map<never, never>();
    return { fieldBindings: none, entityBindings: none, maps: none, toWireName: (name) => name, wireNames: none };
  }
  const { input, index, reading, report } = context;
  const sources = readSources(index, reading, input, report);
  const called = calledCoordinates(index, reading);
  const isCalled = (coordinate: string) => called.has(coordinate);
  const maps = readMaps({ index, reading, sources, isCalled, report });
  const protos = readContracts(input, { ...sources, possibleTypes: possibleTypes(index) }, report);
  const wireNames = nameEnumValues(readWireNames(context), index, protos?.enums() ?? []);
  const fit: FitContext = {
    index,
    toWireName: sources.toWireName,
    wireNames,
    mapOf: (coordinate) => maps.get(coordinate),
    fieldsFromAnswer: (entry) => fieldsFromAnswer(entry, isCalled, context),
    fieldsFromEntityCall: (entry) => fieldsWithoutCall(entry, isCalled, context),
    onUnknownValues: (entry, values) => hintUnknownValues(entry, values, report),
  };
  const bindings = readCallBindings({ ...context, sources, wireNames, protos, fit, isCalled }, reading);
  const all = [...bindings.fields.values(), ...bindings.entities.values()];
  checkMaps(maps, { fit, reading, report });
  checkReachable({ ...context, isCalled });
  checkArguments({ index, bindings: all, report });
  checkKeys({ ...context, bindings: all });
  return {
    fieldBindings: bindings.fields,
    entityBindings: bindings.entities,
    maps: toFieldMaps(maps, { index, reading, sources, isCalled }),
    toWireName: sources.toWireName,
    wireNames,
  };
}

function hintUnknownValues({ name, nodes }: TypeEntry, values: readonly string[], report: Report): void {
  report.hint({
    code: 'ENUM_VALUES_UNKNOWN',
    message: `${name} may be ${values.join(', ')} in answers, which the enum does not have: each is an error at its field.`,
    remedy: `Add it, or say what it is called here: \`VALUE @map(from: "${values[0] ?? ''}")\`.`,
    coordinate: name,
    at: nodes[0],
  });
}

/** What a union or an interface of the subgraph may be. */
function possibleTypes({ types }: TypeIndex): ReadonlySet<string> {
  const named = [...types.values()].flatMap(({ name, kind, interfaces, nodes }) => [
    ...(kind === 'object' && interfaces.size > 0 ? [name] : []),
    ...nodes.flatMap((node) => ('types' in node ? (node.types ?? []).map((type) => type.name.value) : [])),
  ]);
  return new Set(named);
}

function readContracts(
  { protos, reflection }: SubgraphInput,
  names: MessageNames,
  report: Report,
): ProtoContracts | undefined {
  if (protos !== undefined) return readProtos(protos, names, report);
  return reflection ? UNKNOWN_CONTRACTS : undefined;
}

/** Every type and field with a call directive, in order or not: a wrong one is reported, not missing as well. */
function calledCoordinates(index: TypeIndex, reading: DirectiveReading): ReadonlySet<string> {
  const isCalled = (directives: readonly ConstDirectiveNode[] | undefined) =>
    [...callDirectives].some((name) => reading.isUsed(directives, name));
  const called = new Set<string>();
  for (const entry of index.types.values()) {
    if (isCalled(entry.directives)) called.add(entry.name);
    for (const [name, field] of entry.fields) {
      if (isCalled(field.directives)) called.add(`${entry.name}.${name}`);
    }
  }
  return called;
}

/** Of an entity that is fetched by its key an answer needs the key alone; of any other type all that has no call. */
function fieldsFromAnswer(
  entry: TypeEntry,
  isCalled: (coordinate: string) => boolean,
  reading: Reading,
): readonly string[] {
  const entityKeys = reading.keys.get(entry.name) ?? [];
  const isFetchedByKey =
    isCalled(entry.name) || (entityKeys.length > 0 && entityKeys.every(({ isResolvable }) => !isResolvable));
  // With several keys an answer may hold any one of them.
  if (isFetchedByKey) return entityKeys.length === 1 ? topLevelNames((entityKeys[0] as EntityKey).selection) : [];
  return fieldsWithoutCall(entry, isCalled, reading);
}

function fieldsWithoutCall(
  entry: TypeEntry,
  isCalled: (coordinate: string) => boolean,
  { federation }: Reading,
): readonly string[] {
  return [...entry.fields]
    .filter(
      ([name, field]) =>
        !isCalled(`${entry.name}.${name}`) &&
        federationDirectives(field.directives, 'external', federation).length === 0,
    )
    .map(([name]) => name);
}

function refuseBoundDirectives(kind: SubgraphKind, { input, index, reading, report }: Reading): void {
  const nodes = [...index.types.values()].flatMap((entry) => [
    ...(entry.directives ?? []),
    ...[...entry.fields.values()].flatMap((field) => [field, ...(field.arguments ?? [])]).flatMap(directivesOf),
    ...[...entry.inputFields.values(), ...enumValuesOf(entry)].flatMap(directivesOf),
  ]);
  const misplaced = [...nodes, ...index.schemaDirectives].filter((node) =>
    [...callDirectives, 'map', 'source'].some((name) => reading.isUsed([node], name)),
  );
  for (const node of misplaced) {
    report.error({
      code: 'BINDING_MISPLACED',
      message: `@${node.name.value} says how a service is called, but "${input.name}" is ${descriptions[kind]}.`,
      remedy:
        kind === 'graphql'
          ? 'Give a field a call (@rest, @grpc, @request …), or take it off.'
          : 'Take it off, or make the field a subgraph of its own.',
      at: node,
    });
  }
}

function directivesOf({ directives }: { readonly directives?: readonly ConstDirectiveNode[] | undefined }) {
  return directives ?? [];
}

const descriptions: Readonly<Record<SubgraphKind, string>> = {
  graphql: 'a GraphQL service: no field has a call',
  bound: 'made of calls',
  resolvers: 'answered by resolvers',
  stitched: 'stitched of GraphQL services',
};
