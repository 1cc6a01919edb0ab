import { listProducts, readBenchData, reviews, users } from './graph-data.ts';
import { answerPosts, answerUser } from './rest-data.ts';

/** What is asked and what must be answered. */
export type Scenario = {
  readonly name: string;
  /** What is spoken to the services: each gateway takes part in what it can speak. */
  readonly services: 'graphql' | 'rest' | 'grpc' | 'queue';
  readonly query: string;
  readonly expected: unknown;
};

const POSTS = 'query Posts { posts { id title body user { id name email } } }\n';

const LIST_LENGTHS = [10, 100, 1000, 10_000];

/** Names that stand for several scenarios. */
export const scenarioGroups: Readonly<Record<string, readonly string[]>> = {
  'large-list': LIST_LENGTHS.map((length) => `list-${length}`),
  'all-rest': ['rest', 'rest-batched'],
  'all-grpc': ['grpc', 'grpc-one'],
  'all-queue': ['queue', 'queue-one'],
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'main',
    services: 'graphql',
    query: readBenchData('main.graphql'),
    expected: JSON.parse(readBenchData('expected-main.json')) as unknown,
  },
  { name: 'me', services: 'graphql', query: readBenchData('me.graphql'), expected: { data: { me: answerMe() } } },
  {
    name: 'twohop',
    services: 'graphql',
    query: readBenchData('twohop.graphql'),
    expected: { data: { users: answerTwoHops() } },
  },
  ...LIST_LENGTHS.map((length) => ({
    name: `list-${length}`,
    services: 'graphql' as const,
    query: `query List { topProducts(first: ${length}) { upc name inStock } }\n`,
    expected: { data: { topProducts: listProducts(length).map(({ upc, name, inStock }) => ({ upc, name, inStock })) } },
  })),
  ...['rest', 'rest-batched'].map((name) => ({
    name,
    services: 'rest' as const,
    query: POSTS,
    expected: { data: { posts: answerPosts() } },
  })),
  { name: 'grpc', services: 'grpc', query: POSTS, expected: { data: { posts: answerPosts() } } },
  {
    name: 'grpc-one',
    services: 'grpc',
    query: 'query One { user(id: 1) { id name email } }\n',
    expected: { data: { user: answerUser(1) } },
  },
  { name: 'queue', services: 'queue', query: POSTS, expected: { data: { posts: answerPosts() } } },
  {
    name: 'queue-one',
    services: 'queue',
    query: 'query One { user(id: 1) { id name email } }\n',
    expected: { data: { user: answerUser(1) } },
  },
];

function answerMe(): unknown {
  return users.slice(0, 1).map(({ id, name }) => ({ id, name }))[0];
}

function answerTwoHops(): unknown {
  const firstTwo = reviews.slice(0, 2).map(({ id, body }) => ({ id, body }));
  return users.map(({ id, username, name }) => ({ id, username, name, reviews: firstTwo }));
}
