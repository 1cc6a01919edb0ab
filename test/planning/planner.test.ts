import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createPlanner } from '../../src/planning/planner.ts';
import { checkOperation, testGraph } from '../execution/test-graph.ts';
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
  it('is printed as steps', () => {
    expect(print('{ me { name heavy } }')).toMatchInlineSnapshot(`
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
                id
                weight
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

  it('has one fetch for several places', () => {
    expect(print('query ($n: Int) { me { reviews(first: $n) { text } } users { reviews(first: 1) { text } } }'))
      .toMatchInlineSnapshot(`
        "QueryPlan {
          Sequence {
            Fetch(service: "users") {
              {
                me {
                  __typename
                  id
                }
                users {
                  __typename
                  id
                }
              }
            }
            BatchFetch(service: "reviews") {
              _e0(at: "me") requires {
                ... on User {
                  __typename
                  id
                }
              }
              _e1(at: "users.@") requires {
                ... on User {
                  __typename
                  id
                }
              }
              query ($representations0: [_Any!]!, $representations1: [_Any!]!, $n: Int) {
                _e0: _entities(representations: $representations0) {
                  ... on User {
                    reviews(first: $n) {
                      text
                    }
                  }
                }
                _e1: _entities(representations: $representations1) {
                  ... on User {
                    reviews(first: 1) {
                      text
                    }
                  }
                }
              }
            }
          }
        }"
      `);
  });

  it('has conditions', () => {
    expect(print('query ($x: Boolean!) { me { name reviews @include(if: $x) { text } heavy @skip(if: $x) } }'))
      .toMatchInlineSnapshot(`
        "QueryPlan {
          Sequence {
            Fetch(service: "users") {
              query ($x: Boolean!) {
                me {
                  __typename
                  name
                  id @include(if: $x)
                  id @skip(if: $x)
                  weight @skip(if: $x)
                }
              }
            }
            Parallel {
              Include(if: $x) {
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
              Skip(if: $x) {
                EntityFetch(service: "reviews") {
                  _entities(at: "me") requires {
                    ... on User {
                      __typename
                      id
                      weight
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
          }
        }"
      `);
  });

  it('has what runs for each event of a subscription inside it', () => {
    expect(print('subscription { renamed { reviews { text } } }')).toMatchInlineSnapshot(`
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

  it('has a mutation’s fields strictly one after another', () => {
    expect(print('mutation { rename { heavy } review ... @include(if: true) { reset } }')).toMatchInlineSnapshot(`
      "QueryPlan {
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
                id
                weight
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

  it('puts mutations of one service into one fetch where nothing lies between them', () => {
    expect(print('mutation { rename { name } reset }')).toMatchInlineSnapshot(`
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
  it('is not planned', () => {
    expect(
      plan('{ __typename __schema { queryType { name } } ...F } fragment F on Query { __type(name: "User") { name } }')
        .root,
    ).toBeNull();
  });

  it('is cut out with the variables and fragments that only it uses', () => {
    expect(
      print(
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
  it('are those of keys and required fields: what is fetched beside the client’s fields gives way', () => {
    expect(print('{ me { id: name weight: id heavy } }')).toMatchInlineSnapshot(`
      "QueryPlan {
        Sequence {
          Fetch(service: "users") {
            {
              me {
                __typename
                id: name
                weight: id
                id_1: id
                weight_1: weight
              }
            }
          }
          EntityFetch(service: "reviews") {
            _entities(at: "me") requires {
              ... on User {
                __typename
                id: id_1
                weight: weight_1
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

  it('are renamed where every object inherits them, or the planner might use them', () => {
    const { responseKeys } = plan('{ me { id: name _id: name __typename: name __proto__: name constructor: name } }');
    expect(responseKeys).toEqual(
      new Map(['_id', '__typename', '__proto__', 'constructor'].map((key) => [key, `_client_${key}`])),
    );
  });

  it('are the client’s variables: the planner’s own give way', () => {
    const { root } = plan('query ($representations: Int) { me { reviews(first: $representations) { text } } }');
    expect(JSON.stringify(root)).toContain('reviews(first: $representations)');
    expect(JSON.stringify(root)).toContain('"representationsVariable":"representations_"');
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

it('refuses an operation that takes more steps than it may', () => {
  const { supergraph } = testGraph({ users: { sdl: users }, reviews: { sdl: reviews } });
  const small = createPlanner(supergraph, { limit: 5 });
  expect(small.plan(checkOperation('{ me { name } }')).root).toMatchObject({ kind: 'fetch' });
  expect(() => small.plan(checkOperation('{ me { name heavy reviews { text author { name } } } }'))).toThrow(
    /more than 5 steps.*limits\.planning/,
  );
});

it('finds the types behind an interface object, whatever its subgraph is called', () => {
  const graph = createTestPlanner({
    likes: `${link} type Query { top: Media } type Media @key(fields: "id") @interfaceObject { id: ID!  likes: Int }`,
    media: `${link} type Query { all: [Media] } interface Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID!  length: Int }`,
  });
  expect(graph.print('{ top { ... on Film { ... on Film { length } } } }')).toMatchInlineSnapshot(`
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
              __typename
              ... on Film {
                length
              }
            }
          }
        }
      }
    }"
  `);
});

it('knows the whole keys of a representation and the possible types of the graph', () => {
  const { possibleTypes, root } = createTestPlanner({
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
])('keeps %s of the client apart from the required %s', (selected, required) => {
  const { print: printItem } = createTestPlanner({
    a: `${link} type Query { found: Found } union Found = Item | Other  type Other { id: ID! }
      type Item @key(fields: "id") { id: ID!  price(unit: String): Int }`,
    b: `${link} type Item @key(fields: "id") { id: ID!  price(unit: String): Int @external  tax: Int @requires(fields: "${required}") }`,
  });
  const text = printItem(`{ found { ... on Item { tax ${selected} } } }`);
  expect(text).toContain(`price_1: ${required.replaceAll('\\', '')}`);
  expect(text).toMatch(/requires \{\s+\.\.\. on Item \{\s+__typename\s+id\s+price: price_1/);
});
