// The floor: a server written by hand for each scenario, without GraphQL. What a gateway costs is measured against it.
import { createServer, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { type Dispatcher, Pool } from 'undici';
import { createGrpcFloor } from './grpc-floor.ts';
import { createQueueFloor } from './queue-floor.ts';

type Entity = Record<string, unknown>;
type Reviewed = { reviews: FullReview[] };
type FullReview = { product: Entity & Partial<Reviewed>; author: Entity & Partial<Reviewed> };
type Representation = { readonly __typename: string; readonly [field: string]: unknown };

const CONNECTIONS = 100;
const PRODUCT_FIELDS = 'upc name price weight';
const REVIEWED_PRODUCT = 'reviews { id body author { id username reviews { id body product { upc } } } }';
const REVIEWED_USER = `reviews { id body product { upc ${REVIEWED_PRODUCT} } }`;
const HEADERS = { 'content-type': 'application/json' };

const { values } = parseArgs({
  options: { scenario: { type: 'string' }, port: { type: 'string' }, services: { type: 'string' } },
});
const scenario = values.scenario ?? 'main';
const services = values.services ?? '';
const pool = new Pool(services.replace(/^(grpc|nats):/, 'http:'), { connections: CONNECTIONS });
const answerScenario = chooseScenario();

const server = createServer((request, response) => {
  request.on('data', () => undefined); // one query is known here, so what the body says does not matter
  request.on('end', () => void answerScenario().then((data) => sendJson(response, 200, { data }), refuse(response)));
});
server.listen(Number(values.port), '127.0.0.1');
process.on('SIGTERM', () => process.exit());

function chooseScenario(): () => Promise<unknown> {
  if (scenario === 'main') return answerMain;
  if (scenario === 'me') return () => ask('accounts', '{ me { id name } }');
  if (scenario === 'twohop') return answerTwoHops;
  if (scenario === 'rest' || scenario === 'rest-batched') return answerRest;
  if (scenario.startsWith('grpc')) return createGrpcFloor(services, scenario);
  if (scenario.startsWith('queue')) return createQueueFloor(services, scenario);
  const length = /^list-(\d+)$/.exec(scenario)?.[1];
  if (length !== undefined) return () => answerList(Number(length));
  throw new Error(`There is no scenario ${scenario}.`);
}

/** A call for each user, or one for all of them. */
async function answerRest(): Promise<unknown> {
  const posts = await get<(Entity & { readonly userId: number })[]>('/rest/posts');
  const ids = [...new Set(posts.map(({ userId }) => userId))];
  const users =
    scenario === 'rest'
      ? await Promise.all(ids.map((id) => get<Entity>(`/rest/users/${id}`)))
      : await get<Entity[]>(`/rest/users?${ids.map((id) => `id=${id}`).join('&')}`);
  const byId = new Map(users.map(({ id, name, email }) => [id, { id: String(id), name, email }]));
  return {
    posts: posts.map(({ id, title, body, userId }) => ({ id: String(id), title, body, user: byId.get(userId) })),
  };
}

async function answerTwoHops(): Promise<unknown> {
  const { users } = await ask<{ users: Entity[] }>('accounts', '{ users { id username name } }');
  await extend('reviews', 'User', { entities: users, keyFields: ['id'], fields: 'reviews { id body }' });
  return { users };
}

async function answerList(length: number): Promise<unknown> {
  const query = `{ topProducts(first: ${length}) { upc name } }`;
  const { topProducts } = await ask<{ topProducts: Entity[] }>('products', query);
  await extend('inventory', 'Product', { entities: topProducts, keyFields: ['upc'], fields: 'inStock' });
  return { topProducts };
}

/** Seven requests in four waves, the fewest that a plan without an entity store has. */
async function answerMain(): Promise<unknown> {
  const [{ users }, { topProducts }] = await Promise.all([
    ask<{ users: Entity[] }>('accounts', '{ users { id username name } }'),
    ask<{ topProducts: Entity[] }>('products', `{ topProducts { ${PRODUCT_FIELDS} } }`),
  ]);
  const stock = { keyFields: ['upc', 'price', 'weight'], fields: 'inStock shippingEstimate' };
  const [reviewed] = await Promise.all([
    askReviews(users, topProducts),
    extend('inventory', 'Product', { entities: topProducts, ...stock }),
  ]);
  const found = { products: [] as Entity[], authors: [] as Entity[] };
  reviewed.users.forEach((entity, index) => collectReviews(Object.assign(users[index] as Entity, entity), found));
  reviewed.products.forEach((entity, index) =>
    collectReviews(Object.assign(topProducts[index] as Entity, entity), found),
  );
  await Promise.all([
    extend('accounts', 'User', { entities: found.authors, keyFields: ['id'], fields: 'name' }),
    extend('products', 'Product', { entities: found.products, keyFields: ['upc'], fields: 'name price weight' }),
  ]);
  await extend('inventory', 'Product', { entities: found.products, ...stock });
  return { users, topProducts };
}

async function askReviews(
  users: readonly Entity[],
  products: readonly Entity[],
): Promise<{ users: Reviewed[]; products: Reviewed[] }> {
  const query =
    'query ($users: [_Any!]!, $products: [_Any!]!) {' +
    ` users: _entities(representations: $users) { ... on User { ${REVIEWED_USER} } }` +
    ` products: _entities(representations: $products) { ... on Product { ${REVIEWED_PRODUCT} } } }`;
  return ask('reviews', query, {
    users: users.map(({ id }) => ({ __typename: 'User', id })),
    products: products.map(({ upc }) => ({ __typename: 'Product', upc })),
  });
}

function collectReviews(reviewed: Entity, found: { readonly products: Entity[]; readonly authors: Entity[] }): void {
  for (const { product, author } of (reviewed as Reviewed).reviews) {
    if (product !== undefined) {
      found.products.push(product);
      if (product.reviews !== undefined) collectReviews(product, found);
    }
    if (author !== undefined) {
      found.authors.push(author);
      if (author.reviews !== undefined) collectReviews(author, found);
    }
  }
}

/** Asks for each entity once, however often it occurs, and puts the fields into all of its occurrences. */
async function extend(
  service: string,
  typename: string,
  {
    entities,
    keyFields,
    fields,
  }: { readonly entities: readonly Entity[]; readonly keyFields: readonly string[]; readonly fields: string },
): Promise<void> {
  const representations: Representation[] = [];
  const places = new Map<unknown, number>();
  const indexes = entities.map((entity) => {
    const id = entity[keyFields[0] as string];
    const place = places.get(id) ?? representations.length;
    if (place === representations.length) {
      places.set(id, place);
      representations.push(toRepresentation(entity, typename, keyFields));
    }
    return place;
  });
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${typename} { ${fields} } } }`;
  const { _entities } = await ask<{ _entities: Entity[] }>(service, query, { r: representations });
  entities.forEach((entity, index) => Object.assign(entity, _entities[indexes[index] as number]));
}

function toRepresentation(entity: Entity, typename: string, keyFields: readonly string[]): Representation {
  const representation: Record<string, unknown> & { __typename: string } = { __typename: typename };
  for (const field of keyFields) representation[field] = entity[field];
  return representation;
}

async function ask<Data>(service: string, query: string, variables?: Entity): Promise<Data> {
  const body = JSON.stringify({ query, variables });
  const answer = await dispatch<{ readonly data: Data }>({
    method: 'POST',
    path: `/${service}`,
    headers: HEADERS,
    body,
  });
  return answer.data;
}

function get<Answer>(path: string): Promise<Answer> {
  return dispatch({ method: 'GET', path });
}

function dispatch<Answer>(options: Dispatcher.DispatchOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () => {
        const only = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        resolve(JSON.parse(only.toString()) as Answer);
      },
      onResponseError: (_controller, error) => reject(error),
    };
    pool.dispatch(options, handler);
  });
}

function sendJson(response: ServerResponse, status: number, answer: unknown): void {
  const bytes = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

function refuse(response: ServerResponse): (error: unknown) => void {
  return (error) => sendJson(response, 500, { errors: [{ message: String(error) }] });
}
