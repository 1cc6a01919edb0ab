import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readStitching } from '../../../src/subgraph/directives/stitching.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';

function problemsOf(sdl: string, kind: 'stitched' | 'graphql' = 'stitched'): string[] {
  const { problems } = readSubgraph({ name: 'orders', kind, schema: [{ name: 'orders.graphql', text: sdl }] });
  return problems.map(({ message, places }) => `${places[0]?.line}:${places[0]?.column} ${message}`);
}

describe('stitching directives', () => {
  it('are read without definitions', () => {
    const sdl = /* GraphQL */ `
      type Query {
        order(id: ID!): Order @delegate(to: "ordersByIds(ids: [$id])")
        ordersByIds(ids: [ID!]!): [Order]! @merge(keyField: "id")
      }
      type Order @key(fields: "id") {
        id: ID!
        maker: Maker @computed(selectionSet: "{ id: makerId }")
      }
      type Maker @key(fields: "id", resolvable: false) {
        id: ID!
      }
    `;
    expect(problemsOf(sdl)).toEqual([]);
  });

  it('are refused, all at once, where their texts can not be used', () => {
    const sdl = [
      'type Query {',
      '  a: Order @delegate(to: "orders(")',
      '  b: Order @delegate(to: "orders one two")',
      '  c: Order @delegate(to: "orders { id }")',
      '  d: Order @delegate(to: "orders") @merge(keyField: "id")',
      '}',
      'type Order {',
      '  e: ID @computed(selectionSet: "{ ...F }")',
      '  f: ID @computed(selectionSet: "{ g(x: 1) }")',
      '  h: ID @merge(keyField: "id")',
      '}',
      'type Subscription { i: Order }',
    ].join('\n');
    expect(problemsOf(sdl)).toMatchInlineSnapshot(`
      [
        "2:12 @delegate on Query.a: Syntax Error: Expected Name, found "}".",
        "3:12 @delegate on Query.b: "orders one two" is not one query with its arguments, such as "ordersByUser(userId: $id)".",
        "4:12 @delegate on Query.c: "orders { id }" is not one query with its arguments, such as "ordersByUser(userId: $id)".",
        "5:36 @merge on Query.d: stands beside another one of @merge, @computed and @delegate.",
        "8:9 @computed on Order.e: "{ ...F }" holds more than fields.",
        "9:9 @computed on Order.f: "{ g(x: 1) }" has arguments; fields alone can be taken.",
        "10:9 @merge on Order.h: belongs on fields of Query: it marks how a service is asked.",
      ]
    `);
  });

  it('are told with what to do instead', () => {
    const { faults } = readStitching(
      parse('type Query { a: ID @delegate(to: "b { c }") @merge d: ID @merge @computed(selectionSet: "{ d }") }'),
    );
    expect(faults.map(({ remedy }) => remedy)).toEqual([
      expect.stringContaining('Name one query of a service'),
      'Keep one of them.',
    ]);
  });

  it('belong to stitched subgraphs alone', () => {
    expect(problemsOf('type Query { a: ID @delegate(to: "b") }', 'graphql')).toEqual([
      expect.stringContaining('@delegate'),
    ]);
  });
});
