import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../src/errors/problem.ts';
import { createClients } from '../../../src/sources/bound/clients.ts';
import { readSubgraph } from '../../../src/subgraph/read-subgraph.ts';
import { createTestContext } from '../http/test-context.ts';
import { json, startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';

const sdl = `
  extend schema @source(naming: SNAKE_CASE)
  type Query {
    thing(id: ID!): Thing @rest(GET: "/things/{id}")
    mine: Thing @rest(GET: "/mine{?claims.sub}", headers: [{ name: "X-Tenant", value: "{headers.x-tenant}" }, { name: "X-Fixed", value: "1" }])
  }
  type Mutation {
    create(input: NewThing!): Thing @rest(POST: "/things")
    rename(id: ID!, newName: String!): Thing @rest(PATCH: "/things/{id}")
    tag(id: ID!, tagList: [String!], extraData: NewThing): Thing @rest(PUT: "/things/{id}/tags")
    sign(text: String!): Thing @rest(POST: "/signed", body: "{ said: args.text, by: claims.sub, tenant: headers.\\"x-tenant\\" }")
    label(text: String!): Thing @rest(POST: "/labels", headers: [{ name: "X-Label", value: "{text}" }])
    remove(id: ID!): Boolean @rest(DELETE: "/things/{id}")
    purge(id: ID!, why: String): Boolean @rest(DELETE: "/things/{id}", body: "{ why: args.why }")
    submit(input: NewThing!): Thing @rest(POST: "/forms", bodyFormat: FORM)
    touch(id: ID!, by: String): Thing @rest(POST: "/things/{id}/touch", bodyFormat: NONE)
  }
  input NewThing { fullName: String! innerParts: [NewPart!] }
  input NewPart { partNumber: Int! }
  type Thing { id: ID name: String }
`;

const caller = { kind: 'authenticated', claims: { sub: 'u7' }, scopes: new Set<string>() } as const;

async function things(answer: unknown = { id: 1, name: 'One' }, path = '') {
  const server = await startTestServer((_, response) => json(response, answer));
  const { run } = boundSubgraph(sdl, { url: server.url + path, headers: { 'x-user-id': 'u7' }, forward: ['X-Tenant'] });
  const last = () => {
    const received = server.received.at(-1);
    return { ...received, json: received?.body === '' ? undefined : (JSON.parse(received?.body ?? '') as unknown) };
  };
  return { run, last, server };
}

describe('a request', () => {
  it('goes below the path of the URL, with its query', async () => {
    const { run, last } = await things(undefined, '/base/?key=secret');
    await run('{ thing(id: "a/b?c") { id } }');
    expect(last()).toMatchObject({ method: 'GET', path: '/base/things/a%2Fb%3Fc?key=secret', json: undefined });
  });

  it('accepts and sends the media types of JSON that the schema names', async () => {
    const server = await startTestServer((_, response) => json(response, { id: 1 }));
    const { run } = boundSubgraph(
      `extend schema @source(headers: [{ name: "Accept", value: "application/vnd.shop+json" }])
      type Query { thing: Thing @rest(GET: "/thing") }
      type Mutation {
        merge(input: New!): Thing @rest(PATCH: "/thing", headers: [{ name: "Content-Type", value: "application/merge-patch+json" }])
        none(by: String): Thing @rest(POST: "/thing/{by}", headers: [{ name: "Content-Type", value: "application/json" }])
      }
      input New { name: String }
      type Thing { id: ID }`,
      { url: server.url },
    );
    await run('{ thing { id } }');
    await run('mutation { merge(input: { name: "a" }) { id } }');
    await run('mutation { none(by: "a") { id } }');
    expect(server.received.map(({ headers }) => [headers.accept, headers['content-type']])).toEqual([
      ['application/vnd.shop+json', undefined],
      ['application/vnd.shop+json', 'application/merge-patch+json'],
      ['application/vnd.shop+json', undefined],
    ]);
  });

  it('bears the headers of the schema and those of the caller that the config names', async () => {
    const { run, last } = await things();
    await run(
      '{ mine { id } }',
      {},
      createTestContext({ caller, header: (name) => (name === 'x-tenant' ? 'zürich' : 'other') }),
    );
    expect(last().path).toBe('/mine?sub=u7');
    expect(last().headers).toMatchObject({
      'x-tenant': 'z%C3%BCrich',
      'x-fixed': '1',
      'x-user-id': 'u7',
      accept: 'application/json',
    });
    expect(last().headers).not.toHaveProperty('authorization');
  });

  it('has no header of the caller that the config does not name, in its path, headers or body', async () => {
    const server = await startTestServer((_, response) => json(response, 1));
    const { run } = boundSubgraph(
      `type Query {
        a: Int @rest(
          POST: "/a{?headers.cookie,headers.x-tenant}"
          headers: [{ name: "X-Told", value: "{headers.authorization}" }, { name: "X-Named", value: "{headers.x-tenant}" }]
          body: "{ token: headers.authorization, named: headers.\\"x-tenant\\", all: headers }"
        )
      }`,
      { url: server.url, forward: ['X-Tenant'] },
    );
    await run('{ a }', {}, createTestContext({ header: (name) => `its-${name}` }));
    const [received] = server.received;
    expect(received?.path).toBe('/a?x-tenant=its-x-tenant');
    expect(received?.headers).toMatchObject({ 'x-named': 'its-x-tenant' });
    expect(received?.headers).not.toHaveProperty('x-told');
    expect(JSON.parse(received?.body ?? '')).toEqual({ token: null, named: 'its-x-tenant', all: {} });
  });

  it.each(['.', '..', ''])('is not sent with %j in its path', async (id) => {
    const { run, server } = await things();
    expect((await run('query ($id: ID!) { thing(id: $id) { id } }', { id })).errors).toEqual([
      'BAD_USER_INPUT at thing',
    ]);
    expect(server.received).toEqual([]);
  });

  it('is not sent with a line break in a header', async () => {
    const { run, server } = await things();
    const { errors } = await run('mutation ($text: String!) { label(text: $text) { id } }', {
      text: 'a\r\nx-admin: 1',
    });
    expect(errors).toEqual(['BAD_USER_INPUT at label']);
    expect(server.received).toEqual([]);
  });
});

describe('a body', () => {
  it('is the input argument, named as the service names things', async () => {
    const { run, last } = await things();
    await run('mutation { create(input: { fullName: "A", innerParts: [{ partNumber: 1 }] }) { id } }');
    expect(last()).toMatchObject({ method: 'POST', json: { full_name: 'A', inner_parts: [{ part_number: 1 }] } });
    expect(last().headers?.['content-type']).toBe('application/json');
  });

  it('is what is not in the path, by name, where there is no input argument', async () => {
    const { run, last } = await things();
    await run('mutation { rename(id: "1", newName: "B") { id } }');
    expect(last()).toMatchObject({ method: 'PATCH', path: '/things/1', json: { new_name: 'B' } });
    await run('mutation ($x: NewThing) { tag(id: "1", tagList: ["a"], extraData: $x) { id } }', {
      x: { fullName: 'C' },
    });
    expect(last()).toMatchObject({
      method: 'PUT',
      path: '/things/1/tags',
      json: { tag_list: ['a'], extra_data: { full_name: 'C' } },
    });
  });

  it('is what its expression makes of arguments, claims and headers', async () => {
    const { run, last } = await things();
    await run('mutation { sign(text: "hi") { id } }', {}, createTestContext({ caller, header: () => 't1' }));
    expect(last().json).toEqual({ said: 'hi', by: 'u7', tenant: 't1' });
  });

  it('is not there for DELETE', async () => {
    const { run, last } = await things(true);
    expect((await run('mutation { remove(id: "1") }')).data).toEqual({ remove: true });
    expect(last()).toMatchObject({ method: 'DELETE', body: '' });
  });

  it('is there for DELETE where an expression says so', async () => {
    const { run, last } = await things(true);
    await run('mutation { purge(id: "1", why: "old") }');
    expect(last()).toMatchObject({ method: 'DELETE', json: { why: 'old' } });
  });

  it('is a form where the schema says so', async () => {
    const { run, server } = await things();
    await run('mutation { submit(input: { fullName: "A & B", innerParts: [{ partNumber: 1 }] }) { id } }');
    const [received] = server.received;
    expect(received?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(received?.body)]).toEqual([
      ['full_name', 'A & B'],
      ['inner_parts[0][part_number]', '1'],
    ]);
  });

  it('is not there where the schema says so', async () => {
    const { run, server } = await things();
    await run('mutation { touch(id: "1", by: "me") { id } }');
    expect(server.received[0]).toMatchObject({ method: 'POST', body: '' });
    expect(server.received[0]?.headers).not.toHaveProperty('content-type');
  });
});

describe('a status', () => {
  it.each([
    [400, 'BAD_USER_INPUT'],
    [422, 'BAD_USER_INPUT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [409, 'UPSTREAM_ERROR'],
    [429, 'UPSTREAM_UNAVAILABLE'],
    [500, 'UPSTREAM_ERROR'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [302, 'UPSTREAM_BAD_RESPONSE'],
  ])('%i is %s', async (status, code) => {
    const server = await startTestServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/problem+json', location: '/secret' });
      response.end(JSON.stringify({ title: 'No', detail: 'stock is 3' }));
    });
    const { run } = boundSubgraph(sdl, { url: server.url });
    const { errors, raw } = await run('{ thing(id: "1") { id } }');
    expect(errors).toEqual([`${code} at thing`]);
    expect(raw[0]?.message).not.toContain('stock');
    if (status >= 400) expect(raw[0]?.detail).toBe(`HTTP ${status}: No: stock is 3`);
    expect(server.received).toHaveLength(1);
  });

  it.each([404, 410])('%i is null', async (status) => {
    const server = await startTestServer((_, response) => json(response, {}, { status }));
    expect(await boundSubgraph(sdl, { url: server.url }).run('{ thing(id: "1") { id } }')).toMatchObject({
      data: { thing: null },
      errors: [],
    });
  });

  it('503 is asked again for a query, and not for a mutation', async () => {
    const server = await startTestServer((received, response) =>
      json(response, { id: 1 }, { status: received.method === 'GET' && server.received.length > 1 ? 200 : 503 }),
    );
    const { run } = boundSubgraph(sdl, { url: server.url, traffic: { retry: { attempts: 2, backoffMs: 0 } } });
    expect((await run('{ thing(id: "1") { id } }')).data).toEqual({ thing: { id: '1' } });
    expect((await run('mutation { rename(id: "1", newName: "x") { id } }')).errors).toEqual([
      'UPSTREAM_UNAVAILABLE at rename',
    ]);
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH']);
  });
});

describe('an answer', () => {
  it.each([
    ['HTML', 'text/html', '<p>login</p>'],
    ['broken JSON', 'application/json', '{"id":'],
    ['nothing, to a GET', 'application/json', ''],
  ])('that is %s is not used', async (_, type, body) => {
    const server = await startTestServer((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    const { errors } = await boundSubgraph(sdl, { url: server.url }).run('{ thing(id: "1") { id } }');
    expect(errors).toEqual(['UPSTREAM_BAD_RESPONSE at thing']);
  });

  it('without content is null for an object', async () => {
    const server = await startTestServer((_, response) => response.writeHead(204).end());
    const { run } = boundSubgraph(sdl, { url: server.url });
    expect(await run('mutation { rename(id: "1", newName: "x") { id } }')).toMatchObject({
      data: { rename: null },
      errors: [],
    });
  });
});

describe('what a call has created', () => {
  const create = 'mutation { create(input: { fullName: "A" }) { id name } }';

  async function creating(location: string, read: (path: string) => unknown = () => ({ id: 5, name: 'A' })) {
    const server = await startTestServer(({ method, path }, response) => {
      if (method === 'POST') response.writeHead(201, { location }).end();
      else json(response, read(path), { status: path.endsWith('/gone') ? 503 : 200 });
    });
    const { run } = boundSubgraph(sdl, { url: `${server.url}/v2`, headers: { 'x-user-id': 'u7' } });
    return { server, run };
  }

  it('is read where the answer says that it stands', async () => {
    const { server, run } = await creating('/v2/things/5?full=1');
    expect((await run(create)).data).toEqual({ create: { id: '5', name: 'A' } });
    expect(server.received[1]).toMatchObject({ method: 'GET', path: '/v2/things/5?full=1', body: '' });
    expect(server.received[1]?.headers).toMatchObject({ 'x-user-id': 'u7', accept: 'application/json' });
    expect(server.received[1]?.headers).not.toHaveProperty('content-type');
  });

  it.each(['https://elsewhere.example/v2/things/5', '/admin', '/v2/../admin', '//x'])(
    'is not read outside of the service: %s',
    async (location) => {
      const { server, run } = await creating(location);
      expect((await run(create)).errors).toEqual(['UPSTREAM_BAD_RESPONSE at create']);
      expect(server.received).toHaveLength(1);
    },
  );

  it('is not created again where it cannot be read', async () => {
    const { server, run } = await creating('/v2/gone');
    expect((await run(create)).errors).toEqual(['UPSTREAM_UNAVAILABLE at create']);
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});

describe('a service that is not there', () => {
  it('gone: an error at its field, which says that nothing was sent', async () => {
    const server = await startTestServer(() => {});
    await server.close();
    const { run } = boundSubgraph(sdl, { url: server.url });
    const { errors, raw } = await run('mutation { rename(id: "1", newName: "x") { id } }');
    expect(errors).toEqual(['UPSTREAM_UNAVAILABLE at rename']);
    expect(raw[0]).toMatchObject({ retry: 'not-sent', service: 'shop' });
  });

  it('slow: a time-out within the schema’s @timeout, of the strictest field it serves', async () => {
    const closed = Promise.withResolvers<void>();
    const server = await startTestServer(
      (_, _response, request) => void request.socket.on('close', () => closed.resolve()),
    );
    const timed = sdl.replace('name: String }', 'name: String @timeout(ms: 40) }');
    const { run } = boundSubgraph(timed, { url: server.url });
    const { errors, raw } = await run('{ thing(id: "1") { id name } }');
    expect(errors).toEqual(['UPSTREAM_TIMEOUT at thing']);
    expect(raw[0]?.message).toContain('40 ms');
    await closed.promise;
  });

  it('slow: longer than the schema’s @timeout where the field that is called for says so', async () => {
    const server = await startTestServer(() => {});
    const timed = `extend schema @timeout(ms: 20)
      type Query { view: View @rest(GET: "/view") @timeout(ms: 90) }
      type View { part: Part }
      type Part { text: String }`;
    const { run } = boundSubgraph(timed, { url: server.url });
    expect((await run('{ view { part { text } } }')).raw[0]?.message).toContain('90 ms');
  });

  it('a mutation that has begun is not cut off when the client goes away', async () => {
    const arrived = Promise.withResolvers<Socket>();
    const finish = Promise.withResolvers<void>();
    const server = await startTestServer((_, response, request) => {
      arrived.resolve(request.socket);
      void finish.promise.then(() => json(response, { id: 1 }));
    });
    const context = createTestContext();
    const answer = boundSubgraph(sdl, { url: server.url }).run(
      'mutation { rename(id: "1", newName: "x") { id } }',
      {},
      context,
    );
    const socket = await arrived.promise;
    context.cancellation.cancel(new Error('gone'));
    expect(socket.destroyed).toBe(false);
    finish.resolve();
    expect((await answer).data).toEqual({ rename: { id: '1' } });
  });
});

describe('the config', () => {
  const problemsOf = (url: string | undefined, text = sdl) => {
    const { subgraph } = readSubgraph({
      name: 'shop',
      kind: 'auto',
      schema: [{ name: 'shop.graphql', text }],
    });
    if (subgraph === undefined) throw new Error('The schema could not be read.');
    try {
      createClients({ subgraph: { ...subgraph, url }, headers: () => ({}) });
      return [];
    } catch (error) {
      return error instanceof ProblemsError ? error.problems : [error];
    }
  };

  it('must give each service a URL its directive can speak to', () => {
    const one =
      'type Query { a: Int @rest(GET: "/a") b: Int @rest(GET: "/b", source: "other") } extend schema @source(name: "other")';
    expect(problemsOf('grpc://x:1', one)).toEqual([
      expect.objectContaining({
        coordinate: 'Query.a',
        remedy: expect.stringContaining('graph.subgraphs.shop.url'),
        places: [expect.objectContaining({ line: 1 })],
      }),
      expect.objectContaining({
        coordinate: 'Query.b',
        remedy: expect.stringContaining('graph.subgraphs.shop.sources.other.url'),
      }),
    ]);
    expect(problemsOf(undefined)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('So are 10 more') }),
    ]);
    expect(problemsOf('http://x')).toEqual([]);
  });
});
