import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createPlanner } from '../../src/planning/planner.ts';
import { planner as createTestPlanner } from './test-planner.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external", "@interfaceObject"])';

const users = `${link}
  type Query { me: User  users: [User!] }
  type Mutation { rename: User  reset: Int }
  type Subscription { renamed: User }
  type User @key(fields: "id") { id: ID!  name: String  weight: Int }`;

const reviews = `${link}
  type Mutation { review: Int }
  type User @key(fields: "id") { id: ID!  weight: Int @external  reviews(first: Int): [Review]  heavy: Boolean @requires(fields: "weight") }
  type Review { text: String  author: User }`;

const { print, plan } = createTestPlanner({ users, reviews });

describe('a plan', () => {
  it('is printed as steps', async () => {
    expect(await print('{ me { name heavy } }')).toMatchInlineSnapshot(`
      "QueryPlan {
        Sequence {
          Fetch(service: "users") {
            {
              me {
                __typename
                name
                id
                weight
              }
            }
          }
          EntityFetch(service: "reviews") {
            _entities(at: "me") requires {
              ... on User {
                __typename
                weight
                id
              }
            }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on User {
                  heavy
                }
              }
            }
          }
        }
      }"
    `);
  });

  it('has one fetch for several places', async () => {
    expect(await print('query ($n: Int) { me { reviews(first: $n) { text } } users { reviews(first: 1) { text } } }'))
      .toMatchInlineSnapshot(`
      "QueryPlan {
        Sequence {
          Fetch(service: "users") {
            {
              me {
                ...a
              }
              users {
                ...a
              }
            }

            fragment a on User {
              __typename
              id
            }
          }
          BatchFetch(service: "reviews") {
            _e0(at: "users.@") requires {
              ... on User {
                __typename
                id
              }
            }
            _e1(at: "me") requires {
              ... on User {
                __typename
                id
              }
            }
            query ($__batch_reps_0: [_Any!]!, $__batch_reps_1: [_Any!]!, $n: Int) {
              _e0: _entities(representations: $__batch_reps_0) {
                ... on User {
                  reviews(first: 1) {
                    ...a
                  }
                }
              }
              _e1: _entities(representations: $__batch_reps_1) {
                ... on User {
                  reviews(first: $n) {
                    ...a
                  }
                }
              }
            }

            fragment a on Review {
              text
            }
          }
        }
      }"
    `);
  });

  it('has conditions', async () => {
    expect(await print('query ($x: Boolean!) { me { name reviews @include(if: $x) { text } heavy @skip(if: $x) } }'))
      .toMatchInlineSnapshot(`
        "QueryPlan {
          Include(if: $x) {
            Sequence {
              Fetch(service: "users") {
                {
                  me {
                    __typename
                    name
                    id
                  }
                }
              }
              EntityFetch(service: "reviews") {
                _entities(at: "me") requires {
                  ... on User {
                    __typename
                    id
                  }
                }
                query ($representations: [_Any!]!) {
                  _entities(representations: $representations) {
                    ... on User {
                      reviews {
                        text
                      }
                    }
                  }
                }
              }
            }
          }
          Skip(if: $x) {
            Sequence {
              Fetch(service: "users") {
                {
                  me {
                    __typename
                    name
                    id
                    weight
                  }
                }
              }
              EntityFetch(service: "reviews") {
                _entities(at: "me") requires {
                  ... on User {
                    __typename
                    weight
                    id
                  }
                }
                query ($representations: [_Any!]!) {
                  _entities(representations: $representations) {
                    ... on User {
                      heavy
                    }
                  }
                }
              }
            }
          }
        }"
      `);
  });

  it('has what runs for each event of a subscription inside it', async () => {
    expect(await print('subscription { renamed { reviews { text } } }')).toMatchInlineSnapshot(`
      "QueryPlan {
        Subscription {
          Fetch(service: "users") {
            subscription {
              renamed {
                __typename
                id
              }
            }
          }
          Each {
            EntityFetch(service: "reviews") {
              _entities(at: "renamed") requires {
                ... on User {
                  __typename
                  id
                }
              }
              query ($representations: [_Any!]!) {
                _entities(representations: $representations) {
                  ... on User {
                    reviews {
                      text
                    }
                  }
                }
              }
            }
          }
        }
      }"
    `);
  });

  it('has a mutation’s fields strictly one after another', async () => {
    expect(await print('mutation { rename { heavy } review ... @include(if: true) { reset } }')).toMatchInlineSnapshot(`
      "QueryPlan {
        Sequence {
          Sequence {
            Fetch(service: "users") {
              mutation {
                rename {
                  __typename
                  id
                  weight
                }
              }
            }
            EntityFetch(service: "reviews") {
              _entities(at: "rename") requires {
                ... on User {
                  __typename
                  weight
                  id
                }
              }
              query ($representations: [_Any!]!) {
                _entities(representations: $representations) {
                  ... on User {
                    heavy
                  }
                }
              }
            }
          }
          Fetch(service: "reviews") {
            mutation {
              review
            }
          }
          Fetch(service: "users") {
            mutation {
              reset
            }
          }
        }
      }"
    `);
  });

  it('puts mutations of one service into one fetch where nothing lies between them', async () => {
    expect(await print('mutation { rename { name } reset }')).toMatchInlineSnapshot(`
      "QueryPlan {
        Fetch(service: "users") {
          mutation {
            rename {
              name
            }
            reset
          }
        }
      }"
    `);
  });
});

describe('what the gateway answers itself', () => {
  it('is not planned', async () => {
    expect(
      (
        await plan(
          '{ __typename __schema { queryType { name } } ...F } fragment F on Query { __type(name: "User") { name } }',
        )
      ).root,
    ).toBeNull();
  });

  it('is cut out with the variables and fragments that only it uses', async () => {
    expect(
      await print(
        'query ($n: String!) { a: __type(name: $n) { ...T } ...F me { name } } fragment T on __Type { name } fragment F on Query { __typename }',
      ),
    ).toMatchInlineSnapshot(`
      "QueryPlan {
        Fetch(service: "users") {
          {
            me {
              name
            }
          }
        }
      }"
    `);
  });
});

describe('names that would clash', () => {
  it('are aliases that are names of fields: they are renamed', async () => {
    const { responseKeys } = await plan('{ me { id: name weight: id heavy } }');
    expect(responseKeys).toEqual(
      new Map([
        ['id', 'id_'],
        ['weight', 'weight_'],
      ]),
    );
    expect(await print('{ me { id: name weight: id heavy } }')).toMatchInlineSnapshot(`
      "QueryPlan {
        Sequence {
          Fetch(service: "users") {
            {
              me {
                __typename
                id_: name
                weight_: id
                id
                weight
              }
            }
          }
          EntityFetch(service: "reviews") {
            _entities(at: "me") requires {
              ... on User {
                __typename
                weight
                id
              }
            }
            query ($representations: [_Any!]!) {
              _entities(representations: $representations) {
                ... on User {
                  heavy
                }
              }
            }
          }
        }
      }"
    `);
  });

  it('are renamed to what nobody uses', async () => {
    const { responseKeys } = await plan(
      '{ me { id: name id_: name __typename: name __proto__: name constructor: name } }',
    );
    const keys = [...(responseKeys?.values() ?? [])];
    expect(new Set(keys).size).toBe(4);
    expect(keys).not.toContain('id_');
  });

  it('are variables of the planner’s own', async () => {
    const { variableNames, root } = await plan(
      'query ($representations: Int) { me { reviews(first: $representations) { text } } }',
    );
    expect(variableNames).toEqual(new Map([['representations_', 'representations']]));
    expect(JSON.stringify(root)).toContain('reviews(first: $representations_)');
  });
});

it('rejects as a fault of the gateway what the native planner cannot plan', async () => {
  await expect(plan('{ unknownField }')).rejects.toMatchObject({
    code: 'INTERNAL_ERROR',
    message: 'The operation could not be planned.',
  });
});

it('refuses a supergraph that is none', () => {
  const schema = buildSchema('type Query { a: Int }');
  const supergraph = {
    sdl: 'type Query {',
    apiSchema: schema,
    subgraphs: [],
    accessRules: new Map(),
    constraints: new Map(),
  };
  expect(() => createPlanner(supergraph)).toThrow(/INVALID_SUPERGRAPH {2}The query planner cannot read the supergraph/);
});

it('plans each combination of a few conditions by itself, and fetches no more than it needs', async () => {
  const { root } = await plan(
    'query ($a: Boolean!, $b: Boolean!) { me { name @include(if: $a) } users @skip(if: $b) { heavy } }',
  );
  expect(JSON.stringify(root)).not.toContain('@');
  expect(root).toMatchObject({ kind: 'condition', variable: 'a', ifFalse: { kind: 'condition', variable: 'b' } });
});

it('leaves more conditions than it can try out to the native planner', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const query = `query (${names.map((name) => `$${name}: Boolean!`).join()}) { me { ${names.map((name) => `${name}: name @include(if: $${name})`).join(' ')} } }`;
  expect((await plan(query)).root).toMatchObject({ kind: 'fetch', variables: names });
});

it('finds the types behind an interface object, whatever its subgraph is called', async () => {
  const graph = createTestPlanner({
    likes: `${link} type Query { top: Media } type Media @key(fields: "id") @interfaceObject { id: ID!  likes: Int }`,
    media: `${link} type Query { all: [Media] } interface Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID!  length: Int }`,
  });
  expect(await graph.print('{ top { ... on Film { ... on Film { length } } } }')).toMatchInlineSnapshot(`
    "QueryPlan {
      Sequence {
        Fetch(service: "likes") {
          {
            top {
              __typename
              id
            }
          }
        }
        EntityFetch(service: "media") {
          _entities(at: "top") requires {
            ... on Media {
              __typename
              id
            }
          }
          Input: [Media].__typename = "Media"
          query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on Media {
                __typename
                ... on Film {
                  length
                }
              }
            }
          }
        }
      }
    }"
  `);
});

it('knows the whole keys of a representation and the possible types of the graph', async () => {
  const { possibleTypes, root } = await createTestPlanner({
    a: `${link} type Query { n: N } interface N @key(fields: "a b") { a: ID  b: ID } type X implements N @key(fields: "a b") { a: ID  b: ID } union U = X`,
    b: `${link} type N @key(fields: "a b") @interfaceObject { a: ID  b: ID  more: Int }`,
  }).plan('{ n { more } }');
  expect(possibleTypes).toEqual(
    new Map([
      ['N', new Set(['X'])],
      ['U', new Set(['X'])],
    ]),
  );
  expect(JSON.stringify(root)).toContain('"keys":[["a","b"]]');
});

it.each([
  ['price(unit: "EUR")', 'price'],
  ['price', 'price(unit: \\"EUR\\")'],
])('keeps %s of the client apart from the required %s', async (selected, required) => {
  const { print, plan } = createTestPlanner({
    a: `${link} type Query { found: Found } union Found = Item | Other  type Other { id: ID! }
      type Item @key(fields: "id") { id: ID!  price(unit: String): Int }`,
    b: `${link} type Item @key(fields: "id") { id: ID!  price(unit: String): Int @external  tax: Int @requires(fields: "${required}") }`,
  });
  const query = `{ found { ... on Item { tax ${selected} } } }`;
  const text = await print(query);
  expect(text).toContain(`price_: ${selected}`);
  expect(text).toMatch(/requires \{\s+\.\.\. on Item \{\s+__typename\s+price\s+id/);
  expect((await plan(query)).responseKeys).toEqual(new Map([['price', 'price_']]));
});
