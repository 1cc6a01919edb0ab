import { describe, expect, it, onTestFinished } from 'vitest';
import { startFederatedService } from './federated-service.ts';
import { openTestGateway, type TestGateway, type TestSettings } from './test-gateway.ts';

const token = 'a-token-for-the-tests';
const registry = { store: 'sqlite:./registry.db', token };
const users = 'type Query { user(id: ID!): User }\ntype User @key(fields: "id") { id: ID! name: String! }\n';
const reviews = 'type User @key(fields: "id") { id: ID! reviews: [String!]! }\n';

async function startServices() {
  const named = await startFederatedService(users, {
    root: { user: ({ id }) => ({ id, name: `user ${String(id)}` }) },
  });
  const reviewed = await startFederatedService(reviews, { entity: ({ id }) => ({ reviews: [`of ${String(id)}`] }) });
  return { named, reviewed };
}

async function openRegistryGateway(settings: TestSettings) {
  const open = await openTestGateway({
    ...settings,
    config: { mode: 'development', graph: { registry }, ...settings.config },
  });
  const call = async (path: string, body?: object) => {
    const response = await open.gateway.request(`/registry/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const publish = (name: string, text: string, url: string) =>
    call(`/subgraphs/${name}/publish`, { schema: [{ name: `${name}.graphql`, text }], url, by: 'a team' });
  return { ...open, call, publish };
}

/** Asks without a pause until it is told to stop; gives every answer that was not the right one, and how many there were. */
function keepAsking({ ask }: TestGateway) {
  const wrong: unknown[] = [];
  let asked = 0;
  let stopped = false;
  const asking = Array.from({ length: 8 }, async (_, start) => {
    for (let id = start; !stopped; id += 8) {
      const { body } = await ask('query ($id: ID!) { user(id: $id) { id name } }', { id: String(id) });
      asked += 1;
      const right = { data: { user: { id: String(id), name: `user ${id}` } } };
      if (JSON.stringify(body) !== JSON.stringify(right)) wrong.push(body);
    }
  });
  onTestFinished(() => {
    stopped = true;
  });
  return {
    asked: () => asked,
    stop: async () => {
      stopped = true;
      await Promise.all(asking);
      return wrong;
    },
  };
}

describe('a gateway that carries a registry', () => {
  it('swaps in what is published and refuses what is broken while it answers, and serves the stored graph after a restart', async () => {
    const { named, reviewed } = await startServices();
    const subgraphs = { users: named.subgraph };
    const open = await openRegistryGateway({ subgraphs });
    const { ask, call, publish, gateway, folder } = open;
    const asking = keepAsking(open);
    await expect.poll(asking.asked).toBeGreaterThan(20);

    expect(await publish('reviews', reviews, reviewed.url)).toMatchObject({
      status: 200,
      body: { status: 'published', version: 1, graphVersion: 2 },
    });
    const all = '{ user(id: "7") { name reviews } }';
    const whole = { data: { user: { name: 'user 7', reviews: ['of 7'] } } };
    expect((await ask(all)).body).toEqual(whole);

    const broken = await publish(
      'reviews',
      reviews.replace('id: ID!', 'id: ID! name: Int!') + 'type Query { user(id: ID!): Int }',
      reviewed.url,
    );
    expect(broken.status).toBe(422);
    expect(broken.body).toMatchObject({ status: 'refused', subgraph: 'reviews' });
    const problems = broken.body['problems'] as readonly { code: string; message: string; places: object[] }[];
    const listed = problems.map(({ code, message, places }) => `${code} ${message} ${JSON.stringify(places)}`);
    expect(listed).toEqual([
      expect.stringMatching(/^FIELD_TYPE_MISMATCH .*Query\.user.*"reviews\.graphql","line":2/),
      expect.stringMatching(/^FIELD_TYPE_MISMATCH .*User\.name.*"reviews\.graphql","line":1/),
    ]);

    const unread = await publish(
      'reviews',
      'type User @key(fields: "id") {\n  id: ID\n  reviews: [String! }',
      'http://r',
    );
    expect(unread).toMatchObject({
      status: 422,
      body: { problems: [{ places: [{ file: 'reviews.graphql', line: 3 }] }] },
    });
    expect((await ask(all)).body).toEqual(whole);

    const before = asking.asked();
    await expect.poll(asking.asked).toBeGreaterThan(before + 20);
    expect(await asking.stop()).toEqual([]);

    const history = (await call('/history')).body as { entries: { action: string; subgraph: string; by: string }[] };
    expect(history.entries.map(({ action, subgraph, by }) => `${action} ${subgraph} by ${by}`)).toEqual([
      'refused reviews by a team',
      'refused reviews by a team',
      'published reviews by a team',
      'seeded users by config',
    ]);

    await gateway.close();
    const again = await openRegistryGateway({ subgraphs, folder });
    expect((await again.ask(all)).body).toEqual(whole);
    expect((await again.call('/history')).body).toEqual(history);
  });

  it('composes publications that come at once one upon the other', async () => {
    const { named, reviewed } = await startServices();
    const { publish, ask, gateway } = await openRegistryGateway({ subgraphs: { users: named.subgraph } });
    const names = ['a', 'b', 'c', 'd'];
    const outcomes = await Promise.all(
      names.map((name) => publish(name, `extend type Query { ${name}: Int }`, reviewed.url)),
    );
    expect(outcomes.map(({ body }) => body['graphVersion'])).toEqual([2, 3, 4, 5]);
    expect(Object.keys(gateway.graph()?.supergraph.apiSchema.getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining([...names, 'user']),
    );
    expect((await ask('{ user(id: "1") { name } }')).body).toEqual({ data: { user: { name: 'user 1' } } });
  });

  it('is not undone by a reload at the same time, and goes by the new settings after it', async () => {
    const { named, reviewed } = await startServices();
    const subgraphs = { users: named.subgraph };
    const { publish, ask, configOf, gateway } = await openRegistryGateway({ subgraphs });
    const config = await configOf({ subgraphs, config: { mode: 'production', graph: { registry } } });
    const [, published] = await Promise.all([gateway.reload(config), publish('reviews', reviews, reviewed.url)]);
    expect(published).toMatchObject({ status: 200 });
    expect((await ask('{ user(id: "7") { reviews } }')).body).toEqual({ data: { user: { reviews: ['of 7'] } } });
    expect((await ask('{ user(id: "7") { rewiews } }')).body.errors?.[0]?.message).not.toContain('Did you mean');
  });

  it('stores nothing of a graph that is broken at its start, and serves the mended one', async () => {
    const { named } = await startServices();
    const broken = { users: { sdl: `${users}type Query { user(id: ID!): Use }`, url: named.url } };
    const mended = { users: named.subgraph };
    const { folder, gateway } = await openTestGateway({ subgraphs: mended });
    await gateway.close();
    await expect(openRegistryGateway({ subgraphs: broken, folder })).rejects.toThrow('users.graphql');
    const { ask, call } = await openRegistryGateway({ subgraphs: mended, folder });
    expect((await ask('{ user(id: "1") { name } }')).body).toEqual({ data: { user: { name: 'user 1' } } });
    expect((await call('/history')).body).toMatchObject({ entries: [{ action: 'seeded', graphVersion: 1 }] });
  });

  it('says that nothing has been published yet, and serves the first publication', async () => {
    const { named } = await startServices();
    const { ask, publish, gateway } = await openRegistryGateway({});
    expect(await ask('{ user(id: "1") { name } }')).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'GRAPH_UNAVAILABLE' } }] },
    });
    expect((await gateway.request('/ready')).status).toBe(503);
    expect(await publish('users', users, named.url)).toMatchObject({ status: 200 });
    expect((await gateway.request('/ready')).status).toBe(200);
    expect((await ask('{ user(id: "1") { name } }')).body).toEqual({ data: { user: { name: 'user 1' } } });
  });

  it('refuses a URL that the subgraph cannot be called at, whole, and goes on serving', async () => {
    const { publish, logged } = await openRegistryGateway({});
    const answers = await Promise.all([
      publish('plain', 'type Query { plain: Int }', 'nats://user:secret@127.0.0.1:1'),
      publish('bound', 'type Query { bound: Int @rest(GET: "/bound") }', 'memory:'),
    ]);
    expect(answers.map(({ status, body }) => [status, body['problems']])).toEqual([
      [422, [expect.objectContaining({ code: 'URL_MISSING_OR_WRONG', subgraph: 'plain' })]],
      [422, [expect.objectContaining({ code: 'URL_MISSING_OR_WRONG', coordinate: 'Query.bound' })]],
    ]);
    expect(JSON.stringify([answers, logged])).not.toContain('secret');
    expect((await publish('plain', 'type Query { plain: Int }', 'http://127.0.0.1:1')).status).toBe(200);
  });
});
