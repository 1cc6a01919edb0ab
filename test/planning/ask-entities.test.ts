import { describe, expect, it } from 'vitest';
import { planner } from './test-planner.ts';

describe('required fields', () => {
  it('are fetched first, where the entity leads to another of its type too', () => {
    const { steps } = planner({
      a: 'type Query { stock: User } type User @key(fields: "id") { id: ID!  owner: Int }',
      b: 'type User @key(fields: "id") { id: ID!  price: User  owner: Int @external  next: Int @requires(fields: "owner") }',
    });
    expect(steps('{ stock { price { next } } }')).toMatchInlineSnapshot(`
      [
        "a → {stock{__typename id}}",
        "  b stock (User: id) → {_entities{...on User{price{__typename id}}}}",
        "    a stock.price (User: id) → {_entities{...on User{owner}}}",
        "      b stock.price (User: id owner) → {_entities{...on User{next}}}",
      ]
    `);
  });

  it('are told with the arguments they are required with, each to its own', () => {
    const { steps } = planner({
      a: 'type Query { found: Found } union Found = User  type User @key(fields: "id") { id: ID!  items(times: Int = 3): Int }',
      b: `type User @key(fields: "id") { id: ID!  items(times: Int = 3): Int @external
        next: Int @requires(fields: "items")  size: Int @requires(fields: "items(times: 2)") }`,
    });
    expect(steps('{ found { ... on User { size next } } }')).toMatchInlineSnapshot(`
      [
        "a → {found{__typename ...on User{id items(times: 2) items_1:items}}}",
        "  b found (User: id items), found (User: id items=items_1) → {_e0:_entities{...on User{size}} _e1:_entities{...on User{next}}}",
      ]
    `);
  });

  it('may require others in turn', () => {
    const { steps } = planner({
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID!  weight: Int }',
      b: 'type User @key(fields: "id") { id: ID!  weight: Int @external  heavy: Int @requires(fields: "weight") }',
      c: 'type User @key(fields: "id") { id: ID!  heavy: Int @external  price: Int @requires(fields: "heavy") }',
    });
    expect(steps('{ me { price } }')).toMatchInlineSnapshot(`
      [
        "a → {me{__typename id weight}}",
        "  b me (User: id weight) → {_entities{...on User{heavy}}}",
        "    c me (User: id heavy) → {_entities{...on User{price}}}",
      ]
    `);
  });

  it('may lie below another entity', () => {
    const { steps } = planner({
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID!  shop: Shop } type Shop @key(fields: "id") { id: ID! }',
      b: 'type Shop @key(fields: "id") { id: ID!  city: String }',
      c: `type User @key(fields: "id") { id: ID!  shop: Shop @external  fee: Int @requires(fields: "shop { city }") }
        type Shop @key(fields: "id", resolvable: false) { id: ID!  city: String @external }`,
    });
    expect(steps('{ me { fee } }')).toMatchInlineSnapshot(`
      [
        "a → {me{__typename id shop{__typename id}}}",
        "  b me.shop (Shop: id) → {_entities{...on Shop{city}}}",
        "    c me (User: id shop {city}) → {_entities{...on User{fee}}}",
      ]
    `);
  });

  it('come by a key that the subgraphs before know', () => {
    const { steps } = planner({
      a: 'type Query { owner: User } type User @key(fields: "id") { id: ID! }',
      c: `type User @key(fields: "id") @key(fields: "code") { id: ID!  code: ID!  name: ID @external  owner: Int @requires(fields: "name") }`,
      d: 'type User @key(fields: "id") { id: ID!  name: ID }',
    });
    expect(steps('{ owner { owner id } }')).toMatchInlineSnapshot(`
      [
        "a → {owner{__typename id}}",
        "  d owner (User: id) → {_entities{...on User{name}}}",
        "    c owner (User: id name) → {_entities{...on User{owner}}}",
      ]
    `);
  });

  it('are fetched under the condition of what requires them', () => {
    const { steps } = planner({
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID!  weight: Int }',
      b: 'type User @key(fields: "id") { id: ID!  weight: Int @external  age: Int  heavy: Int @requires(fields: "weight") }',
    });
    expect(steps('query ($x: Boolean!) { me { age heavy @include(if: $x) } }')).toMatchInlineSnapshot(`
      [
        "a → query($x:Boolean!){me{__typename id weight @include(if:$x)}}",
        "  b me (User: id) → {_entities{...on User{age}}}",
        "  if $x b me (User: id weight) → {_entities{...on User{heavy}}}",
      ]
    `);
  });
});
