import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { Cancellation } from '../../../../src/model/cancellation.ts';
import type { SubscriptionEvent } from '../../../../src/model/source.ts';
import { createSocketSubscriptions } from '../../../../src/sources/http/subscriptions/socket-subscriptions.ts';
import { createTestContext, createTestProtect } from '../test-context.ts';
import { type Message, say, startSocketService, type SocketServiceOptions } from './socket-service.ts';

/** Acknowledges a connection, and answers each subscription by what the test says. */
const answering =
  (answer: (message: Message, socket: WebSocket) => void): SocketServiceOptions['onMessage'] =>
  (message, socket) => {
    if (message.type === 'connection_init') say(socket, { type: 'connection_ack' });
    else answer(message, socket);
  };

/** Counts to two in the words of each protocol. */
const countTo2 = answering(({ type, id }, socket) => {
  if (type !== 'subscribe' && type !== 'start') return;
  const event = type === 'start' ? 'data' : 'next';
  for (const n of [1, 2]) say(socket, { type: event, id, payload: { data: { n } } });
  say(socket, { type: 'complete', id });
});

function subscriptionsAt(url: string, attempts = 0) {
  const subscriptions = createSocketSubscriptions({
    service: 'ticks',
    url,
    protect: createTestProtect({ subgraph: 'ticks', timeoutMs: 3000, retry: { attempts, backoffMs: 0 } }),
    headers: ({ requestId }) => (requestId === 'nobody' ? {} : { authorization: requestId }),
  });
  onTestFinished(() => subscriptions.close());
  const query = 'subscription Ticks($to: Int) { n(to: $to) }';
  const open = subscriptions.prepare({});
  return {
    ...subscriptions,
    subscribe: (requestId = 'u1') => {
      const cancellation = new Cancellation();
      const events = open(
        { query, operationName: 'Ticks', variables: { to: 2 } },
        createTestContext({ requestId, cancellation }),
      )[Symbol.asyncIterator]();
      return { events, leave: () => cancellation.cancel() };
    },
  };
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

async function readAll(events: AsyncIterator<SubscriptionEvent>): Promise<SubscriptionEvent[]> {
  const all: SubscriptionEvent[] = [];
  for (;;) {
    const step = await events.next();
    if (step.done === true) return all;
    all.push(step.value);
  }
}

describe('a subscription to a service over a WebSocket', () => {
  it.each([
    ['graphql-transport-ws', 'subscribe'],
    ['graphql-ws', 'start'],
  ])('speaks the protocol that the service chooses: %s', async (protocol, word) => {
    const service = await startSocketService({ protocol, onMessage: countTo2 });
    const { events } = subscriptionsAt(service.url).subscribe();
    expect(await readAll(events)).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(service.requests[0]?.headers).toMatchObject({ authorization: 'u1', 'user-agent': 'selvedge' });
    expect(service.requests[0]?.headers['sec-websocket-protocol']).toBe('graphql-transport-ws,graphql-ws');
    const payload = {
      query: 'subscription Ticks($to: Int) { n(to: $to) }',
      operationName: 'Ticks',
      variables: { to: 2 },
    };
    expect(service.received).toEqual([
      { type: 'connection_init', payload: { authorization: 'u1' } },
      { type: word, id: '1', payload },
    ]);
  });

  it('shares one connection with the others of its caller, and with no other caller', async () => {
    const service = await startSocketService({ onMessage: countTo2 });
    const { subscribe } = subscriptionsAt(service.url);
    const callers = ['u1', 'u1', 'u2', 'u1', 'nobody'];
    await Promise.all(callers.map((caller) => readAll(subscribe(caller).events)));
    expect(service.requests.map(({ headers }) => String(headers.authorization)).toSorted(byText)).toEqual([
      'u1',
      'u2',
      'undefined',
    ]);
    expect(service.received.filter(({ type }) => type === 'subscribe').length).toBe(5);
    expect(service.received).toContainEqual({ type: 'connection_init' });
  });

  it.each([
    ['graphql-transport-ws', 'complete'],
    ['graphql-ws', 'stop'],
  ])('is ended at the service when its client leaves (%s)', async (protocol, word) => {
    const service = await startSocketService({ protocol, onMessage: answering(() => {}) });
    const { subscribe } = subscriptionsAt(service.url);
    const { events, leave } = subscribe();
    const next = events.next();
    await vi.waitFor(() => expect(service.received.length).toBe(2));
    leave();
    expect(await next).toEqual({ done: true, value: undefined });
    await vi.waitFor(() => expect(service.received[2]).toEqual({ id: '1', type: word }));
    expect(service.sockets.size).toBe(1);
  });

  it.each([
    ['a list', [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }], 'FORBIDDEN'],
    ['one', { message: 'Broken.' }, 'UPSTREAM_ERROR'],
    ['none', [], 'UPSTREAM_BAD_RESPONSE'],
    ['nonsense', 'Broken.', 'UPSTREAM_ERROR'],
  ])('ends with the errors that the service gives: %s', async (_, payload, code) => {
    const onMessage = answering(({ id }, socket) => say(socket, { type: 'error', id, payload }));
    const service = await startSocketService({ onMessage });
    const { events } = subscriptionsAt(service.url).subscribe();
    const outcome = await readAll(events).catch((error: unknown) => [{ errors: [error] }]);
    expect(outcome).toMatchObject([{ errors: [{ code, service: 'ticks' }] }]);
  });

  it.each([
    ['no JSON', '{', 'UPSTREAM_BAD_RESPONSE'],
    ['no object', 'null', 'UPSTREAM_BAD_RESPONSE'],
    ['an unknown message', '{"type":"hello"}', 'UPSTREAM_BAD_RESPONSE'],
    ['bytes', Buffer.from('{}'), 'UPSTREAM_BAD_RESPONSE'],
    ['more than 10 MB', 'x'.repeat(10_000_001), 'UPSTREAM_BAD_RESPONSE'],
  ])('fails where the service sends %s', async (_, message, code) => {
    const service = await startSocketService({ onMessage: answering((__, socket) => socket.send(message)) });
    const { events } = subscriptionsAt(service.url).subscribe();
    await expect(readAll(events)).rejects.toMatchObject({ code, service: 'ticks' });
  });

  it('goes on after an event that is no result', async () => {
    const onMessage = answering(({ type, id }, socket) => {
      if (type !== 'subscribe') return;
      say(
        socket,
        { type: 'next', id, payload: {} },
        { type: 'next', id, payload: { data: { n: 2 } } },
        { type: 'complete', id },
      );
    });
    const service = await startSocketService({ onMessage });
    expect(await readAll(subscriptionsAt(service.url).subscribe().events)).toMatchObject([
      { data: null, errors: [{ code: 'UPSTREAM_BAD_RESPONSE' }] },
      { data: { n: 2 } },
    ]);
  });

  it.each([
    [4401, 'UNAUTHENTICATED'],
    [4403, 'FORBIDDEN'],
    [4400, 'UPSTREAM_BAD_RESPONSE'],
    [1011, 'UPSTREAM_UNAVAILABLE'],
  ])('fails where the service closes the connection with %s', async (closing, code) => {
    const service = await startSocketService({ onMessage: (_, socket) => socket.close(closing, 'No.') });
    const { events } = subscriptionsAt(service.url).subscribe();
    await expect(readAll(events)).rejects.toMatchObject({ code, detail: `WebSocket closed with ${closing}: No.` });
  });

  it.each([
    ['401', 401, 'UNAUTHENTICATED'],
    ['404', 404, 'UPSTREAM_BAD_RESPONSE'],
    ['503', 503, 'UPSTREAM_UNAVAILABLE'],
  ])('fails where the upgrade is answered with %s', async (_, status, code) => {
    const service = await startSocketService({ onMessage: () => {}, onRequest: () => status });
    const { events } = subscriptionsAt(service.url).subscribe();
    await expect(readAll(events)).rejects.toMatchObject({ code });
  });

  it('fails where the service speaks no protocol of subscriptions, refuses the connection, or is not there', async () => {
    const mute = await startSocketService({ protocol: null, onMessage: () => {} });
    await expect(readAll(subscriptionsAt(mute.url).subscribe().events)).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    const onMessage = (_: Message, socket: WebSocket) =>
      say(socket, { type: 'connection_error', payload: { message: 'No.' } });
    const refusing = await startSocketService({ protocol: 'graphql-ws', onMessage });
    await expect(readAll(subscriptionsAt(refusing.url).subscribe().events)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(readAll(subscriptionsAt('ws://127.0.0.1:1/').subscribe().events)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retry: 'not-sent',
    });
  });

  it('is opened again by the retry policy, and on a new connection after the old one was lost', async () => {
    let refusals = 2;
    const service = await startSocketService({
      onMessage: answering(({ id }, socket) => say(socket, { type: 'next', id, payload: { data: { n: 1 } } })),
      onRequest: () => ((refusals -= 1) >= 0 ? 503 : undefined),
    });
    const { subscribe } = subscriptionsAt(service.url, 2);
    const { events } = subscribe();
    expect((await events.next()).value).toEqual({ data: { n: 1 } });
    for (const socket of service.sockets) socket.terminate();
    await expect(events.next()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect((await subscribe().events.next()).value).toEqual({ data: { n: 1 } });
    expect(service.requests.length).toBe(4);
  });

  it('answers pings, takes no notice of keep-alives, and drops what comes for subscriptions that are over', async () => {
    const onMessage = answering(({ type }, socket) => {
      if (type === 'subscribe') say(socket, { type: 'ka' }, { type: 'ping' }, { type: 'next', id: '99', payload: {} });
      if (type === 'pong') say(socket, { type: 'next', id: '1', payload: { data: { n: 1 } } });
    });
    const service = await startSocketService({ onMessage });
    const { events } = subscriptionsAt(service.url).subscribe();
    expect((await events.next()).value).toEqual({ data: { n: 1 } });
  });

  it('ends with an error when more than 256 events wait for its reader, and is ended at the service', async () => {
    const onMessage = answering(({ type, id }, socket) => {
      if (type !== 'subscribe') return;
      for (let n = 0; n < 300; n += 1) say(socket, { type: 'next', id, payload: { data: { n } } });
    });
    const service = await startSocketService({ onMessage });
    const { events } = subscriptionsAt(service.url).subscribe();
    expect((await events.next()).value).toEqual({ data: { n: 0 } });
    await vi.waitFor(() => expect(service.received.at(-1)).toEqual({ id: '1', type: 'complete' }));
    await expect(events.next()).rejects.toMatchObject({ extensions: { reason: 'SLOW_SUBSCRIBER' } });
  });
});
