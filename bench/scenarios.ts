import { listProducts, readBenchData, reviews, users } from './graph-data.ts';

/** What is asked and what must be answered. */
export type Scenario = { readonly name: string; readonly query: string; readonly expected: unknown };

const LIST_LENGTHS = [10, 100, 1000, 10_000];

/** Names that stand for several scenarios. */
export const scenarioGroups: Readonly<Record<string, readonly string[]>> = {
  'large-list': LIST_LENGTHS.map((length) => `list-${length}`),
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'main',
    query: readBenchData('main.graphql'),
    expected: JSON.parse(readBenchData('expected-main.json')) as unknown,
  },
  { name: 'me', query: readBenchData('me.graphql'), expected: { data: { me: answerMe() } } },
  { name: 'twohop', query: readBenchData('twohop.graphql'), expected: { data: { users: answerTwoHops() } } },
  ...LIST_LENGTHS.map((length) => ({
    name: `list-${length}`,
    query: `query List { topProducts(first: ${length}) { upc name inStock } }\n`,
    expected: { data: { topProducts: listProducts(length).map(({ upc, name, inStock }) => ({ upc, name, inStock })) } },
  })),
];

function answerMe(): unknown {
  return users.slice(0, 1).map(({ id, name }) => ({ id, name }))[0];
}

function answerTwoHops(): unknown {
  const firstTwo = reviews.slice(0, 2).map(({ id, body }) => ({ id, body }));
  return users.map(({ id, username, name }) => ({ id, username, name, reviews: firstTwo }));
}
