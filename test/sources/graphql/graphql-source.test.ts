import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { parse } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayError } from '../../../src/errors/gateway-error.ts';
import type { FetchAnswer } from '../../../src/model/source.ts';
import { createGraphqlSource } from '../../../src/sources/graphql/graphql-source.ts';
import { createTestContext, createTestProtect } from '../http/test-context.ts';
import { json, startTestServer } from '../http/test-server.ts';

type Options = { readonly attempts?: number; readonly timeoutMs?: number; readonly kind?: 'query' | 'mutation' };

function accountsAt(url: string, { attempts = 0, timeoutMs = 5000, kind = 'query' }: Options = {}) {
  const source = createGraphqlSource({
    name: 'accounts',
    url,
    protect: createTestProtect({ subgraph: 'accounts', timeoutMs, retry: { attempts, backoffMs: 0 } }),
    headers: (context) => ({ 'x-user-id': context.requestId }),
    policyOf: () => ({}),
  });
  onTestFinished(() => source.close());
  const operation = `${kind} Me($id: ID) { me(id: $id) { name } }`;
  const fetch = {
    subgraph: 'accounts',
    operationKind: kind,
    operation,
    document: parse(operation),
    operationName: 'Me',
  } as const;
  return { source, send: source.prepare(fetch), fetch };
}

const call = { variables: { id: 'u1' } };

function codeOf(answer: FetchAnswer): string | undefined {
  return answer.errors?.[0]?.code;
}

describe('a query', () => {
  it('is posted as JSON with variables, operation name and the caller’s headers', async () => {
    const server = await startTestServer((_, response) => json(response, { data: { me: { name: 'Ada' } } }));
    const { send } = accountsAt(`${server.url}/graphql?v=1`);
    expect(await send(call, createTestContext())).toEqual({ data: { me: { name: 'Ada' } } });
    const [received] = server.received;
    expect(received).toMatchObject({ method: 'POST', path: '/graphql?v=1' });
    expect(received?.headers).toMatchObject({ 'content-type': 'application/json', 'x-user-id': 'r1' });
    expect(JSON.parse(received?.body ?? '')).toEqual({
      query: 'query Me($id: ID) { me(id: $id) { name } }',
      operationName: 'Me',
      variables: { id: 'u1' },
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('reads an answer coded with %s', async (coding, compress) => {
    const server = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/graphql-response+json', 'content-encoding': coding });
      response.end(compress(JSON.stringify({ data: { me: { name: 'x'.repeat(200_000) } } })));
    });
    const answer = await accountsAt(server.url).send(call, createTestContext());
    expect(answer.data).toEqual({ me: { name: 'x'.repeat(200_000) } });
  });

  it('keeps connections alive between calls', async () => {
    const server = await startTestServer((_, response) => json(response, { data: {} }));
    const { send } = accountsAt(server.url);
    for (let i = 0; i < 20; i += 1) await send(call, createTestContext());
    expect(server.sockets.size).toBeLessThan(3);
  });

  it('keeps a key named __proto__ as plain data', async () => {
    const server = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"data":{"me":{"__proto__":{"polluted":true}}}}');
    });
    await accountsAt(server.url).send(call, createTestContext());
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a service’s errors', () => {
  it('keep their path, and their message for operators only', async () => {
    const server = await startTestServer((_, response) =>
      json(response, {
        data: { me: null },
        errors: [
          { message: 'db1.internal is down', path: ['me', 0, 'name'], extensions: { code: 'DB', stack: 'at …' } },
        ],
      }),
    );
    const answer = await accountsAt(server.url).send(call, createTestContext());
    expect(answer.data).toEqual({ me: null });
    expect(answer.errors?.[0]).toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: 'The service answered with an error.',
      detail: 'DB: db1.internal is down',
      path: ['me', 0, 'name'],
      service: 'accounts',
      extensions: undefined,
    });
  });

  it('keep a code that clients can act on', async () => {
    const errors = [
      { message: 'id is odd', extensions: { code: 'BAD_USER_INPUT' } },
      { message: 'x', extensions: { code: 'toString' } },
    ];
    const server = await startTestServer((_, response) => json(response, { data: null, errors }, { status: 400 }));
    const answer = await accountsAt(server.url).send(call, createTestContext());
    expect(answer.errors?.map((error) => error.code)).toEqual(['BAD_USER_INPUT', 'UPSTREAM_ERROR']);
  });

  it('are read up to a thousand, each up to a thousand characters; the others are counted', async () => {
    const errors = [...Array(1500).keys()].map((n) => ({ message: 'x'.repeat(2000), path: ['me', n] }));
    const server = await startTestServer((_, response) => json(response, { data: { me: null }, errors }));
    const answer = await accountsAt(server.url).send(call, createTestContext());
    expect(answer.errors).toHaveLength(1001);
    expect(answer.errors?.[0]?.detail).toHaveLength(1000);
    expect(answer.errors?.at(-1)).toMatchObject({ detail: '500 further errors.', path: undefined });
  });

  it('lose a path that is none', async () => {
    const server = await startTestServer((_, response) =>
      json(response, { data: null, errors: [{ path: [{}, -1] }, null, { path: Array(1000).fill('me') }] }),
    );
    const answer = await accountsAt(server.url).send(call, createTestContext());
    expect(answer.errors?.map((error) => [error.code, error.path])).toEqual(
      Array(3).fill(['UPSTREAM_ERROR', undefined]),
    );
  });
});

describe('an answer that cannot be used', () => {
  it.each([
    ['no JSON', 'text/plain', 'fine'],
    ['broken JSON', 'application/json', '{"data":'],
    ['a list', 'application/json', '[]'],
    ['neither data nor errors', 'application/json', '{}'],
    ['null data without errors', 'application/json', '{"data":null,"errors":[]}'],
    ['data that is a list', 'application/json', '{"data":[1]}'],
    ['errors that are no list', 'application/json', '{"data":{},"errors":"oops"}'],
    ['nothing', 'application/json', ''],
  ])('is refused: %s', async (_, type, body) => {
    const server = await startTestServer((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    const answer = await accountsAt(server.url, { attempts: 2 }).send(call, createTestContext());
    expect(answer.data).toBeNull();
    expect(codeOf(answer)).toBe('UPSTREAM_BAD_RESPONSE');
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [404, {}, '', 'HTTP 404 with no content type: no GraphQL answer. Is the url that of the GraphQL endpoint?'],
    [
      404,
      { 'content-type': 'application/json' },
      '{"title":"nothing here"}',
      'HTTP 404 with content type "application/json": no GraphQL answer. Is the url that of the GraphQL endpoint?',
    ],
    [
      200,
      { 'content-type': 'text/html' },
      '<h1>',
      'HTTP 200 with content type "text/html": no GraphQL answer. Is the url that of the GraphQL endpoint?',
    ],
    [302, { location: '/elsewhere' }, '', 'HTTP 302: redirects are not followed.'],
  ])('says of a %i with %j and %j what it is', async (status, headers, body, said) => {
    const server = await startTestServer((_, response) => response.writeHead(status, headers).end(body));
    const { errors } = await accountsAt(server.url).send(call, createTestContext());
    expect(errors?.map(({ detail }) => detail)).toEqual([said]);
  });

  it('is refused when it is longer than 10 MB, and not read to its end', async () => {
    let sent = 0;
    const server = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(1_000_000, 0x20);
      const pump = (): void => {
        sent += 1;
        if (sent < 500) response.write(chunk, (error) => (error ? undefined : pump()));
      };
      pump();
    });
    const answer = await accountsAt(server.url).send(call, createTestContext());
    expect(codeOf(answer)).toBe('UPSTREAM_BAD_RESPONSE');
    expect(sent).toBeLessThan(200);
  });

  it('is refused when it inflates to more than 10 MB', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const server = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(bomb);
    });
    expect(codeOf(await accountsAt(server.url).send(call, createTestContext()))).toBe('UPSTREAM_BAD_RESPONSE');
  });

  it.each([
    ['truncated', 'gzip', gzipSync('{"data":{}}').subarray(0, 15)],
    ['not coded at all', 'gzip', Buffer.from('{"data":{}}')],
    ['in an unknown coding', 'zstd', Buffer.from('{"data":{}}')],
    ['in six codings', 'gzip, gzip, gzip, gzip, gzip, gzip', Buffer.from('x')],
  ])('is refused when it is %s', async (_, coding, body) => {
    const server = await startTestServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding });
      response.end(body);
    });
    expect(codeOf(await accountsAt(server.url).send(call, createTestContext()))).toBe('UPSTREAM_BAD_RESPONSE');
  });

  it('is refused when it breaks off in the middle, and not asked for again', async () => {
    const server = await startTestServer((_, response, request) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"data":', () => request.socket.destroy());
    });
    const answer = await accountsAt(server.url, { attempts: 2 }).send(call, createTestContext());
    expect(codeOf(answer)).toBe('UPSTREAM_BAD_RESPONSE');
    expect(server.received).toHaveLength(1);
  });

  it('is refused when it is no HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { send } = accountsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(codeOf(await send(call, createTestContext()))).toBe('UPSTREAM_BAD_RESPONSE');
  });

  it('is refused when it is a redirect, which is not followed', async () => {
    const server = await startTestServer((_, response) => json(response, {}, { status: 302, location: '/elsewhere' }));
    expect(codeOf(await accountsAt(server.url).send(call, createTestContext()))).toBe('UPSTREAM_BAD_RESPONSE');
    expect(server.received.map(({ path }) => path)).toEqual(['/']);
  });
});

describe('a status', () => {
  it.each([
    [401, 'UNAUTHENTICATED', 1],
    [403, 'FORBIDDEN', 1],
    [404, 'UPSTREAM_BAD_RESPONSE', 1],
    [429, 'UPSTREAM_UNAVAILABLE', 1],
    [500, 'UPSTREAM_BAD_RESPONSE', 1],
    [502, 'UPSTREAM_UNAVAILABLE', 3],
    [503, 'UPSTREAM_UNAVAILABLE', 3],
    [504, 'UPSTREAM_UNAVAILABLE', 3],
  ])('%i gives %s after %i attempts', async (status, code, attempts) => {
    const server = await startTestServer((_, response) => json(response, { title: 'no' }, { status }));
    const answer = await accountsAt(server.url, { attempts: 2 }).send(call, createTestContext());
    expect(codeOf(answer)).toBe(code);
    expect(server.received).toHaveLength(attempts);
  });

  it('of a mutation is not retried', async () => {
    const server = await startTestServer((_, response) => json(response, {}, { status: 503 }));
    const { send } = accountsAt(server.url, { attempts: 2, kind: 'mutation' });
    expect(codeOf(await send(call, createTestContext()))).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.received).toHaveLength(1);
  });

  it('says how long to wait', async () => {
    const server = await startTestServer((_, response) => json(response, {}, { status: 503, 'retry-after': '120' }));
    const answer = await accountsAt(server.url, { attempts: 2 }).send(call, createTestContext());
    expect(answer.errors?.[0]?.retryAfterMs).toBe(120_000);
    expect(server.received).toHaveLength(1);
  });
});

describe('a service that is gone', () => {
  it('is not available, without its address in the message', async () => {
    const server = await startTestServer(() => {});
    await server.close();
    const [error] = (await accountsAt(server.url).send(call, createTestContext())).errors as [GatewayError];
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent', service: 'accounts' });
    expect(error.message).not.toContain('127.0.0.1');
    expect(error.detail).toContain('ECONNREFUSED');
  });

  it('is not available at any address of its host, and the log says why', async () => {
    const server = await startTestServer(() => {});
    await server.close();
    const url = server.url.replace('127.0.0.1', 'localhost');
    const [error] = (await accountsAt(url).send(call, createTestContext())).errors as [GatewayError];
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
    expect(error.detail).toContain('ECONNREFUSED');
  });

  it('is not available when its name is unknown', async () => {
    const [error] = (await accountsAt('http://gone.invalid').send(call, createTestContext())).errors as [GatewayError];
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
  });

  it('is asked again when it resets the connection before answering', async () => {
    const server = await startTestServer((_, response, request) => {
      if (server.received.length === 1) request.socket.resetAndDestroy();
      else json(response, { data: { me: null } });
    });
    expect(await accountsAt(server.url, { attempts: 1 }).send(call, createTestContext())).toEqual({
      data: { me: null },
    });
  });

  it('costs a query nothing when only a kept-alive connection was stale', async () => {
    const server = await startTestServer((_, response, request) => {
      if (server.received.length === 3) request.socket.destroy();
      else json(response, { data: { me: null } });
    });
    const { send } = accountsAt(server.url, { attempts: 0 });
    await send(call, createTestContext());
    await send(call, createTestContext());
    expect(await send(call, createTestContext())).toEqual({ data: { me: null } });
    expect(server.received).toHaveLength(4);
  });

  it('is not asked twice for a mutation on a connection that broke', async () => {
    const server = await startTestServer((_, response, request) => {
      if (server.received.length === 3) request.socket.destroy();
      else json(response, { data: { me: null } });
    });
    const { send } = accountsAt(server.url, { attempts: 2, kind: 'mutation' });
    await send(call, createTestContext());
    await send(call, createTestContext());
    expect(codeOf(await send(call, createTestContext()))).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.received).toHaveLength(3);
  });
});

describe('a service that is slow', () => {
  it('ends in a time-out, and its connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    const server = await startTestServer((_, _response, request) => {
      request.socket.on('close', () => closed.resolve());
    });
    const answer = await accountsAt(server.url, { timeoutMs: 50 }).send(call, createTestContext());
    expect(codeOf(answer)).toBe('UPSTREAM_TIMEOUT');
    await closed.promise;
  });

  it('ends in a time-out when only its body is slow', async () => {
    const server = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    });
    expect(codeOf(await accountsAt(server.url, { timeoutMs: 50 }).send(call, createTestContext()))).toBe(
      'UPSTREAM_TIMEOUT',
    );
  });

  it('is left alone when the client goes away', async () => {
    const arrived = Promise.withResolvers<Socket>();
    const server = await startTestServer((_, _response, request) => arrived.resolve(request.socket));
    const context = createTestContext();
    const answer = accountsAt(server.url).send(call, context);
    const socket = await arrived.promise;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    context.cancellation.cancel(new Error('gone'));
    expect((await answer).data).toBeNull();
    await closed;
  });
});

describe('a subscription', () => {
  const open = (url: string, context = createTestContext()) => {
    const { source, fetch } = accountsAt(url);
    return source.prepareSubscription({ ...fetch, operationKind: 'subscription' })(call, context);
  };
  const collect = async (events: AsyncIterable<FetchAnswer>): Promise<unknown[]> => {
    const seen: unknown[] = [];
    try {
      for await (const event of events) seen.push(event.data ?? codeOf(event));
    } catch (error) {
      seen.push((error as GatewayError).code);
    }
    return seen;
  };
  const streaming = (text: string, { isCutOff = false } = {}) =>
    startTestServer((_, response, request) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(text, () => (isCutOff ? request.socket.destroy() : response.end()));
    });

  it('gives each event until it is complete', async () => {
    const server = await streaming(
      ':\n\nevent: next\r\ndata: {"data":\r\ndata: {"n":1}}\r\n\r\nevent: next\ndata: {"data":{"n":2}}\n\nevent: complete\ndata:\n\n',
    );
    expect(await collect(open(server.url))).toEqual([{ n: 1 }, { n: 2 }]);
    expect(server.received[0]?.headers.accept).toBe('text/event-stream');
  });

  it('ends with an error when the stream breaks off', async () => {
    const server = await streaming('event: next\ndata: {"data":{"n":1}}\n\n');
    expect(await collect(open(server.url))).toEqual([{ n: 1 }, 'UPSTREAM_UNAVAILABLE']);
    const cut = await streaming('event: next\ndata: {"data":{"n":1}}\n\n', { isCutOff: true });
    expect((await collect(open(cut.url))).at(-1)).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('gives the errors of a service that refuses it', async () => {
    const errors = [{ message: 'no', extensions: { code: 'FORBIDDEN' } }];
    const server = await startTestServer((_, response) => json(response, { data: null, errors }));
    expect(await collect(open(server.url))).toEqual(['FORBIDDEN']);
  });

  it('refuses an answer that is no stream', async () => {
    const server = await startTestServer((_, response) => json(response, { data: { n: 1 } }));
    expect(await collect(open(server.url))).toEqual(['UPSTREAM_BAD_RESPONSE']);
    const down = await startTestServer((_, response) => json(response, {}, { status: 503 }));
    expect(await collect(open(down.url))).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  it('is ended at the service when the client goes away', async () => {
    const arrived = Promise.withResolvers<Socket>();
    const server = await startTestServer((_, response, request) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: next\ndata: {"data":{"n":1}}\n\n');
      arrived.resolve(request.socket);
    });
    const context = createTestContext();
    const events = open(server.url, context)[Symbol.asyncIterator]();
    expect(await events.next()).toEqual({ done: false, value: { data: { n: 1 } } });
    const socket = await arrived.promise;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    context.cancellation.cancel(new Error('gone'));
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await closed;
  });
});
