import { describe, expect, it } from 'vitest';
import { planner } from './test-planner.ts';

describe('entities', () => {
  it('are asked where a field is that the subgraph at hand does not have', () => {
    const { steps } = planner({
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID!  name: String }',
      b: 'type User @key(fields: "id") { id: ID!  age: Int }',
    });
    expect(steps('{ me { name age } }')).toMatchInlineSnapshot(`
      [
        "a → {me{__typename name id}}",
        "  b me (User: id) → {_entities{...on User{age}}}",
      ]
    `);
  });

  it('are reached over a third subgraph where no key is shared', () => {
    const { steps } = planner({
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
      b: 'type User @key(fields: "id") @key(fields: "code") { id: ID!  code: ID! }',
      c: 'type User @key(fields: "code") { code: ID!  age: Int }',
    });
    expect(steps('{ me { age } }')).toMatchInlineSnapshot(`
      [
        "a → {me{__typename id}}",
        "  b me (User: id) → {_entities{...on User{code}}}",
        "    c me (User: code) → {_entities{...on User{age}}}",
      ]
    `);
  });

  it('have keys whose parts come from different subgraphs', () => {
    const { steps } = planner({
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
      b: 'type User @key(fields: "id") { id: ID!  region: String @shareable }',
      c: 'type User @key(fields: "id") { id: ID!  code: String @shareable }',
      d: 'type User @key(fields: "region code") { region: String @shareable  code: String @shareable  age: Int }',
    });
    expect(steps('{ me { age } }')).toMatchInlineSnapshot(`
      [
        "a → {me{__typename id}}",
        "  b me (User: id) → {_entities{...on User{region}}}",
        "  c me (User: id) → {_entities{...on User{code}}}",
        "    d me (User: region code) → {_entities{...on User{age}}}",
      ]
    `);
  });

  it('are not asked for what comes with them', () => {
    const { steps } = planner({
      a: 'type Query { me: User @provides(fields: "name")  you: User } type User @key(fields: "id") { id: ID!  name: String @external }',
      b: 'type User @key(fields: "id") { id: ID!  name: String @shareable }',
    });
    expect(steps('{ me { name } you { name } }')).toMatchInlineSnapshot(`
      [
        "a → {me{name} you{__typename id}}",
        "  b you (User: id) → {_entities{...on User{name}}}",
      ]
    `);
  });

  it('are asked of one subgraph for all that it has, where several have parts of it', () => {
    const { steps } = planner({
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
      b: 'type User @key(fields: "id") { id: ID!  name: String @shareable  age: Int }',
      c: 'type User @key(fields: "id") { id: ID!  name: String @shareable  size: Int }',
    });
    expect(steps('{ me { name size } }')).toMatchInlineSnapshot(`
      [
        "a → {me{__typename id}}",
        "  c me (User: id) → {_entities{...on User{size name}}}",
      ]
    `);
  });
});

describe('shared types without keys', () => {
  const { steps } = planner({
    a: 'type Query { place: Place @shareable } type Place { city: String @shareable  street: String }',
    b: 'type Query { place: Place @shareable } type Place { city: String @shareable  zip: String }',
  });

  it('are asked where all is that is wanted of them', () => {
    expect(steps('{ place { city zip } }')).toMatchInlineSnapshot(`
      [
        "b → {place{city zip}}",
      ]
    `);
  });

  it('are asked in both where neither has it all', () => {
    expect(steps('{ place { city street zip } }')).toMatchInlineSnapshot(`
      [
        "a → {place{city street}}",
        "b → {place{zip}}",
      ]
    `);
  });
});

describe('interfaces', () => {
  const { steps } = planner({
    a: `type Query { all: [Media] } interface Media { id: ID!  title: String }
      type Film implements Media @key(fields: "id") { id: ID!  title: String }
      type Song implements Media @key(fields: "id") { id: ID!  title: String @shareable }`,
    b: `interface Media { id: ID!  score: Int }
      type Film implements Media @key(fields: "id") { id: ID!  score: Int }
      type Song implements Media @key(fields: "id") { id: ID!  score: Int  bars: Int }`,
  });

  it('have their fields asked as the interface’s where the subgraph resolves them for all of its types', () => {
    expect(steps('{ all { id title score } }')).toMatchInlineSnapshot(`
      [
        "a → {all{__typename id title}}",
        "  b all.@ (Film: id Song: id) → {_entities{...on Media{score}}}",
      ]
    `);
  });

  it('have fields of one type asked of that type alone', () => {
    expect(steps('{ all { ... on Song { title bars } } }')).toMatchInlineSnapshot(`
      [
        "a → {all{__typename ...on Song{title id}}}",
        "  b all.@ (Song: id) → {_entities{...on Song{bars}}}",
      ]
    `);
  });

  it('are asked by type conditions that the subgraph knows only', () => {
    const graph = planner({
      a: 'type Query { found: Found } union Found = Film | Song  type Film @key(fields: "id") { id: ID! } type Song @key(fields: "id") { id: ID! }',
      b: 'interface Named { name: String } type Film implements Named @key(fields: "id") { id: ID!  name: String } type Song implements Named @key(fields: "id") { id: ID!  name: String }',
    });
    expect(graph.steps('{ found { ... on Named { name } } }')).toMatchInlineSnapshot(`
      [
        "a → {found{__typename ...on Film{id} ...on Song{id}}}",
        "  b found (Film: id Song: id) → {_entities{...on Named{name}}}",
      ]
    `);
  });
});

it('asks no more than for null where a subgraph has no object of a type', () => {
  const { steps } = planner({
    a: 'type Query { node: Node  found: Found } interface Node { id: ID!  name: String } type Film @key(fields: "id") { id: ID! } union Found = Film',
    b: 'type Query { other: Int } interface Node { id: ID! } type User implements Node @key(fields: "id") { id: ID!  name: String }',
  });
  expect(steps('{ node { id name } }')).toMatchInlineSnapshot(`
    [
      "a → {node{__typename id name}}",
    ]
  `);
});

describe('interface objects', () => {
  const { steps } = planner({
    films: `type Query { films: [Media] } interface Media @key(fields: "id") { id: ID!  title: String }
      type Film implements Media @key(fields: "id") { id: ID!  title: String  length: Int }
      type Song implements Media @key(fields: "id") { id: ID!  title: String }`,
    likes:
      'type Query { top: Media } type Media @key(fields: "id") @interfaceObject { id: ID!  likes: Int  next: Media }',
    stock: 'type Media @key(fields: "id") @interfaceObject { id: ID!  stock: Int }',
  });

  it('are asked by the interface’s name', () => {
    expect(steps('{ films { likes } }')).toMatchInlineSnapshot(`
      [
        "films → {films{__typename id}}",
        "  likes films.@ (Film: id Song: id as Media) → {_entities{...on Media{likes}}}",
      ]
    `);
  });

  it('lead to each other without anybody knowing the type', () => {
    expect(steps('{ top { next { stock title } } }')).toMatchInlineSnapshot(`
      [
        "likes → {top{__typename next{__typename id}}}",
        "  stock top.next (Media: id as Media) → {_entities{...on Media{stock}}}",
        "  films top.next (Media: id as Media) → {_entities{...on Media{title}}}",
      ]
    `);
  });

  it('have their types asked of a subgraph that knows them', () => {
    expect(steps('{ top { __typename likes ... on Film { length stock } } }')).toMatchInlineSnapshot(`
      [
        "likes → {top{__typename id likes}}",
        "  films top (Media: id as Media) → {_entities{__typename ...on Film{length id}}}",
        "    stock top (Film: id as Media) → {_entities{...on Media{stock}}}",
      ]
    `);
  });
});
