import { describe, expect, it } from 'vitest';
import { planner } from './test-planner.ts';

describe('mutations', () => {
  const { steps } = planner({
    a: 'type Query { a: Int } type Mutation { first: Int  second: User } type User @key(fields: "id") { id: ID! }',
    b: 'type Mutation { third: Int } type User @key(fields: "id") { id: ID!  age: Int }',
  });

  it('end with all their fetches before the next begins', () => {
    expect(steps('mutation { second { age } first third }')).toMatchInlineSnapshot(`
      [
        "a → mutation{second{__typename id}}",
        "  b second (User: id) → {_entities{...on User{age}}}",
        "    a → mutation{first}",
        "      b → mutation{third}",
      ]
    `);
  });

  it('have their place in the order by what is included', () => {
    expect(steps('mutation ($x: Boolean!) { first @include(if: $x) third first }')).toMatchInlineSnapshot(`
      [
        "if $x a → mutation{first}",
        "if $x   b → mutation{third}",
        "unless $x b → mutation{third}",
        "unless $x   a → mutation{first}",
      ]
    `);
  });
});

describe('shared root fields', () => {
  it('are asked where something is asked already', () => {
    const { steps } = planner({
      a: 'type Query { name: Int  shared: Int @shareable }',
      b: 'type Query { size: Int  shared: Int @shareable }',
    });
    expect(steps('{ shared size }')).toMatchInlineSnapshot(`
      [
        "b → {size shared}",
      ]
    `);
  });
});
