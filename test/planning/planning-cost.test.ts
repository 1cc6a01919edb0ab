import { describe, expect, it } from 'vitest';
import { composeGraph } from '../../src/gateway/load-graph.ts';
import { estimatePlanning } from '../../src/planning/planning-cost.ts';
import { readSupergraphFacts } from '../../src/planning/read-supergraph-facts.ts';
import { checkOperation } from '../execution/test-graph.ts';

const shapes = `
  type Query { shape: Shape  shapes: [Shape!]  local: Local  any: Any  circle: Circle  fixed: Fixed }
  interface Shape { id: ID!  near: Shape }
  interface Local { id: ID!  other: Local }
  interface Fixed { size: Int }
  union Any = Circle | Square | Line | Point
  type Circle implements Shape & Local @key(fields: "id") { id: ID!  near: Shape  other: Local  radius: Int }
  type Square implements Shape & Local @key(fields: "id") { id: ID!  near: Shape  other: Local }
  type Line implements Shape @key(fields: "id") { id: ID!  near: Shape }
  type Point implements Fixed @key(fields: "id") { id: ID!  size: Int @external  area: Int @requires(fields: "size") }`;

const colours = `
  interface Shape { id: ID!  colour: Int }
  type Circle implements Shape @key(fields: "id") { id: ID!  colour: Int }
  type Square implements Shape @key(fields: "id") { id: ID!  colour: Int }
  type Line implements Shape @key(fields: "id") { id: ID!  colour: Int }
  type Point @key(fields: "id") { id: ID!  size: Int }`;

const { supergraph } = await composeGraph(
  Object.entries({ shapes, colours }).map(([name, text]) => ({
    name,
    kind: 'graphql' as const,
    url: `http://${name}.example/graphql`,
    schema: [{ name: `${name}.graphql`, text }],
  })),
);
const facts = readSupergraphFacts(supergraph.sdl);
const estimate = (query: string) => estimatePlanning(checkOperation(query), facts);

describe('the estimate of what planning costs', () => {
  it.each([
    ['selections of objects once', '{ circle { id radius } }', 3],
    ['an interface of two subgraphs by its types', '{ shape { id } }', 1 + 3],
    ['levels of it by each other', '{ shape { near { near { id } } } }', 1 + 3 * (1 + 3 * (1 + 3))],
    ['an interface that one subgraph has whole once', '{ local { other { other { id } } } }', 4],
    ['an interface whose fields another subgraph resolves by its types', '{ fixed { size } }', 1 + 1],
    ['types that are named once', '{ shape { ... on Circle { near { id } } } }', 1 + 1 + (1 + 3)],
    ["a union's __typename by its types", '{ any { __typename } }', 1 + 4],
    [
      'an interface where one type stands as that type',
      '{ circle { ... on Shape { id near { id } } } }',
      1 + 1 + 1 + 1 + 3,
    ],
    [
      'an interface in the place of a union by the types',
      '{ any { ... on Local { id other { id } } } }',
      1 + 1 + 4 * (1 + 2),
    ],
    ['fragments each time', '{ a: shape { ...F } b: shape { ...F } } fragment F on Shape { id }', 2 * (1 + 1 + 3)],
  ])('counts %s', (_, query, cost) => {
    expect(estimate(query)).toBe(cost);
  });

  it('works on fragments that double without bounds, each once', () => {
    const levels = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Circle { ...F${i + 1} ...F${i + 1} }`);
    const query = `{ circle { ...F0 } } ${levels.join(' ')} fragment F40 on Circle { id }`;
    expect(estimate(query)).toBeGreaterThan(2 ** 40);
  });
});
