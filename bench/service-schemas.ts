import { buildASTSchema, type GraphQLSchema, graphql, parse } from 'graphql';
import { findProduct, listProducts, readBenchData, reviews, type Review, users } from './graph-data.ts';

type Representation = { readonly __typename: string; readonly [field: string]: unknown };
type RequestBody = {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
};
type Service = {
  readonly root: Readonly<Record<string, unknown>>;
  readonly resolveEntity: (representation: Representation) => unknown;
};

/** Answers a GraphQL request's body. */
export type AnswerRequest = (body: string) => Promise<unknown>;

const services: Readonly<Record<string, Service>> = {
  accounts: {
    root: {
      me: users[0],
      user: ({ id }: { readonly id: string }) => users.find((user) => user.id === id),
      users,
    },
    resolveEntity: ({ id }) => users.find((user) => user.id === id),
  },
  products: {
    root: { topProducts: ({ first }: { readonly first: number }) => listProducts(first) },
    resolveEntity: ({ upc }) => findProduct(String(upc)),
  },
  inventory: {
    root: {},
    resolveEntity: ({ upc, price, weight }) => ({
      upc,
      inStock: findProduct(String(upc))?.inStock,
      shippingEstimate: estimateShipping(price, weight),
    }),
  },
  reviews: {
    root: {},
    resolveEntity: (representation) => resolveReviewed(representation),
  },
};

export const serviceNames: readonly string[] = Object.keys(services);

/** An executable schema over the data. Entities, `_service` and operations of any form are answered. */
export function createService(name: string): AnswerRequest {
  const service = services[name];
  if (service === undefined) throw new Error(`There is no service ${name}.`);
  const sdl = readBenchData(`${name}.graphql`);
  const schema = buildServiceSchema(sdl);
  const rootValue = {
    ...service.root,
    _service: { sdl },
    _entities: ({ representations }: { readonly representations: readonly Representation[] }) =>
      representations.map((representation) => withTypename(representation, service.resolveEntity(representation))),
  };
  return (body) => {
    const { query, variables, operationName } = JSON.parse(body) as RequestBody;
    return graphql({
      schema,
      source: query,
      rootValue,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
    });
  };
}

/** graphql-js builds types, not extensions: every `extend type` becomes a type. */
function buildServiceSchema(sdl: string): GraphQLSchema {
  const entities = [...sdl.matchAll(/type (\w+) @key/g)].map((match) => match[1]);
  const entryPoints = '_entities(representations: [_Any!]!): [_Entity]! _service: _Service!';
  const types = sdl.replaceAll('extend type', 'type');
  const withQuery = types.includes('type Query {')
    ? types.replace('type Query {', `type Query { ${entryPoints}`)
    : `${types}\ntype Query { ${entryPoints} }`;
  const federation = `scalar _Any type _Service { sdl: String } union _Entity = ${entities.join(' | ')}`;
  return buildASTSchema(parse(`${withQuery}\n${federation}`), { assumeValidSDL: true });
}

function resolveReviewed({ __typename, ...key }: Representation): unknown {
  if (__typename === 'Product') return toReviewedProduct(String(key['upc']));
  if (__typename === 'User') return { ...key, reviews: () => reviews.slice(0, 2).map(toReview) };
  return reviews.filter(({ id }) => id === key['id']).map(toReview)[0];
}

function toReviewedProduct(upc: string): object {
  return { upc, reviews: () => reviews.filter((review) => review.upc === upc).map(toReview) };
}

function toReview({ id, body, upc }: Review): object {
  return {
    id,
    body,
    product: () => toReviewedProduct(upc),
    author: () => {
      const author = users[0];
      return { id: author?.id, username: author?.username, reviews: () => reviews.slice(0, 2).map(toReview) };
    },
  };
}

function estimateShipping(price: unknown, weight: unknown): number | null {
  if (typeof price !== 'number') return null;
  if (price > 1000) return 0;
  return typeof weight === 'number' ? Math.floor(weight / 2) : null;
}

function withTypename({ __typename }: Representation, value: unknown): unknown {
  return typeof value === 'object' && value !== null ? { ...value, __typename } : null;
}
