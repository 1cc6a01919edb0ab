import {
  Kind,
  parse,
  print,
  visit,
  type ArgumentNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
} from 'graphql';

/** A supergraph for the native planner alone, and the names its subgraphs really have. */
export type RankedSupergraph = { readonly sdl: string; readonly toSubgraphName: (rankedName: string) => string };

/**
 * The native planner looks at subgraphs in the order of their names, and finds no way from an interface object to the
 * types behind it if the subgraph that has the interface object comes first. So those subgraphs get names that come last.
 */
export function rankSubgraphs(sdl: string): RankedSupergraph {
  const document = parse(sdl, { noLocation: true });
  const last = graphsWithInterfaceObjects(document);
  if (last.size === 0) return { sdl, toSubgraphName: (name) => name };
  const ranks = new Map<string, string>();
  visit(document, {
    EnumValueDefinition({ name, directives }) {
      const subgraph = readText(directives?.find(isNamed('join__graph')), 'name');
      if (subgraph !== undefined) ranks.set(subgraph, `${last.has(name.value) ? 1 : 0}:${subgraph}`);
    },
  });
  const ranked = visit(document, {
    Directive(directive) {
      const argument = RANKED_ARGUMENTS.get(directive.name.value);
      return argument === undefined ? undefined : withText(directive, argument, ranks);
    },
  });
  const names = new Map(Array.from(ranks, ([name, rank]) => [rank, name]));
  return { sdl: print(ranked), toSubgraphName: (name) => names.get(name) ?? name };
}

/** Where supergraphs name subgraphs by their own names. */
const RANKED_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['join__graph', 'name'],
  ['join__field', 'override'],
]);

const isNamed = (name: string) => (directive: ConstDirectiveNode) => directive.name.value === name;

function graphsWithInterfaceObjects(document: DocumentNode): ReadonlySet<string> {
  const graphs = new Set<string>();
  visit(document, {
    InterfaceTypeDefinition({ directives }) {
      for (const directive of directives?.filter(isNamed('join__type')) ?? []) {
        const graph = readText(directive, 'graph');
        const flag = directive.arguments?.find((argument) => argument.name.value === 'isInterfaceObject')?.value;
        if (graph !== undefined && flag?.kind === Kind.BOOLEAN && flag.value) graphs.add(graph);
      }
    },
  });
  return graphs;
}

function readText(directive: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = directive?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

function withText(directive: DirectiveNode, name: string, texts: ReadonlyMap<string, string>): DirectiveNode {
  const args = (directive.arguments ?? []).map((argument): ArgumentNode => {
    if (argument.name.value !== name || argument.value.kind !== Kind.STRING) return argument;
    const { value } = argument.value;
    return { ...argument, value: { kind: Kind.STRING, value: texts.get(value) ?? value } };
  });
  return { ...directive, arguments: args };
}
