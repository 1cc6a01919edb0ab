import { createClient, type Client } from 'graphql-ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { memoryBus } from '../../src/sources/bound/brokers/memory.ts';
import { AUDIENCE, ISSUER, keySetText, nowSeconds, signingKey, token } from '../security/token-fixture.ts';
import { startFederatedService } from './federated-service.ts';
import { openTestGateway, type TestSettings } from './test-gateway.ts';

/** Products of a federated service, and news of them out of a broker. */
async function openNewsGateway(name: string, config: TestSettings['config'] = {}, files: TestSettings['files'] = {}) {
  const told: (string | undefined)[] = [];
  const catalog = await startFederatedService(
    'type Query { count: Int! } type Product @key(fields: "sku") { sku: ID! name: String! secret: String @authenticated }',
    {
      root: { count: () => 2 },
      entity: ({ sku }) => ({ name: `Product ${String(sku)}`, secret: 'known' }),
      onRequest: ({ headers }) => told.push(headers.authorization),
    },
  );
  const url = `memory:${name}`;
  const news = {
    sdl: `type Subscription { news: Product! @subscribe(topic: "news") }
          type Product @key(fields: "sku", resolvable: false) { sku: ID! }`,
    url,
  };
  const gateway = await openTestGateway({ subgraphs: { catalog: catalog.subgraph, news }, config, files });
  const at = (await gateway.listen()).replace('http', 'ws');
  const client = (connectionParams?: Record<string, unknown>): Client => {
    const made = createClient({
      url: at,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      ...(connectionParams ? { connectionParams } : {}),
    });
    onTestFinished(() => void made.dispose());
    return made;
  };
  const send = (sku: string): number => memoryBus(url).send({ topic: 'news', body: JSON.stringify({ sku }) });
  return { ...gateway, at, client, send, told };
}

/** The same for callers with tokens. */
async function openGuarded(name: string) {
  const key = await signingKey('k1');
  const jwt = [{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256' as const], jwks: 'keys.json' }];
  const upstream = { catalog: { forward: ['authorization'] } };
  const gateway = await openNewsGateway(name, { auth: { jwt, upstream } }, { 'keys.json': keySetText(key) });
  return { ...gateway, bearer: async (claims: object = {}) => `Bearer ${await token(key, { ...claims })}` };
}

const NEWS = { query: 'subscription { news { sku name secret } }' };

describe('a gateway over WebSockets', () => {
  it('completes each event from other services, and refuses what the caller may not see', async () => {
    const { client, send } = await openNewsGateway('ws-events');
    const events = client().iterate(NEWS);
    const first = events.next();
    await expect.poll(() => send('a')).toBe(1);
    expect((await first).value).toMatchObject({
      data: { news: { sku: 'a', name: 'Product a', secret: null } },
      errors: [{ path: ['news', 'secret'], extensions: { code: 'UNAUTHORIZED_FIELD' } }],
    });
    await events.return?.();
    await expect.poll(() => send('b')).toBe(0);
  });

  it('answers queries by the limits that HTTP has', async () => {
    const { client } = await openNewsGateway('ws-limits', { limits: { depth: 1 } });
    const connection = client();
    expect((await connection.iterate({ query: '{ count }' }).next()).value).toEqual({ data: { count: 2 } });
    await expect(connection.iterate(NEWS).next()).rejects.toMatchObject([
      { extensions: { code: 'OPERATION_TOO_DEEP' } },
    ]);
  });

  it('knows the caller by the token of the connection, and refuses a bad one', async () => {
    const { client, send, bearer } = await openGuarded('ws-token');
    const events = client({ authorization: await bearer() }).iterate(NEWS);
    const first = events.next();
    await expect.poll(() => send('a')).toBe(1);
    expect((await first).value).toEqual({ data: { news: { sku: 'a', name: 'Product a', secret: 'known' } } });
    await events.return?.();
    await expect(client({ authorization: 'Bearer bad' }).iterate(NEWS).next()).rejects.toMatchObject({ code: 4403 });
  });

  it('ends a subscription with an error when its token has expired', async () => {
    const { client, send, bearer } = await openGuarded('ws-expiry');
    const nearlyExpired = await bearer({ exp: nowSeconds() - 58 }); // a minute's leeway
    const events = client({ authorization: nearlyExpired }).iterate(NEWS);
    const last = events.next();
    expect((await last).value).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await events.next()).toMatchObject({ done: true });
    expect(send('a')).toBe(0);
  });

  it('goes on with a subscription when a ping has brought a newer token of the same caller', async () => {
    const { at, send, bearer, told } = await openGuarded('ws-renewal');
    const socket = new WebSocket(at, 'graphql-transport-ws');
    onTestFinished(() => socket.terminate());
    const received: { type: string; payload?: unknown }[] = [];
    socket.on('message', (data) => received.push(JSON.parse((data as Buffer).toString()) as (typeof received)[number]));
    const say = (message: object): void => socket.send(JSON.stringify(message));
    await new Promise((resolve) => socket.once('open', resolve));
    const [old, renewed] = [await bearer({ exp: nowSeconds() - 58 }), await bearer()];
    say({ type: 'connection_init', payload: { authorization: old } });
    await expect.poll(() => received.length).toBe(1);
    say({ type: 'subscribe', id: '1', payload: NEWS });
    say({ type: 'ping', payload: { authorization: renewed } });
    await expect.poll(() => send('a')).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3500)); // the first token is over
    expect(send('b')).toBe(1);
    await expect.poll(() => received.filter(({ type }) => type === 'next').length).toBe(2);
    expect(received.map(({ type }) => type)).toEqual(['connection_ack', 'pong', 'next', 'next']);
    expect(received[3]?.payload).toEqual({ data: { news: { sku: 'b', name: 'Product b', secret: 'known' } } });
    expect(told).toEqual([old, renewed]);
  });

  it('tells services of running subscriptions nothing of who logs in later on the same connection', async () => {
    const config = { auth: { upstream: { catalog: { forward: ['authorization'] } } } };
    const { at, client, send, told } = await openNewsGateway('ws-login', config);
    const query = { query: 'subscription { news { sku name } }' };
    const socket = new WebSocket(at, 'graphql-transport-ws');
    onTestFinished(() => socket.terminate());
    const received: string[] = [];
    socket.on('message', (data) => received.push((data as Buffer).toString()));
    const say = (message: object): void => socket.send(JSON.stringify(message));
    await new Promise((resolve) => socket.once('open', resolve));
    say({ type: 'connection_init' });
    await expect.poll(() => received.length).toBe(1);
    say({ type: 'subscribe', id: '1', payload: query });
    await expect.poll(() => send('a')).toBe(1);
    await expect.poll(() => received.length).toBe(2);
    const stranger = client().iterate(query);
    const event = stranger.next();
    say({ type: 'ping', payload: { authorization: 'Bearer alice' } });
    await expect.poll(() => received.length).toBe(3);
    send('b');
    expect((await event).value).toMatchObject({ data: { news: { name: 'Product b' } } });
    say({ type: 'subscribe', id: '2', payload: { query: '{ count }' } });
    await expect.poll(() => told.length).toBe(3);
    expect(told).toEqual([undefined, undefined, 'Bearer alice']);
  });
});
