import { buildSchema, parse, Source } from 'graphql';
import type { DefinitionNode } from 'graphql';
import type { SubgraphSchema } from '../../src/model/subgraph.ts';

const FEDERATION = `@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external",
  "@requires", "@provides", "@override", "@inaccessible", "@tag", "@authenticated", "@requiresScopes", "@policy", "@composeDirective", "@interfaceObject"])`;

/** A subgraph as `readSubgraph` gives it, as far as composition looks: its SDL stands in the file `NAME.graphql`. */
export function subgraph(name: string, sdl: string, url?: string): SubgraphSchema {
  const document = parse(new Source(sdl, `${name}.graphql`));
  const link = parse(`extend schema ${FEDERATION}`, { noLocation: true });
  const places = new Map(document.definitions.flatMap((definition) => placesIn(definition, `${name}.graphql`)));
  return {
    name,
    kind: 'graphql',
    url,
    document,
    federationDocument: { ...document, definitions: [...link.definitions, ...document.definitions] },
    schema: buildSchema(sdl.replaceAll(/@\w+(\([^)]*\))?/g, ''), { assumeValid: true, assumeValidSDL: true }),
    fieldBindings: new Map(),
    entityBindings: new Map(),
    maps: new Map(),
    keys: new Map(),
    constraints: new Map(),
    toWireName: (name) => name,
    wireNames: new Map(),
    policyOf: () => ({}),
    ownPolicyOf: () => ({}),
    callGraph: { edges: [], unbatched: [] },
    placeOf: (coordinate) => places.get(coordinate),
  };
}

function placesIn(
  definition: DefinitionNode,
  file: string,
): [string, { file: string; line: number; column: number }][] {
  const at = (node: DefinitionNode | { readonly loc?: DefinitionNode['loc'] }) => ({
    file,
    line: node.loc?.startToken.line ?? 0,
    column: node.loc?.startToken.column ?? 0,
  });
  if (!('name' in definition) || definition.name === undefined) return [];
  const typeName = definition.name.value;
  const fields = 'fields' in definition ? (definition.fields ?? []) : [];
  return [
    [typeName, at(definition)],
    ...fields.map((field): [string, ReturnType<typeof at>] => [`${typeName}.${field.name.value}`, at(field)]),
  ];
}
