import { expect, it, onTestFinished } from 'vitest';
import { differsByType } from '../../src/planning/differs-by-type.ts';
import { checkOperation, testGraph } from '../execution/test-graph.ts';

it.each([
  ['{ any { ... on A { x(of: 1) } ... on B { x } } }', true],
  ['{ any { ... on A { x: a } ... on B { x: b } } }', true],
  ['{ any { ... on A { peer { x(of: 1) } } ...F } } fragment F on B { peer { x(of: 2) } }', true],
  ['{ any { ... on A { x(of: 1 to: 2) } ... on B { x(to: 2 of: 1) } } }', false],
  ['{ any { ... on A { x(of: 1) } ... on B { peer { x } } } }', false],
])('finds response keys that differ by type: %s %s', (query, differs) => {
  expect(differsByType(checkOperation(query))).toBe(differs);
});

it('keeps a crash of the native planner away from this process', async () => {
  const { planner } = testGraph({
    nodes: {
      sdl: `type Query { any: Any } interface Node { id: ID! peer: Node } union Any = Book | Film
        type Book implements Node @key(fields: "id") { id: ID! peer: Node }
        type Film implements Node @key(fields: "id") { id: ID! peer: Node }`,
    },
    places: {
      sdl: `interface Node { id: ID! place(of: Int): String }
        type Book implements Node @key(fields: "id") { id: ID! place(of: Int): String }
        type Film implements Node @key(fields: "id") { id: ID! place(of: Int): String }`,
    },
  });
  onTestFinished(planner.close);
  const crashing = '{ any { ... on Book { peer { place(of: 1) } place(of: 1) } ... on Film { peer { id place } } } }';
  await expect(planner.plan(checkOperation(crashing))).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
  expect(await planner.plan(checkOperation('{ any { ... on Book { id } } }'))).toMatchObject({
    root: { kind: 'fetch' },
  });
});
