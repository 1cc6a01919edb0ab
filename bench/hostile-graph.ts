import { composeGraph, type LoadedGraph } from '../src/gateway/load-graph.ts';

const TYPES = 60;
const INTERFACES = 40;

const each = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join('\n');

const interfacesOf = (index: number): string =>
  ['Node', ...Array.from({ length: 10 }, (_, offset) => `I${(index + offset) % INTERFACES}`)].join(' & ');

const nodes = `
  type Query {
    me: User
    nodes: [Node!]!
    all: [Anything!]!
    search(text: String, size: Int, sizes: [Int!], filter: Filter): [User!]!
  }
  input Filter { text: String  and: [Filter!] }
  type User @key(fields: "id") { id: ID!  name: String  best: User  friends(first: Int): [User!] }
  interface Node { id: ID!  peer: Node }
  ${each(INTERFACES, (index) => `interface I${index} { id: ID! }`)}
  ${each(TYPES, (index) => `type T${index} implements ${interfacesOf(index)} @key(fields: "id") { id: ID!  peer: Node  name${index}: String }`)}
  union Anything = ${Array.from({ length: TYPES }, (_, index) => `T${index}`).join(' | ')}
`;

const stock = `
  type User @key(fields: "id") { id: ID!  stock: Int }
  interface Node { id: ID!  stock: Int }
  ${each(TYPES, (index) => `type T${index} implements Node @key(fields: "id") { id: ID!  stock: Int }`)}
`;

const scores = 'type User @key(fields: "id") { id: ID!  score: Int }';

/** Three services, an interface and a union of sixty types: what hostile documents have to play with. */
export function composeHostileGraph(): Promise<LoadedGraph> {
  return composeGraph(
    Object.entries({ nodes, stock, scores }).map(([name, text]) => ({
      name,
      kind: 'graphql' as const,
      url: `http://${name}.example/graphql`,
      schema: [{ name: `${name}.graphql`, text }],
    })),
  );
}
