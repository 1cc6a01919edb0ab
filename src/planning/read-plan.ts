import type {
  FlattenNodePathSegment,
  FetchRewrite,
  PlanNode as NativeNode,
  FetchNode as NativeFetch,
  BatchFetchNode,
  EntityBatchAlias,
  FetchNodePathSegment,
  RequiresSelection as NativeRequires,
} from '@graphql-hive/router-query-planner';
import { OperationTypeNode } from 'graphql';
import type {
  EntityTarget,
  FetchNode,
  PathSegment,
  PlanNode,
  RequiresSelection,
  Rewrite,
  RewriteSegment,
} from '../model/plan.ts';
import { completeRequires, type MentionedTypes } from './complete-requires.ts';
import type { SupergraphFacts } from './read-supergraph-facts.ts';

/** How the names of the native planner's answer are read. */
export type PlanNames = {
  readonly keysOf: SupergraphFacts['keysOf'];
  readonly toSubgraphName: (name: string) => string;
  readonly mentionedTypes: MentionedTypes;
};

/** The native planner's answer in our plan types. Throws for what it should never answer. */
export function readPlan(node: NativeNode, names: PlanNames): PlanNode | null {
  return readNode(node, { names, path: [] });
}

type Reading = { readonly names: PlanNames; readonly path: readonly PathSegment[] };

function readNode(node: NativeNode, reading: Reading): PlanNode | null {
  switch (node.kind) {
    case 'Sequence':
      return readSequence(node.nodes, reading);
    case 'Parallel':
      return group('parallel', readNodes(node.nodes, reading));
    case 'Flatten':
      return readNode(node.node, { ...reading, path: [...reading.path, ...node.path.map(readPathSegment)] });
    case 'Condition':
      return readCondition(node, reading);
    case 'Fetch':
      return node.requires === undefined
        ? readFetch(node, reading.names)
        : readEntityFetch(node, node.requires, reading);
    case 'BatchFetch':
      return readBatchFetch(node, reading.names);
    case 'Subscription':
      return { kind: 'subscription', primary: readFetch(node.primary, reading.names), rest: null };
    case 'Defer':
      throw new Error('the planner answered a Defer node');
  }
}

const readNodes = (nodes: readonly NativeNode[], reading: Reading) =>
  nodes.map((node) => readNode(node, reading)).filter((node) => node !== null);

function group(kind: 'sequence' | 'parallel', nodes: readonly PlanNode[]): PlanNode | null {
  return nodes.length > 1 ? { kind, nodes } : (nodes[0] ?? null);
}

/** A subscription's further steps run for each event, so they stand inside it. */
function readSequence(natives: readonly NativeNode[], reading: Reading): PlanNode | null {
  const [first, ...rest] = readNodes(natives, reading);
  if (first === undefined) return null;
  if (first.kind === 'subscription') return { ...first, rest: group('sequence', rest) };
  return group('sequence', [first, ...rest]);
}

function readCondition(node: Extract<NativeNode, { kind: 'Condition' }>, reading: Reading): PlanNode {
  // The native planner writes null where its types say undefined.
  const read = (clause: NativeNode | null | undefined) => (clause ? readNode(clause, reading) : null);
  return { kind: 'condition', variable: node.condition, ifTrue: read(node.ifClause), ifFalse: read(node.elseClause) };
}

function readFetchBase(node: NativeFetch | BatchFetchNode, { toSubgraphName }: PlanNames) {
  return {
    subgraph: toSubgraphName(node.serviceName),
    operationKind:
      OperationTypeNode[(node.operationKind?.toUpperCase() ?? 'QUERY') as 'QUERY' | 'MUTATION' | 'SUBSCRIPTION'],
    operation: node.operation,
    operationName: node.operationName ?? undefined,
    variables: node.variableUsages ?? [],
  };
}

function readFetch(node: NativeFetch, names: PlanNames): FetchNode {
  return { kind: 'fetch', ...readFetchBase(node, names), outputRewrites: readRewrites(node.outputRewrites) };
}

function readEntityFetch(node: NativeFetch, requires: readonly NativeRequires[], { names, path }: Reading): PlanNode {
  const target: EntityTarget = {
    responseKey: '_entities',
    representationsVariable: 'representations',
    paths: [path],
    ...readRepresentation({ ...node, requires: [...requires] }, node.serviceName, names),
    outputRewrites: readRewrites(node.outputRewrites),
  };
  return { kind: 'entity-fetch', ...readFetchBase(node, names), outputRewrites: [], entities: [target] };
}

function readBatchFetch(node: BatchFetchNode, names: PlanNames): PlanNode {
  const entities = node.entityBatch.aliases.map((alias): EntityTarget => ({
    responseKey: alias.alias,
    representationsVariable: alias.representationsVariableName,
    paths: alias.paths.map((path) => path.map(readPathSegment)),
    ...readRepresentation(alias, node.serviceName, names),
    outputRewrites: readRewrites(alias.outputRewrites),
  }));
  return { kind: 'entity-fetch', ...readFetchBase(node, names), outputRewrites: [], entities };
}

function readRepresentation(
  { requires, inputRewrites }: Pick<EntityBatchAlias, 'requires' | 'inputRewrites'>,
  serviceName: string,
  { keysOf, toSubgraphName, mentionedTypes }: PlanNames,
): Pick<EntityTarget, 'requires' | 'inputRewrites'> {
  const rewrites = readRewrites(inputRewrites);
  const read = readRequires(requires, toSubgraphName(serviceName), keysOf);
  return { requires: completeRequires(read, rewrites, mentionedTypes), inputRewrites: rewrites };
}

function readPathSegment(segment: FlattenNodePathSegment): PathSegment {
  if (segment === '@') return { kind: 'list' };
  return 'Field' in segment ? { kind: 'field', name: segment.Field } : { kind: 'type', names: segment.TypeCondition };
}

function readRequires(
  selections: readonly NativeRequires[],
  subgraph: string,
  keysOf: PlanNames['keysOf'],
): readonly RequiresSelection[] {
  return selections.map((selection): RequiresSelection => {
    switch (selection.kind) {
      case 'Field':
        // The native planner's `alias` is the name in the representation, its `name` the key in the merged data.
        return {
          kind: 'field',
          name: selection.alias ?? selection.name,
          responseKey: selection.name,
          selections: readRequires(selection.selections ?? [], subgraph, keysOf),
        };
      case 'InlineFragment': {
        const inner = readRequires(selection.selections, subgraph, keysOf);
        return {
          kind: 'fragment',
          typeCondition: selection.typeCondition,
          selections: inner,
          keys: selectedKeys(keysOf(selection.typeCondition, subgraph), inner),
          skipIf: selection.skipIf ?? undefined,
          includeIf: selection.includeIf ?? undefined,
        };
      }
      case 'FragmentSpread':
        throw new Error('the planner answered a fragment spread in a representation');
    }
  });
}

/** The keys, of those the type has there, whose fields are all selected; in data's response keys. */
function selectedKeys(
  keys: readonly (readonly string[])[],
  selections: readonly RequiresSelection[],
): readonly (readonly string[])[] {
  const responseKeys = new Map(
    selections.flatMap((selection) => (selection.kind === 'field' ? [[selection.name, selection.responseKey]] : [])),
  );
  return keys
    .map((key) => key.map((field) => responseKeys.get(field)))
    .filter((key): key is string[] => key.every((field) => field !== undefined));
}

function readRewrites(rewrites: readonly FetchRewrite[] | null | undefined): readonly Rewrite[] {
  return (rewrites ?? []).map((rewrite): Rewrite => {
    if ('KeyRenamer' in rewrite) {
      return {
        kind: 'rename',
        path: rewrite.KeyRenamer.path.map(readRewriteSegment),
        to: rewrite.KeyRenamer.renameKeyTo,
      };
    }
    const setter = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite;
    return { kind: 'set', path: setter.path.map(readRewriteSegment), value: setter.setValueTo };
  });
}

function readRewriteSegment(segment: FetchNodePathSegment): RewriteSegment {
  return 'Key' in segment ? { kind: 'key', name: segment.Key } : { kind: 'type', names: segment.TypenameEquals };
}
