import { expect, it } from 'vitest';
import { planner } from './test-planner.ts';

const { steps } = planner({
  a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
  b: 'type User @key(fields: "id") { id: ID!  weight: Int }',
  c: `type User @key(fields: "id") { id: ID!  weight: Int @external  heavy: Int @requires(fields: "weight")  age: Int  best: Shop }
    type Shop @key(fields: "id") { id: ID! }`,
  d: 'type Shop @key(fields: "id") { id: ID!  city: String }',
});

it('asks a subgraph once for what can wait', () => {
  expect(steps('{ me { age heavy } }')).toMatchInlineSnapshot(`
    [
      "a → {me{__typename id}}",
      "  b me (User: id) → {_entities{...on User{weight}}}",
      "    c me (User: id weight) → {_entities{...on User{heavy age}}}",
    ]
  `);
});

it('asks at once for what others wait for', () => {
  expect(steps('{ me { best { city } heavy } }')).toMatchInlineSnapshot(`
    [
      "a → {me{__typename id}}",
      "  c me (User: id) → {_entities{...on User{best{__typename id}}}}",
      "    d me.best (Shop: id) → {_entities{...on Shop{city}}}",
      "  b me (User: id) → {_entities{...on User{weight}}}",
      "    c me (User: id weight) → {_entities{...on User{heavy}}}",
    ]
  `);
});
