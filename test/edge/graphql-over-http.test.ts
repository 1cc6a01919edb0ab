import { connect } from 'node:net';
import { serverAudits } from 'graphql-http';
import { beforeAll, describe, expect, it } from 'vitest';
import { listeningEdge, post, refused, testEdge } from './test-edge.ts';

const JSON_TYPE = 'application/json';
const RESPONSE_TYPE = 'application/graphql-response+json';

type TestOptions = Parameters<typeof testEdge>[0];

/** Yoga's lane is all there is without a port; on one, plain JSON POSTs take the fast lane. Both must do the same. */
const LANES = {
  'without a port': (options: TestOptions) => {
    const test = testEdge(options);
    const send = (target: string, init: RequestInit) => test.edge.fetch(new Request(`http://gateway${target}`, init));
    return { ...test, send };
  },
  'on a port': async (options: TestOptions) => {
    const test = await listeningEdge(options);
    return { ...test, send: (target: string, init: RequestInit) => fetch(`${test.url}${target}`, init) };
  },
};

let lane: keyof typeof LANES = 'without a port';

async function ask(init: RequestInit, target = '/graphql', options: TestOptions = {}) {
  const { send, operations, logged } = await LANES[lane](options);
  const response = await send(target, init);
  const text = await response.text();
  const body = text.startsWith('{')
    ? (JSON.parse(text) as { data?: unknown; errors?: { extensions: { code: string } }[] })
    : {};
  return {
    response,
    status: response.status,
    type: response.headers.get('content-type'),
    body,
    code: body.errors?.[0]?.extensions.code,
    operations,
    logged,
  };
}

describe.each(Object.keys(LANES) as (keyof typeof LANES)[])('the edge %s', (name) => {
  beforeAll(() => {
    lane = name;
  });

  it('passes every audit of GraphQL over HTTP', async () => {
    const { send } = await LANES[name]({});
    const fetchFn = (url: string, init: RequestInit) => send(url.replace('http://gateway', ''), init);
    const results = [];
    for (const audit of serverAudits({ url: 'http://gateway/graphql', fetchFn })) results.push(await audit.fn());
    const failed = results.flatMap((result) =>
      result.status === 'ok' ? [] : [`${result.id} ${result.name}: ${result.reason}`],
    );
    expect(results.length).toBeGreaterThan(60);
    expect(failed).toEqual([]);
  });

  it('answers in JSON where the client names no type, and in the type it names', async () => {
    expect(await ask(post({ query: '{ greeting }' }))).toMatchObject({
      status: 200,
      type: `${JSON_TYPE}; charset=utf-8`,
      body: { data: { greeting: 'Hello you' } },
    });
    expect(await ask(post({ query: '{ greeting }' }, { accept: RESPONSE_TYPE }))).toMatchObject({
      type: `${RESPONSE_TYPE}; charset=utf-8`,
    });
  });

  it('passes on what it was sent, and no more', async () => {
    const { operations } = await ask(
      post(
        {
          query: 'query A($n: String) { greeting(name: $n) }',
          operationName: 'A',
          variables: { n: 'x' },
          extensions: { e: 1 },
          other: 1,
        },
        { 'X-Test': 'yes' },
      ),
    );
    expect(operations).toHaveLength(1);
    expect(operations[0]).toMatchObject({
      operationName: 'A',
      variables: { n: 'x' },
      extensions: { e: 1 },
      method: 'POST',
    });
    expect(operations[0]).not.toHaveProperty('other');
    expect(operations[0]?.header('x-test')).toBe('yes');
    expect(operations[0]?.header('x-none')).toBeNull();
  });

  it('reads a GET from the query string', async () => {
    const target = `/graphql?query=${encodeURIComponent('query Q($n: String) { greeting(name: $n) }')}&operationName=Q&variables=${encodeURIComponent('{"n":"me"}')}`;
    expect(await ask({}, target)).toMatchObject({ status: 200, body: { data: { greeting: 'Hello me' } } });
  });

  it.each([
    [JSON_TYPE, 200],
    [RESPONSE_TYPE, 400],
  ])('gives a refused document under %s the status %i', async (accept, status) => {
    expect(await ask(post({ query: '{ nope }' }, { accept }))).toMatchObject({
      status,
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
  });

  it.each([JSON_TYPE, RESPONSE_TYPE, 'text/event-stream'])(
    'keeps a status that always holds under %s',
    async (accept) => {
      const handle = async () => refused('UNAUTHENTICATED', 401, true);
      expect(await ask(post({ query: '{ greeting }' }, { accept }), '/graphql', { handle })).toMatchObject({
        status: 401,
        code: 'UNAUTHENTICATED',
      });
    },
  );

  it('writes the headers of the answer', async () => {
    const handle = async () => ({
      ...refused('UNAUTHENTICATED', 401, true),
      headers: { 'www-authenticate': 'Bearer' },
    });
    const { response } = await ask(post({ query: '{ greeting }' }), '/graphql', { handle });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each<[string, RequestInit, number, string]>([
    ['broken JSON', post('{ "query": '), 400, 'BAD_USER_INPUT'],
    ['JSON that is no object', post('"{ greeting }"'), 400, 'BAD_USER_INPUT'],
    ['no query', post({}), 400, 'BAD_USER_INPUT'],
    ['a batch', post([{ query: '{ greeting }' }]), 400, 'BAD_USER_INPUT'],
    ['a query that is no text', post({ query: 1 }), 400, 'BAD_USER_INPUT'],
    ['variables that are a list', post({ query: '{ greeting }', variables: [] }), 400, 'BAD_USER_INPUT'],
    ['an operation name that is no text', post({ query: '{ greeting }', operationName: {} }), 400, 'BAD_USER_INPUT'],
    ['bytes that are not UTF-8', post(new Uint8Array([0x7b, 0xff, 0x7d])), 400, 'BAD_USER_INPUT'],
    [
      'a form',
      post('query={greeting}', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a multipart body',
      post('--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'plain text',
      post('{ "query": "{ greeting }" }', { 'content-type': 'text/plain' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['GraphQL as such', post('{ greeting }', { 'content-type': 'application/graphql' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'another charset',
      post({ query: '{ greeting }' }, { 'content-type': 'application/json; charset=utf-16' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['types it cannot give', post({ query: '{ greeting }' }, { accept: 'text/html, image/*' }), 406, 'NOT_ACCEPTABLE'],
    ['PUT', { method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
    [
      'a preflight',
      { method: 'OPTIONS', headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' } },
      405,
      'METHOD_NOT_ALLOWED',
    ],
  ])('refuses %s before anything runs', async (_name, init, status, code) => {
    expect(await ask(init)).toMatchObject({ status, code, operations: [], logged: [] });
  });

  it('refuses variables in the query string that are no JSON', async () => {
    expect(await ask({}, '/graphql?query={greeting}&variables={')).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      operations: [],
    });
  });

  it('refuses a mutation over GET', async () => {
    expect(await ask({}, `/graphql?query=${encodeURIComponent('mutation { count }')}`)).toMatchObject({ status: 405 });
  });

  it('says which methods there are', async () => {
    expect((await ask({ method: 'DELETE' })).response.headers.get('allow')).toBe('GET, POST');
  });

  it('names no origin that may read its answers', async () => {
    const { response } = await ask(post({ query: '{ greeting }' }, { origin: 'http://evil.example' }));
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('masks and logs a fault of its own', async () => {
    const handle = async () => {
      throw new Error('secret');
    };
    const { status, code, body, logged } = await ask(post({ query: '{ greeting }' }), '/graphql', { handle });
    expect({ status, code, logged }).toEqual({
      status: 500,
      code: 'INTERNAL_ERROR',
      logged: ['error A request failed at the edge.'],
    });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('has nothing at other paths', async () => {
    expect((await ask({}, '/elsewhere')).status).toBe(404);
    expect((await ask({}, '/graphql/more')).status).toBe(404);
    expect((await ask({}, '/registry/v1/graph')).status).toBe(404);
  });

  it('hands the registry what is under its path', async () => {
    const registry = async (request: Request) =>
      Response.json({ path: new URL(request.url).pathname, body: await request.text() });
    const { url } = await listeningEdge({ registry });
    const response = await fetch(`${url}/registry/v1/subgraphs/a`, { method: 'POST', body: 'sdl' });
    expect(await response.json()).toEqual({ path: '/registry/v1/subgraphs/a', body: 'sdl' });
  });

  it('is alive always, ready only when it is, on exactly these paths', async () => {
    expect((await ask({}, '/health')).status).toBe(200);
    expect((await ask({}, '/health', { isReady: () => false })).status).toBe(200);
    expect((await ask({}, '/ready')).status).toBe(200);
    expect((await ask({}, '/ready', { isReady: () => false })).status).toBe(503);
    expect((await ask({}, '/x/health')).status).toBe(404);
    expect((await ask({}, '/x/ready')).status).toBe(404);
  });
});

describe('the edge on a socket', () => {
  it.each([
    ['a host that is none', 'GET /health HTTP/1.1\r\nHost: [\r\n\r\n'],
    ['a host that smuggles a path', 'GET /graphql HTTP/1.1\r\nHost: x/health?\r\n\r\n'],
    ['a target that is none', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('answers %s with 400 and shows nothing of itself', async (_name, text) => {
    const { listener } = await listeningEdge();
    const answer = await exchange(listener.port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toMatch(/node_modules|at new URL/);
  });

  it('takes an absolute target for its path', async () => {
    const { listener } = await listeningEdge();
    expect(await exchange(listener.port, 'GET http://gateway.example/ready HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  it('refuses headers of more than 64 KiB with 431', async () => {
    const { listener } = await listeningEdge();
    expect(
      await exchange(listener.port, `GET /ready HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(70_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 431 /);
  });
});

/** What a server sends back first. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once('error', reject);
  });
}
