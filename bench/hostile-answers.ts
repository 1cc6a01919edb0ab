/** What a service might answer to a query, by what is wrong with it. */
export type HostileAnswer = {
  readonly query: string;
  /** The service's answer to each fetch, by the subgraph. */
  readonly answers: Readonly<Record<string, string>>;
};

/** Objects, errors or levels of an answer that comes alone. */
const COUNT = 40_000;
/** Of each of two answers that belong together. */
const ENTITIES = 20_000;

const list = (write: (index: number) => string, count = COUNT): string =>
  `[${Array.from({ length: count }, (_, index) => write(index)).join(',')}]`;

const users = (write: (index: number) => string, errors = ''): Readonly<Record<string, string>> => ({
  nodes: `{"data":{"search":${list(write)}}${errors === '' ? '' : `,"errors":${errors}`}}`,
});

const user = (index: number) => `{"__typename":"User","id":"u${index}","name":"n"}`;

const SEARCH = '{ search { id name } }';

/** Users, and what the second service says of them. */
const withStock = (entities: string, errors = ''): HostileAnswer => ({
  query: '{ search { id stock } }',
  answers: {
    nodes: `{"data":{"search":${list(user, ENTITIES)}}}`,
    stock: `{"data":{"_entities":${entities}}${errors === '' ? '' : `,"errors":${errors}`}}`,
  },
});

const entities = (write: (index: number) => string): string => list(write, ENTITIES);

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

/** About a megabyte each; larger ones cost in proportion. Those that are right show what a good answer of the size costs. */
export const hostileAnswers: Readonly<Record<string, HostileAnswer>> = {
  'right, for comparison': { query: SEARCH, answers: users(user) },
  'wrong leaves': { query: SEARCH, answers: users((index) => `{"__typename":"User","id":"u${index}","name":{}}`) },
  'wrong leaves that must not be null': {
    query: SEARCH,
    answers: users(() => '{"__typename":"User","id":{},"name":"n"}'),
  },
  'leaves left out': { query: SEARCH, answers: users((index) => `{"__typename":"User","id":"u${index}"}`) },
  'all leaves left out': { query: SEARCH, answers: users(() => '{}') },
  'leaves where objects are due': { query: SEARCH, answers: users(() => '1') },
  'lists where objects are due': { query: SEARCH, answers: users(() => '[[]]') },
  'objects of no type': { query: '{ nodes { id } }', answers: { nodes: `{"data":{"nodes":${list(() => '{}')}}}` } },
  'objects of another type': {
    query: SEARCH,
    answers: users((index) => `{"__typename":"T1","id":"u${index}","name":"n"}`),
  },
  'an error for each': {
    query: SEARCH,
    answers: users(
      (index) => `{"__typename":"User","id":"u${index}","name":null}`,
      list((index) => `{"message":"no","path":["search",${index},"name"]}`),
    ),
  },
  'an error for each, and leaves left out': {
    query: SEARCH,
    answers: users(
      (index) => `{"__typename":"User","id":"u${index}"}`,
      list((index) => `{"message":"no","path":["search",${index},"id"]}`),
    ),
  },
  'errors without a place': {
    query: SEARCH,
    answers: users(
      user,
      list(() => '{}'),
    ),
  },
  'entities that are right, for comparison': withStock(entities((index) => `{"__typename":"User","stock":${index}}`)),
  'entities left out': withStock(entities(() => 'null')),
  'entities without their fields': withStock(entities(() => '{}')),
  'entities of another type': withStock(entities(() => '{"__typename":"T1","stock":1}')),
  'entities with wrong leaves': withStock(entities(() => '{"__typename":"User","stock":"x"}')),
  'entities with an error each': withStock(
    entities(() => 'null'),
    entities((index) => `{"message":"no","path":["_entities",${index}]}`),
  ),
  'entities of another number': withStock('[]'),
  'no entities': withStock('null', '[{"message":"no"}]'),
  'lists in each other': { query: SEARCH, answers: { nodes: `{"data":{"search":${nested(40_000, '[', ']')}}}` } },
  'objects in each other': {
    query: SEARCH,
    answers: { nodes: `{"data":{"search":[${nested(40_000, '{"name":', '}').replace(':}', ':1}')}]}}` },
  },
  'names that nobody asked for': {
    query: SEARCH,
    answers: {
      nodes: `{"data":{"search":${entities((index) => `{"__typename":"User","id":"u","name":"n","x${index}":1}`)}}}`,
    },
  },
};
