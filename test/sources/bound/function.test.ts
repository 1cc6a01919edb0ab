import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { json, type Received, startTestServer } from '../http/test-server.ts';
import { boundSubgraph } from './bound-subgraph.ts';

const aws = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG', sessionToken: 'session' };

const sdl = `
  extend schema @source(naming: SNAKE_CASE)
  type Query { price(sku: ID!, inCurrency: String): Price @function(name: "prices:live", select: "result") }
  type Mutation {
    refresh(sku: ID!): Boolean! @function(name: "refresh", async: true)
    note(text: String!): Note @function(name: "note", payload: "{ said: args.text }", async: true)
  }
  type Price { amount: Int! }
  type Note { said: String }
  type Product @key(fields: "sku") @function(name: "products", select: "items", batch: { match: "sku" }) { sku: ID! name: String }
`;

/** Signature Version 4, written from its specification: what AWS would compute for the request. */
function signatureOf({ method, path, headers, body }: Received): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const authorization = String(headers['authorization']);
  const [, scope = ''] = /Credential=[^/]+\/([^,]+),/.exec(authorization) ?? [];
  const [, names = ''] = /SignedHeaders=([^,]+),/.exec(authorization) ?? [];
  const uri = path.split('/').map(encodeURIComponent).join('/'); // what was sent, encoded once more
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const request = [method, uri, '', lines.join(''), names, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(request)].join('\n');
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  const key = [region, service, end].reduce(hmac, hmac(`AWS4${aws.secretAccessKey}`, date));
  return hmac(key, text).toString('hex');
}

async function lambda(
  answer: (received: Received) => {
    readonly status?: number;
    readonly headers?: Record<string, string>;
    readonly body: unknown;
  },
  settings: object = aws,
) {
  const server = await startTestServer((received, response) => {
    const { status = 200, headers = {}, body } = answer(received);
    json(response, body, { status, ...headers });
  });
  const { run } = boundSubgraph(sdl, { url: 'lambda://eu-west-1', aws: { endpoint: server.url, ...settings } });
  return { run, received: server.received };
}

describe('a function at AWS', () => {
  it('is invoked with the arguments, and a signature that AWS would find right', async () => {
    const { run, received } = await lambda(() => ({ body: { result: { amount: 5 } } }));
    expect(await run('{ price(sku: "ü/1", inCurrency: "EUR") { amount } }')).toMatchObject({
      data: { price: { amount: 5 } },
    });
    const [request] = received as [Received];
    expect(request).toMatchObject({
      method: 'POST',
      path: '/2015-03-31/functions/prices%3Alive/invocations',
      body: '{"sku":"ü/1","in_currency":"EUR"}',
    });
    expect(request.headers).toMatchObject({
      'x-amz-invocation-type': 'RequestResponse',
      'x-amz-log-type': 'Tail',
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/lambda\/aws4_request, SignedHeaders=.*host.*x-amz-date/,
      ),
    });
    expect(request.headers['authorization']).toContain(`Signature=${signatureOf(request)}`);
  });

  it('is invoked once for many keys', async () => {
    const { run, received } = await lambda(() => ({ body: { items: [{ sku: 'b', name: 'B' }] } }));
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { name } } }';
    const r = ['a', 'b'].map((sku) => ({ __typename: 'Product', sku }));
    expect((await run(query, { r })).data).toEqual({ _entities: [null, { name: 'B' }] });
    expect(received.map(({ body }) => body)).toEqual(['{"sku":["a","b"]}']);
  });

  it('is not waited for where the schema says so', async () => {
    const { run, received } = await lambda(() => ({ status: 202, body: '' }));
    expect((await run('mutation { refresh(sku: "1") note(text: "hi") { said } }')).data).toEqual({
      refresh: true,
      note: { said: 'hi' },
    });
    expect(received.map(({ headers, body }) => [headers['x-amz-invocation-type'], body])).toEqual([
      ['Event', '{"sku":"1"}'],
      ['Event', '{"said":"hi"}'],
    ]);
  });

  it('that fails is an error at its field, with its log for operators alone', async () => {
    const log = Buffer.from('START\nboom at line 3\nEND').toString('base64');
    const { run } = await lambda(() => ({
      headers: { 'x-amz-function-error': 'Unhandled', 'x-amz-log-result': log },
      body: { errorType: 'TypeError', errorMessage: 'x is not a function', trace: ['secret'] },
    }));
    const { errors, raw } = await run('{ price(sku: "1") { amount } }');
    expect(errors).toEqual(['UPSTREAM_ERROR at price']);
    expect(raw[0]?.message).toBe('The service answered with an error.');
    expect(raw[0]?.detail).toBe('TypeError: x is not a function\nSTART\nboom at line 3\nEND');
  });

  it.each([
    ['NOT_FOUND', []],
    ['FORBIDDEN', ['FORBIDDEN at price']],
    ['BAD_USER_INPUT', ['BAD_USER_INPUT at price']],
  ])('says by its error’s name what clients can act on: %s', async (errorType, expected) => {
    const { run } = await lambda(() => ({
      headers: { 'x-amz-function-error': 'Handled' },
      body: { errorType, errorMessage: 'no' },
    }));
    expect((await run('{ price(sku: "1") { amount } }')).errors).toEqual(expected);
  });

  it.each([
    [404, 'ResourceNotFoundException', 'UPSTREAM_ERROR'],
    [403, 'AccessDeniedException', 'UPSTREAM_ERROR'],
    [400, 'InvalidRequestContentException', 'UPSTREAM_ERROR'],
    [413, 'RequestTooLargeException', 'UPSTREAM_ERROR'],
    [429, 'TooManyRequestsException', 'UPSTREAM_UNAVAILABLE'],
    [503, 'ServiceUnavailable', 'UPSTREAM_UNAVAILABLE'],
  ])('that AWS does not invoke (%i %s) is the gateway’s matter: %s', async (status, type, code) => {
    const { run } = await lambda(() => ({
      status,
      headers: { 'x-amzn-errortype': `${type}:http://x` },
      body: { Message: 'why' },
    }));
    const { errors, raw } = await run('{ price(sku: "1") { amount } }');
    expect(errors).toEqual([`${code} at price`]);
    expect(raw[0]?.detail).toBe(`HTTP ${status}: ${type}: why`);
  });

  it('that was throttled has not run: even a mutation may be sent again', async () => {
    const { run } = await lambda(() => ({ status: 429, body: {} }));
    expect((await run('mutation { refresh(sku: "1") }')).raw[0]).toMatchObject({ retry: 'not-sent' });
  });

  it('takes its credentials from the environment where the config has none, and says where they are missing', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '').stubEnv('AWS_SECRET_ACCESS_KEY', '').stubEnv('AWS_SESSION_TOKEN', '');
    const without = await lambda(() => ({ body: { result: null } }), {});
    expect((await without.run('{ price(sku: "1") { amount } }')).raw[0]?.detail).toContain(
      'There are no AWS credentials',
    );
    expect(without.received).toEqual([]);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ENVKEY').stubEnv('AWS_SECRET_ACCESS_KEY', aws.secretAccessKey);
    const withThem = await lambda(() => ({ body: { result: null } }), {});
    await withThem.run('{ price(sku: "1") { amount } }');
    vi.unstubAllEnvs();
    const [request] = withThem.received as [Received];
    expect(request.headers['authorization']).toContain('Credential=ENVKEY/');
    expect(request.headers['authorization']).toContain(`Signature=${signatureOf(request)}`);
    expect(request.headers).not.toHaveProperty('x-amz-security-token');
  });
});

describe('a function behind HTTP', () => {
  async function functions(answer: Parameters<typeof startTestServer>[0]) {
    const server = await startTestServer(answer);
    const { run } = boundSubgraph(sdl, { url: `${server.url}/function/`, headers: { 'x-user-id': 'u7' } });
    return { run, received: server.received };
  }

  it('gets the event as the body of a POST to its name', async () => {
    const { run, received } = await functions((_, response) => json(response, { result: { amount: 5 } }));
    expect((await run('{ price(sku: "1") { amount } }')).data).toEqual({ price: { amount: 5 } });
    expect(received[0]).toMatchObject({ method: 'POST', path: '/function/prices:live', body: '{"sku":"1"}' });
    expect(received[0]?.headers).toMatchObject({ 'x-user-id': 'u7', 'content-type': 'application/json' });
  });

  it('is asked not to be waited for, and may accept with any text', async () => {
    const { run, received } = await functions((_, response) => response.writeHead(202).end('Accepted'));
    expect((await run('mutation { refresh(sku: "1") }')).data).toEqual({ refresh: true });
    expect(received[0]?.headers['prefer']).toBe('respond-async');
  });

  it('answers as REST services do', async () => {
    const statuses = [404, 422, 500];
    const { run } = await functions((_, response) =>
      json(response, { title: 'no' }, { status: statuses.shift() ?? 200 }),
    );
    const ask = async () => (await run('{ price(sku: "1") { amount } }')).errors;
    expect([await ask(), await ask(), await ask()]).toEqual([
      [],
      ['BAD_USER_INPUT at price'],
      ['UPSTREAM_ERROR at price'],
    ]);
  });
});
