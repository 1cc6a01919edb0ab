import { Kind, print, visit } from 'graphql';
import type { ConstDirectiveNode, DocumentNode, FieldNode, SelectionNode, SelectionSetNode } from 'graphql';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import { runtimeTypes, stringArgument } from '../federated-subgraph.ts';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { parseFieldSet } from '../field-set.ts';
import { argument, joinFieldOf, readGraphNames, withJoinField } from '../join-fields.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 cannot follow a `@requires` through an object field of an interface to
 * fragments below it, and reports that it can't be satisfied. Said again with a fragment for each type of the interface,
 * which means the same, it composes if it can be satisfied. The supergraph keeps the team's own words.
 */
export const requiresOnInterfaces: Correction = {
  rephrase(problems, { subgraphs }) {
    const isSuspect = problems.some(
      ({ code, message }) => code === 'SATISFIABILITY_ERROR' && message.includes('cannot satisfy @require'),
    );
    if (!isSuspect) return undefined;
    const rephrased = subgraphs.map(withConcreteRequires);
    return rephrased.some((schema, index) => schema !== subgraphs[index]?.schema) ? { schemas: rephrased } : undefined;
  },
  finish: (supergraph, { subgraphs }) => subgraphs.reduce(withOwnWords, supergraph),
};

function withConcreteRequires(subgraph: FederatedSubgraph): SubgraphSchema {
  const { schema } = subgraph;
  const rewritten = [...requirements(subgraph)].filter(({ own, concrete }) => own !== concrete);
  if (rewritten.length === 0) return schema;
  const federationDocument = visit(schema.federationDocument, {
    Directive(node) {
      const found = rewritten.find(({ directive }) => directive === node);
      if (found === undefined) return undefined;
      return { ...node, arguments: [argument('fields', { kind: Kind.STRING, value: found.concrete })] };
    },
  });
  return { ...schema, federationDocument };
}

function withOwnWords(supergraph: DocumentNode, subgraph: FederatedSubgraph): DocumentNode {
  const graph = readGraphNames(supergraph).get(subgraph.name) ?? '';
  const rewritten = new Map(
    [...requirements(subgraph)].filter(({ own, concrete }) => own !== concrete).map((each) => [each.coordinate, each]),
  );
  if (rewritten.size === 0) return supergraph;
  return visit(supergraph, {
    ObjectTypeDefinition(type) {
      const fields = type.fields?.map((field) => {
        const requirement = rewritten.get(`${type.name.value}.${field.name.value}`);
        if (requirement === undefined || joinFieldOf(field, graph) === undefined) return field;
        return withJoinField(field, graph, [argument('requires', { kind: Kind.STRING, value: requirement.own })]);
      });
      return { ...type, fields };
    },
  });
}

type Requirement = {
  readonly coordinate: string;
  readonly directive: ConstDirectiveNode;
  readonly own: string;
  readonly concrete: string;
};

function* requirements(subgraph: FederatedSubgraph): Generator<Requirement> {
  for (const type of subgraph.types.values()) {
    for (const field of type.fields.values()) {
      const [directive] = subgraph.directives(field, 'requires');
      const [fragment] = parseFieldSet(type.name, stringArgument(directive, 'fields') ?? '')?.definitions ?? [];
      if (directive === undefined || fragment?.kind !== Kind.FRAGMENT_DEFINITION) continue;
      const { selectionSet } = fragment;
      const coordinate = `${type.name}.${field.name.value}`;
      const concrete = toConcrete(selectionSet, type.name, subgraph);
      yield { coordinate, directive, own: toText(selectionSet), concrete: toText(concrete) };
    }
  }
}

const toText = ({ selections }: SelectionSetNode): string =>
  selections.map((selection) => print(selection).replaceAll(/\s+/g, ' ')).join(' ');

/** The same selection with object fields and fragments of abstract types said for each object type. */
function toConcrete(selectionSet: SelectionSetNode, typeName: string, subgraph: FederatedSubgraph): SelectionSetNode {
  const kind = subgraph.types.get(typeName)?.kind;
  if (kind !== 'interface' && kind !== 'union')
    return { ...selectionSet, selections: [...selectionsFor(typeName, selectionSet, subgraph)] };
  const isLeaf = (selection: SelectionNode): boolean =>
    selection.kind === Kind.FIELD && selection.selectionSet === undefined;
  const others = { ...selectionSet, selections: selectionSet.selections.filter((selection) => !isLeaf(selection)) };
  const fragments = [...runtimeTypes(subgraph, typeName)].flatMap((name) => fragmentOn(name, others, subgraph));
  return { ...selectionSet, selections: [...selectionSet.selections.filter(isLeaf), ...fragments] };
}

function fragmentOn(
  name: string,
  selectionSet: SelectionSetNode,
  subgraph: FederatedSubgraph,
): readonly SelectionNode[] {
  const selections = [...selectionsFor(name, selectionSet, subgraph)];
  if (selections.length === 0) return [];
  const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } } as const;
  return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
}

function* selectionsFor(
  name: string,
  { selections }: SelectionSetNode,
  subgraph: FederatedSubgraph,
): Generator<SelectionNode> {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? name;
      if (runtimeTypes(subgraph, condition).has(name)) yield* selectionsFor(name, selection.selectionSet, subgraph);
    } else {
      yield selection.kind === Kind.FIELD ? toConcreteField(selection, name, subgraph) : selection;
    }
  }
}

function toConcreteField(node: FieldNode, typeName: string, subgraph: FederatedSubgraph): FieldNode {
  const field = subgraph.types.get(typeName)?.fields.get(node.name.value);
  if (node.selectionSet === undefined || field === undefined) return node;
  return { ...node, selectionSet: toConcrete(node.selectionSet, namedTypeOf(field.type).name.value, subgraph) };
}
