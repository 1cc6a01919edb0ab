import { expect, it } from 'vitest';
import { testGraph } from '../execution/test-graph.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@override", "@interfaceObject"])`;

it('answers what is required through an interface', async () => {
  const items = [
    { id: '1', media: { __typename: 'Book', author: { __typename: 'Person', age: 40 } } },
    { id: '2', media: { __typename: 'Movie', author: { __typename: 'Studio', size: 7 } } },
  ];
  const graph = testGraph({
    a: {
      sdl: `${link}
        type Query { items: [Item] }
        type Item @key(fields: "id") { id: ID!  media: Media }
        interface Media { author: Author }
        type Book implements Media { author: Author }
        type Movie implements Media { author: Author }
        interface Author { name: String }
        type Person implements Author { name: String @shareable  age: Int }
        type Studio implements Author { name: String @shareable  size: Int }`,
      resolvers: { Query: { items: () => items } },
      entities: { Item: ({ id }) => items.find((item) => item.id === id) },
    },
    b: {
      sdl: `${link}
        type Item @key(fields: "id") {
          id: ID!
          media: Media @external
          label: String @requires(fields: "media { author { ... on Person { age } ... on Studio { size } } }")
        }
        interface Media { author: Author }
        type Book implements Media { author: Author @external }
        type Movie implements Media { author: Author @external }
        interface Author { name: String }
        type Person implements Author { name: String @shareable  age: Int @external }
        type Studio implements Author { name: String @shareable  size: Int @external }`,
      entities: { Item: ({ id, media }) => ({ id, label: JSON.stringify(media) }) },
    },
  });
  const { data, errors } = await graph.run('{ items { label } }');
  expect(errors).toBeUndefined();
  const labels = (data as { items: { label: string }[] }).items.map(({ label }) => JSON.parse(label) as unknown);
  expect(labels).toMatchObject([{ author: { age: 40 } }, { author: { size: 7 } }]);
});

it('answers a field that is a union in one subgraph and an object in another, from either', async () => {
  const x = { __typename: 'A', v: 1 };
  const graph = testGraph({
    a: {
      sdl: `${link} type Query { t: T } type T @key(fields: "id") { id: ID!  x: A @shareable } type A @shareable { v: Int }`,
      resolvers: { Query: { t: () => ({ id: '1', x }) } },
      entities: { T: ({ id }) => ({ id, x }) },
    },
    b: {
      sdl: `${link}
        type Query { u: T }
        type T @key(fields: "id") { id: ID!  x: U @shareable }
        union U = A | B
        type A @shareable { v: Int }
        type B { w: Int }`,
      resolvers: { Query: { u: () => ({ id: '1', x }) } },
      entities: { T: ({ id }) => ({ id, x }) },
    },
  });
  const { data, errors } = await graph.run(
    '{ t { ...X } u { ...X } } fragment X on T { x { ... on A { v } ... on B { w } } }',
  );
  expect({ data, errors }).toEqual({ data: { t: { x: { v: 1 } }, u: { x: { v: 1 } } }, errors: undefined });
});

it('asks an interface object only for what it resolves', async () => {
  const users = [{ __typename: 'User', id: '1', name: 'Ada' }];
  const graph = testGraph({
    a: {
      sdl: `${link}
        interface Named @key(fields: "id") { id: ID!  name: String }
        type User implements Named @key(fields: "id") { id: ID!  name: String }
        type Query { users: [Named] }`,
      resolvers: { Query: { users: () => users } },
      entities: { Named: () => users[0], User: () => users[0] },
    },
    b: {
      sdl: `${link}
        type Named @interfaceObject @key(fields: "id") { id: ID!  name: String @external  hello: String @requires(fields: "name") }
        type Query { latest: Named }`,
      resolvers: { Query: { latest: () => ({ id: '1' }) } },
      entities: { Named: ({ id, name }) => ({ id, hello: `Hello ${String(name)}` }) },
    },
  });
  const { data, errors } = await graph.run('{ latest { name hello } }');
  expect({ data, errors }).toEqual({ data: { latest: { name: 'Ada', hello: 'Hello Ada' } }, errors: undefined });
  expect(graph.calls[0]).not.toContain('name}');
});

it('asks the overriding subgraph where there is nothing to override', async () => {
  const graph = testGraph({
    a: { sdl: `${link} type Query { x: Int @override(from: "gone") }`, resolvers: { Query: { x: () => 1 } } },
    b: {
      sdl: `${link} type Query { y: Int @override(from: "a", label: "later") }`,
      resolvers: { Query: { y: () => 2 } },
    },
  });
  expect((await graph.run('{ x y }')).data).toEqual({ x: 1, y: 2 });
});
