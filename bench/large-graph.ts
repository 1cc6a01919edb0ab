import type { SubgraphInput } from '../src/model/subgraph.ts';

export type LargeGraphSize = { readonly subgraphs: number; readonly types: number };

/**
 * Subgraphs of a big company: each owns its share of the entity types, adds a field to some of its neighbours' and refers
 * to others, so that operations cross from one to the next.
 */
export function createLargeGraph({ subgraphs, types }: LargeGraphSize): SubgraphInput[] {
  const each = Math.ceil(types / subgraphs);
  return Array.from({ length: subgraphs }, (_, index) => {
    const owned = Array.from({ length: each }, (_unused, offset) => index * each + offset).filter(
      (type) => type < types,
    );
    const first = owned[0] ?? 0;
    const neighbour = (first + each) % types;
    const text = [
      `type Query { item${index}(id: ID!): T${first} items${index}(first: Int = 10): [T${first}!]! }`,
      ...owned.map((type) => ownedType(type, (type + 1) % types, types)),
      `type T${neighbour} @key(fields: "id") { id: ID! seenBy${index}: Int! }`,
    ].join('\n');
    return {
      name: `s${index}`,
      kind: 'graphql',
      schema: [{ name: `s${index}.graphql`, text: withoutTwins(text, owned, neighbour) }],
      url: `http://127.0.0.1:1/s${index}`,
    };
  });
}

function ownedType(type: number, next: number, types: number): string {
  const far = (type * 7 + 13) % types;
  return `type T${type} @key(fields: "id") { id: ID! name${type}: String! size${type}: Float tags${type}: [String!]! next${type}: T${next} far${type}: T${far} }`;
}

/** Types that are referred to but not defined here are stubs: their key and no more. */
function withoutTwins(text: string, owned: readonly number[], neighbour: number): string {
  const defined = new Set([...owned, neighbour]);
  const referred = new Set([...text.matchAll(/: T(\d+)/g)].map(([, type]) => Number(type)));
  const stubs = [...referred].filter((type) => !defined.has(type));
  const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
  return [head, text, ...stubs.map((type) => `type T${type} @key(fields: "id", resolvable: false) { id: ID! }`)].join(
    '\n',
  );
}
