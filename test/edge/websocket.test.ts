import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_WEB_SOCKET } from '../../src/config/web-socket.ts';
import { createClient, type Client } from 'graphql-ws';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import type { Cancellation } from '../../src/model/cancellation.ts';
import type { OperationRequest } from '../../src/model/http.ts';
import { listeningEdge } from './test-edge.ts';

type Options = Parameters<typeof listeningEdge>[0];
type Connecting = {
  readonly autoPong?: boolean;
  readonly headers?: Record<string, string>;
  readonly protocols?: string[];
  readonly path?: string;
};

/** A raw client of a listening edge: what it was sent, and how its connection was closed. */
async function connected(options: Options = {}, connecting: Connecting = {}) {
  const edge = await listeningEdge(options);
  const { headers = {}, protocols = ['graphql-transport-ws'], path = '/graphql', autoPong = true } = connecting;
  const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${path}`, protocols, { headers, autoPong });
  onTestFinished(() => socket.terminate());
  const received: unknown[] = [];
  const closed = Promise.withResolvers<string>();
  socket.on('message', (data) => received.push(JSON.parse((data as Buffer).toString())));
  socket.on('close', (code, reason) => closed.resolve(`${code} ${reason.toString()}`));
  socket.on('error', (error) => closed.resolve(error.message));
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed.promise]);
  const say = (...messages: unknown[]): void => {
    for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  };
  const until = (count: number) => vi.waitFor(() => expect(received.length).toBe(count), { interval: 5 });
  return { ...edge, socket, say, received, until, closed: closed.promise };
}

/** The same, with the connection begun. */
async function begun(options: Options = {}, payload?: object, connecting: Connecting = {}) {
  const client = await connected(options, connecting);
  client.say({ type: 'connection_init', payload });
  await client.until(1);
  client.received.length = 0;
  return client;
}

const subscribe = (id: string, query: string, variables?: object) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

/** Streams that never give anything, with the cancellations of those that were opened. */
function silent() {
  const opened: Cancellation[] = [];
  const handle = async ({ cancellation }: OperationRequest) => {
    opened.push(cancellation);
    const stopped = Promise.withResolvers<void>();
    const events = (async function* () {
      await stopped.promise;
      yield { result: { data: { last: true } } };
    })();
    return { kind: 'stream', events, stop: () => stopped.resolve() } as const;
  };
  return { handle, opened };
}

const webSocket = (changes: Partial<typeof DEFAULT_WEB_SOCKET>) => ({
  webSocket: { ...DEFAULT_WEB_SOCKET, ...changes },
});

describe('an operation over a WebSocket', () => {
  it('streams a subscription, and says that it is complete', async () => {
    const { say, received, until } = await begun();
    say(subscribe('a', 'subscription { ticks(to: 2) }'));
    await until(3);
    expect(received).toEqual([
      { id: 'a', type: 'next', payload: { data: { ticks: 1 } } },
      { id: 'a', type: 'next', payload: { data: { ticks: 2 } } },
      { id: 'a', type: 'complete' },
    ]);
  });

  it('answers queries and mutations, with the parameters and headers that HTTP has', async () => {
    const { say, received, until, operations } = await begun({}, { authorization: 'Bearer t' });
    say({
      id: 'a',
      type: 'subscribe',
      payload: {
        query: 'query A($name: String) { greeting(name: $name) token } query B { token }',
        operationName: 'A',
        variables: { name: 'Ada' },
        extensions: { persisted: true },
      },
    });
    await until(1);
    expect(operations[0]).toMatchObject({
      method: 'POST',
      operationName: 'A',
      variables: { name: 'Ada' },
      extensions: { persisted: true },
    });
    expect(operations[0]?.header('authorization')).toBe('Bearer t');
    received.length = 0;
    say(subscribe('b', 'mutation { count }'));
    await until(2);
    expect(received).toEqual([
      { id: 'b', type: 'next', payload: { data: { count: 1 } } },
      { id: 'b', type: 'complete' },
    ]);
  });

  it('is refused with its errors where nothing of it was executed, and its id is free again', async () => {
    const { say, received, until } = await begun();
    say(subscribe('a', '{ nothing }'));
    await until(1);
    expect(received).toEqual([
      {
        id: 'a',
        type: 'error',
        payload: [{ message: 'GRAPHQL_VALIDATION_FAILED', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      },
    ]);
    say(subscribe('a', '{ greeting }'));
    await until(3);
  });

  it('masks and logs what our own code throws', async () => {
    const handle = async (): Promise<never> => {
      throw new TypeError('secretName');
    };
    const { say, received, until, logged } = await begun({ handle });
    say(subscribe('a', '{ greeting }'));
    await until(1);
    expect(JSON.stringify(received)).not.toContain('secretName');
    expect(logged).toEqual(['error A request failed at the edge.']);
  });

  it('is cancelled when its client has had enough, which is told nothing more of it', async () => {
    const { handle, opened } = silent();
    const { say, received } = await begun({ handle });
    say(subscribe('a', 'subscription { x }'));
    await vi.waitFor(() => expect(opened.length).toBe(1));
    say({ id: 'a', type: 'complete' }, subscribe('a', 'subscription { x }'), { type: 'ping' });
    await vi.waitFor(() => expect(received).toEqual([{ type: 'pong' }]));
    expect(opened.map(({ cancelled }) => cancelled)).toEqual([true, false]);
  });

  it('is cancelled when its client goes away', async () => {
    const { handle, opened } = silent();
    const { say, socket } = await begun({ handle });
    say(subscribe('a', 'subscription { x }'), subscribe('b', 'subscription { x }'));
    await vi.waitFor(() => expect(opened.length).toBe(2));
    socket.terminate();
    await vi.waitFor(() => expect(opened.every(({ cancelled }) => cancelled)).toBe(true));
  });

  it('ends with the reason where the gateway breaks it off', async () => {
    const events = (async function* () {
      yield { result: { data: { a: 1 } } };
      throw new GatewayError('SUBSCRIPTION_INTERRUPTED', 'Subscribe again.');
    })();
    const { say, received, until } = await begun({ handle: async () => ({ kind: 'stream', events, stop: () => {} }) });
    say(subscribe('a', 'subscription { a }'));
    await until(2);
    expect(received[1]).toEqual({
      id: 'a',
      type: 'error',
      payload: [{ message: 'Subscribe again.', extensions: { code: 'SUBSCRIPTION_INTERRUPTED' } }],
    });
  });
});

describe('a WebSocket', () => {
  it('is served to the library that the protocol comes from', async () => {
    const { url } = await listeningEdge();
    const client: Client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
    onTestFinished(() => void client.dispose());
    const results: unknown[] = [];
    for await (const { data } of client.iterate({ query: 'subscription { ticks(to: 3) }' })) results.push(data);
    expect(results).toEqual([{ ticks: 1 }, { ticks: 2 }, { ticks: 3 }]);
    const { value } = (await client.iterate({ query: '{ greeting }' }).next()) as { value: unknown };
    expect(value).toEqual({ data: { greeting: 'Hello you' } });
  });

  it.each([
    ['no JSON', '{', '4400 The message is not JSON.'],
    ['no object', '[]', '4400 The message is no JSON object.'],
    ['an unknown type', { type: 'start' }, '4400 The type of the message is none of graphql-transport-ws.'],
    [
      'a payload that is none',
      { type: 'connection_init', payload: 1 },
      '4400 The payload of "connection_init" is no object.',
    ],
    ['no id', { type: 'complete' }, '4400 "id" must be a text of 1 to 200 characters.'],
    ['no query', { id: 'a', type: 'subscribe', payload: {} }, '4400 "query" must be given, as a string.'],
    ['a batch', { id: 'a', type: 'subscribe', payload: [] }, expect.stringMatching(/^4400 Operations cannot be sent/)],
    ['an operation before it has begun', subscribe('a', '{ greeting }'), '4401 Unauthorized'],
    ['a message over the limit', `"${'x'.repeat(64_000)}"`, '1009 '],
  ])('is closed for %s', async (_, message, reason) => {
    const { say, closed } = await connected();
    say(message);
    expect(await closed).toEqual(reason);
  });

  it('is closed for a second beginning, a second use of an id, and for bytes', async () => {
    const twice = await begun();
    twice.say({ type: 'connection_init' });
    expect(await twice.closed).toBe('4429 Too many initialisation requests');
    const double = await begun({ handle: silent().handle });
    double.say(subscribe('a', 'subscription { x }'), subscribe('a', 'subscription { x }'));
    expect(await double.closed).toBe('4409 Subscriber for a already exists');
    const bytes = await begun();
    bytes.socket.send(Buffer.from('{}'));
    expect(await bytes.closed).toBe('4400 Messages are text.');
  });

  it('is closed where it does not begin in time, or does not speak the protocol', async () => {
    const { closed } = await connected(webSocket({ init: 20 }));
    expect(await closed).toBe('4408 Connection initialisation timeout');
    const legacy = await connected({}, { protocols: [] });
    expect(await legacy.closed).toBe('4406 Subprotocol not acceptable');
  });

  it('is asked whether it lives, and cut where it is not heard', async () => {
    const { socket, closed } = await begun(webSocket({ ping: 20 }), {}, { autoPong: false });
    let pings = 0;
    socket.on('ping', (data) => {
      pings += 1;
      if (pings < 4) socket.pong(data);
    });
    expect(await closed).toMatch(/^1006/);
    expect(pings).toBe(4);
  });

  it('has as many operations as its limit says, and refuses others by themselves', async () => {
    const { say, received, until } = await begun({ handle: silent().handle, ...webSocket({ operations: 1 }) });
    say(subscribe('a', 'subscription { x }'), subscribe('b', 'subscription { x }'));
    await until(1);
    expect(received).toMatchObject([
      { id: 'b', type: 'error', payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }] },
    ]);
    say({ id: 'a', type: 'complete' }, subscribe('b', 'subscription { x }'), { type: 'ping' });
    await until(2);
    expect(received[1]).toEqual({ type: 'pong' });
  });
});

describe('mutations that a client leaves at once', () => {
  it('are no way around the limit of operations, for they run on', async () => {
    let running = 0;
    const handle = () => {
      running += 1;
      return new Promise<never>(() => {});
    };
    const { say, received, until } = await begun({ handle, ...webSocket({ operations: 2 }) });
    for (let count = 0; count < 5; count += 1) say(subscribe('a', 'mutation { x }'), { id: 'a', type: 'complete' });
    await until(1);
    expect(received).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }] }]);
    expect(running).toBe(4);
  });
});

describe('who may open a WebSocket', () => {
  const admit = (refusal: GatewayError) => ({ admit: () => Promise.reject(refusal) });

  it('is refused with its token, or told to come back where that cannot be checked', async () => {
    const bad = await connected(admit(new GatewayError('UNAUTHENTICATED', 'The token is bad.')));
    bad.say({ type: 'connection_init' });
    expect(await bad.closed).toBe('4403 Forbidden');
    const later = await connected(admit(new GatewayError('AUTHENTICATION_UNAVAILABLE', 'No keys.')));
    later.say({ type: 'connection_init' });
    expect(await later.closed).toBe('1013 Tokens cannot be checked now. Try again later.');
  });

  it('says so in the payload of the beginning, in a header, or again in a ping', async () => {
    const seen: (string | null)[] = [];
    const options: Options = {
      admit: async (header) => {
        seen.push(header('authorization'));
        if (header('authorization') === 'bad') throw new GatewayError('UNAUTHENTICATED', 'Bad.');
      },
    };
    const first = await connected(options, { headers: { authorization: 'own' } });
    first.say({ type: 'connection_init' });
    await first.until(1);
    first.say({ type: 'ping', payload: { headers: { Authorization: 'new' } } });
    await first.until(2);
    first.say(subscribe('a', '{ token }'));
    await first.until(4);
    expect(first.received[2]).toMatchObject({ payload: { data: { token: 'new' } } });
    first.say({ type: 'ping', payload: { authorization: 'bad' } });
    expect(await first.closed).toBe('4403 Forbidden');
    expect(seen).toEqual(['own', 'new', 'bad']);
  });

  it('has the headers of the request, and those members of the payload that the config names', async () => {
    const { operations, say, until } = await connected(webSocket({ headers: ['x-tenant', 'x-trusted'] }), {
      headers: { 'x-trusted': 'proxy' },
    });
    const payload = { 'X-Tenant': 'a', 'x-trusted': 'forged', 'x-admin': '1', host: 'b', 'x-bad': 'a\r\nb' };
    say({ type: 'connection_init', payload }, { type: 'ping' });
    await until(2);
    say(subscribe('a', '{ greeting }'));
    await until(4);
    const { header = () => null } = operations[0] ?? {};
    expect(['x-tenant', 'x-trusted', 'x-admin', 'authorization'].map((name) => header(name))).toEqual([
      'a',
      'proxy',
      null,
      null,
    ]);
    expect(header('host')).toMatch(/^127/);
  });

  it.each([
    ['a page of the gateway', {}, '', 101],
    ['a page of another site', { origin: 'https://evil.example' }, '', 403],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }, '', 403],
    ['a sandboxed page', { origin: 'null' }, '', 403],
    ['an origin that the config names', { origin: 'https://app.example' }, '', 101],
    ['another path', {}, '/other', 404],
  ])('may not be a stranger: %s', async (_, headers, path, status) => {
    const { closed, socket } = await connected(webSocket({ origins: ['https://app.example'] }), {
      headers,
      path: `/graphql${path}`,
    });
    if (status === 101) expect(socket.readyState).toBe(WebSocket.OPEN);
    else expect(await closed).toBe(`Unexpected server response: ${status}`);
  });
});

describe('a listener that closes', () => {
  it('ends streams with the event under way, answers queries and mutations, and says that it goes away', async () => {
    const released = Promise.withResolvers<void>();
    const streams = silent();
    const { say, received, until, listener, closed } = await begun({
      handle: async (request) => {
        if (request.query.startsWith('subscription')) return streams.handle(request);
        await released.promise;
        return { kind: 'single', status: 200, alwaysStatus: false, result: { data: { late: true } } };
      },
    });
    say(subscribe('a', 'subscription { x }'), subscribe('b', '{ late }'), { type: 'ping' });
    await until(1);
    const closing = listener.close({ drainMs: 60_000 });
    await until(2);
    released.resolve();
    expect(await closed).toBe('1001 The gateway is closing. Connect again.');
    expect(received.slice(1)).toEqual([
      { id: 'a', type: 'next', payload: { data: { last: true } } },
      { id: 'b', type: 'next', payload: { data: { late: true } } },
      { id: 'b', type: 'complete' },
    ]);
    await closing;
  });

  it('cuts what does not end in time', async () => {
    const { say, listener, closed, until } = await begun({ handle: () => new Promise(() => {}) });
    say(subscribe('a', '{ never }'), { type: 'ping' });
    await until(1);
    await listener.close({ drainMs: 10 });
    expect(await closed).toBe('1006 ');
  });
});

/** A WebSocket by hand, which reads nothing of what it is sent once it has begun. */
async function deafClient(
  url: string,
): Promise<{ readonly socket: Socket; readonly write: (message: object) => void }> {
  const { port, host } = new URL(url);
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  await new Promise((resolve) => socket.once('data', resolve));
  const write = (message: object): void => {
    const body = Buffer.from(JSON.stringify(message));
    const head =
      body.length < 126 ? [0x81, 0x80 | body.length] : [0x81, 0x80 | 126, body.length >> 8, body.length & 255];
    socket.write(Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), body])); // masked with zeros
  };
  write({ type: 'connection_init' });
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return { socket, write };
}

describe('a client that does not read', () => {
  it('is not read either, and the source of its events is not asked for more', async () => {
    let asked = 0;
    const big = 'x'.repeat(100_000);
    const { url, operations } = await listeningEdge({
      handle: async (request) => {
        operations.push(request);
        const events = (async function* () {
          for (;;) {
            asked += 1;
            yield { result: { data: { big } } };
          }
        })();
        return { kind: 'stream', events, stop: () => {} };
      },
    });
    const { socket, write } = await deafClient(url);
    for (let id = 0; id < 20; id += 1) write(subscribe(String(id), 'subscription { big }'));
    await vi.waitFor(() => expect(operations.length).toBe(20));
    let before = -1;
    await vi.waitFor(
      () => {
        const now = asked;
        const stands = now === before;
        before = now;
        expect(stands).toBe(true);
      },
      { interval: 100, timeout: 10_000 },
    );
    write(subscribe('21', 'subscription { big }'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(operations.length).toBe(20);
    socket.destroy();
    await vi.waitFor(() => expect(operations.every(({ cancellation }) => cancellation.cancelled)).toBe(true));
  });
});
