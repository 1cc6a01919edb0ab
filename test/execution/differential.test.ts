import fc from 'fast-check';
import { buildSchema, execute, isInterfaceType, isObjectType, parse, validate, type GraphQLSchema } from 'graphql';
import { expect, it } from 'vitest';
import type { ExecutionResult } from '../../src/execution/compile-operation.ts';
import type { FetchAnswer } from '../../src/model/source.ts';
import { assertSameAnswer } from '../differential/compare-answers.ts';
import { hash } from '../differential/hash.ts';
import { anyOperation } from './any-operation.ts';
import { testGraph, type TestService } from './test-graph.ts';

const whole = `
  type Query { me: User  users(first: Int): [User!]!  product: Product  products: [Product]  nodes: [Node!]  found: [Found]  media: [Media!]  top: Media }
  interface Node { id: ID! }
  union Found = User | Product
  enum Stock { MANY FEW }
  type User implements Node { id: ID!  name: String!  age: Int  label: String  friends: [User!]  best: User  reviews(first: Int): [Review!]  score: Int! }
  type Product implements Node { id: ID!  label: Int  price: Int  weight: Int  stock: Stock  estimate(times: Int): Int  reviews: [Review] }
  type Review { text: String!  author: User!  about: Product  replies: [[Review]] }
  interface Media { id: ID!  title: String  likes: Int  fans: [User!] }
  type Film implements Media { id: ID!  title: String  likes: Int  fans: [User!]  length: Int! }
  type Song implements Media { id: ID!  title: String  likes: Int  fans: [User!]  singer: User }`;

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external", "@shareable", "@interfaceObject"])';

const split = {
  accounts: `${link}
    type Query { me: User  users(first: Int): [User!]! }
    type User @key(fields: "id") { id: ID!  name: String!  label: String  friends: [User!] }`,
  profiles: `${link}
    type User @key(fields: "id") { id: ID!  age: Int  best: User }`,
  catalog: `${link}
    type Query { product: Product  products: [Product] }
    type Product @key(fields: "id") { id: ID!  label: Int  price: Int  weight: Int }`,
  inventory: `${link}
    enum Stock { MANY FEW }
    type Product @key(fields: "id") { id: ID!  price: Int @external  weight: Int @external  stock: Stock  estimate(times: Int): Int @requires(fields: "price weight") }`,
  reviews: `${link}
    type User @key(fields: "id") { id: ID!  reviews(first: Int): [Review!]  score: Int! }
    type Product @key(fields: "id") { id: ID!  reviews: [Review] }
    type Review { text: String!  author: User!  about: Product  replies: [[Review]] }`,
  search: `${link}
    type Query { nodes: [Node!]  found: [Found] }
    interface Node { id: ID! }
    union Found = User | Product
    type User implements Node @key(fields: "id") { id: ID! }
    type Product implements Node @key(fields: "id") { id: ID! }`,
  media: `${link}
    type Query { media: [Media!] }
    interface Media @key(fields: "id") { id: ID!  title: String }
    type Film implements Media @key(fields: "id") { id: ID!  title: String  length: Int! }
    type Song implements Media @key(fields: "id") { id: ID!  title: String  singer: User }
    type User @key(fields: "id") { id: ID! }`,
  likes: `${link}
    type Query { top: Media }
    type Media @key(fields: "id") @interfaceObject { id: ID!  likes: Int  fans: [User!] }
    type User @key(fields: "id") { id: ID! }`,
};

type Item = { readonly __typename: string; readonly id: string; readonly price?: unknown; readonly weight?: unknown };

const MEDIA: ReadonlySet<string> = new Set(['Media', 'Film', 'Song']);

const mediaType = (id: unknown) => (id === '1' ? 'Song' : 'Film');

/** What any field of any object is: decided by the seed, so that one schema and many services say the same. */
function createWorld(schema: GraphQLSchema, seed: number) {
  const random = (...key: unknown[]) => hash(JSON.stringify([seed, ...key]));
  const ids = ['0', '1', '2'];

  function value(type: string, key: unknown[]): unknown {
    if (type.endsWith('!')) return random('hole', ...key) % 40 === 0 ? null : present(type.slice(0, -1), key);
    return random('null', ...key) % 6 === 0 ? null : present(type, key);
  }

  function present(type: string, key: unknown[]): unknown {
    if (type.startsWith('['))
      return Array.from({ length: random('length', ...key) % 4 }, (_, index) =>
        value(type.slice(1, -1), [...key, index]),
      );
    const number = random('value', ...key);
    if (type === 'Int') return number % 100;
    if (type === 'String') return `text ${number % 10}`;
    if (type === 'Stock') return number % 2 === 0 ? 'MANY' : 'FEW';
    const id = ids[number % ids.length];
    if (type === 'Media') return { __typename: mediaType(id), id };
    const typename = type === 'Node' || type === 'Found' ? (number % 2 === 0 ? 'User' : 'Product') : type;
    return { __typename: typename, id };
  }

  function resolve(item: Item, field: string, args: Record<string, unknown>): unknown {
    if (field === 'id') return item.id;
    const key = [MEDIA.has(item.__typename) ? 'Media' : item.__typename, item.id, field, args];
    const isRequired = field === 'price' || field === 'weight';
    if (!isRequired && random('fails', ...key) % 25 === 0) throw new Error('failed');
    if (field === 'estimate') return estimate(item, Number(args['times'] ?? 1));
    const type = schema.getType(item.__typename);
    return value(isObjectType(type) || isInterfaceType(type) ? String(type.getFields()[field]?.type) : 'Int', key);
  }

  function estimate(item: Item, times: number): unknown {
    const price = item.price === undefined ? resolve(item, 'price', {}) : item.price;
    const weight = item.weight === undefined ? resolve(item, 'weight', {}) : item.weight;
    return price === null || weight === null ? null : Number(price) * Number(weight) * times;
  }

  return { resolve };
}

const schema = buildSchema(whole);
let world = createWorld(schema, 0);
const fieldsOf = (type: string) => {
  const found = schema.getType(type);
  return isObjectType(found) || isInterfaceType(found) ? Object.keys(found.getFields()) : [];
};
const resolversOf = (type: string) =>
  Object.fromEntries(
    fieldsOf(type).map((field) => [
      field,
      (source: Record<string, unknown>, args: Record<string, unknown>) =>
        world.resolve({ id: '', ...source, __typename: type } as Item, field, args),
    ]),
  );
const toItself = (key: Record<string, unknown>) => key;
let lies: number | null = null;

/** What a service that lies by this seed makes of its answer: parts are left out, null, or something else. */
function distort(value: unknown, key: readonly unknown[]): unknown {
  const number = hash(JSON.stringify([lies, 'lie', ...key])) % 200;
  if (key.length > 1 && number < LIES.length) return LIES[number];
  if (Array.isArray(value)) return value.map((item, index) => distort(item, [...key, index]) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, distort(inner, [...key, name])] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

const LIES = [
  undefined,
  undefined,
  undefined,
  undefined,
  null,
  null,
  7.5,
  '',
  true,
  [],
  {},
  [null],
  { __typename: 'User' },
];

const behaviour: Omit<TestService, 'sdl'> = {
  intercept: (answer) =>
    lies === null
      ? answer
      : { ...answer, data: distort(answer.data, [JSON.stringify(answer.data)]) as FetchAnswer['data'] },
  resolvers: Object.fromEntries(
    ['Query', 'User', 'Product', 'Review', 'Media', 'Film', 'Song'].map((type) => [type, resolversOf(type)]),
  ),
  entities: { User: toItself, Product: toItself, Media: toItself, Film: toItself, Song: toItself },
};
const graph = testGraph({
  ...Object.fromEntries(Object.entries(split).map(([name, sdl]) => [name, { ...behaviour, sdl }])),
  media: {
    ...behaviour,
    sdl: split.media,
    entities: { ...behaviour.entities, Media: (key) => ({ ...key, __typename: mediaType(key['id']) }) },
  },
});

it('answers any operation over many services as one schema would: data, nulls and the places of errors', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyOperation(schema),
      fc.nat(),
      fc.record({ yes: fc.boolean(), no: fc.boolean() }),
      async (query, seed, variables) => {
        fc.pre(validate(schema, parse(query)).length === 0);
        world = createWorld(schema, seed);
        const expected = await execute({
          schema,
          document: parse(query),
          variableValues: variables,
          fieldResolver: (source: Item | undefined, args, _context, info) =>
            world.resolve({ id: '', ...source, __typename: info.parentType.name }, info.fieldName, args),
          typeResolver: (value) => (value as Item).__typename,
        });
        for (const actual of await graph.runTwice(query, { variables })) assertSameAnswer(actual, expected);
      },
    ),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) },
  );
}, 120_000);

it('answers by generated code what it answers without, whatever services say', async () => {
  const brief = ({ data, errors = [] }: ExecutionResult) => ({
    data: JSON.parse(JSON.stringify(data)) as unknown,
    errors: errors.map(({ code, path, service }) => [code, service, ...(path ?? [])].join(' ')).toSorted(),
  });
  await fc.assert(
    fc.asyncProperty(anyOperation(schema), fc.nat(), fc.nat(), async (query, seed, lie) => {
      fc.pre(validate(schema, parse(query)).length === 0);
      world = createWorld(schema, seed);
      lies = lie;
      const [first, second] = await graph.runTwice(query, { variables: { yes: true, no: false } });
      lies = null;
      expect(brief(second)).toEqual(brief(first));
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) },
  );
}, 120_000);
