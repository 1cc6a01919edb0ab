import { Kind } from 'graphql';
import type { ConstArgumentNode, ConstDirectiveNode, DocumentNode, FieldDefinitionNode } from 'graphql';

/** The supergraph's own names for its subgraphs (`join__Graph`), by the subgraphs' names. */
export function readGraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const graphs = supergraph.definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return new Map();
  return new Map(
    (graphs.values ?? []).flatMap((value) =>
      (value.directives ?? []).flatMap(({ arguments: given }) =>
        (given ?? []).flatMap((argument): [string, string][] =>
          argument.name.value === 'name' && argument.value.kind === Kind.STRING
            ? [[argument.value.value, value.name.value]]
            : [],
        ),
      ),
    ),
  );
}

/** The `@join__field` of a subgraph on a supergraph's field. */
export function joinFieldOf(field: FieldDefinitionNode, graph: string): ConstDirectiveNode | undefined {
  return field.directives?.find(
    (directive) =>
      directive.name.value === 'join__field' &&
      directive.arguments?.some(
        ({ name, value }) => name.value === 'graph' && value.kind === Kind.ENUM && value.value === graph,
      ),
  );
}

/** A field whose `@join__field` of a subgraph has further arguments; it is added where there was none. */
export function withJoinField(
  field: FieldDefinitionNode,
  graph: string,
  added: readonly ConstArgumentNode[],
): FieldDefinitionNode {
  const existing = joinFieldOf(field, graph);
  const names = new Set(added.map(({ name }) => name.value));
  const kept = existing?.arguments?.filter(({ name }) => !names.has(name.value)) ?? [
    argument('graph', { kind: Kind.ENUM, value: graph }),
  ];
  const directive: ConstDirectiveNode = {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__field' },
    arguments: [...kept, ...added],
  };
  const directives = field.directives ?? [];
  return {
    ...field,
    directives:
      existing === undefined
        ? [...directives, directive]
        : directives.map((each) => (each === existing ? directive : each)),
  };
}

export function argument(name: string, value: ConstArgumentNode['value']): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value };
}
