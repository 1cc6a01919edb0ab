import { describe, expect, it } from 'vitest';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { isFragileGraph } from '../../src/planning/is-fragile-graph.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@external", "@interfaceObject"])';

async function fragile(a: string, b: string): Promise<boolean> {
  const graph = await composeGraph(
    Object.entries({ a, b }).map(([name, text]) => ({
      name,
      kind: 'graphql' as const,
      schema: [{ name: `${name}.graphql`, text: `${LINK} ${text}` }],
      url: `http://${name}.example`,
    })),
  );
  return isFragileGraph(graph.supergraph.sdl);
}

const one = 'type Query { user: User } type User @key(fields: "id") { id: ID! name: String }';
const two =
  'type Query { user: User } type User @key(fields: "id") @key(fields: "code") { id: ID! code: ID! name: String }';

describe('a graph', () => {
  it('is fragile where something is required and entities have several keys', async () => {
    const requires =
      'type User @key(fields: "id") { id: ID! name: String @external tag: Int @requires(fields: "name") }';
    expect(await fragile(two, requires)).toBe(true);
    expect(await fragile(one, requires)).toBe(false);
    expect(await fragile(two, 'type User @key(fields: "id") { id: ID! age: Int }')).toBe(false);
  });

  it('is fragile where an interface is an object', async () => {
    const media =
      'type Query { media: Media } interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! }';
    expect(await fragile(media, 'type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }')).toBe(true);
  });
});
