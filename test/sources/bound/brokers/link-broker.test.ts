import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GatewayError } from '../../../../src/errors/gateway-error.ts';
import { Cancellation } from '../../../../src/model/cancellation.ts';
import type { ConnectionChange } from '../../../../src/sources/bound/brokers/broker.ts';
import type { StreamEvent } from '../../../../src/sources/bound/binding-client.ts';
import { notSent } from '../../../../src/sources/bound/brokers/broker-error.ts';
import { LinkBroker } from '../../../../src/sources/bound/brokers/link-broker.ts';
import type { Link, LinkEvents, OnMessage, Resumable } from '../../../../src/sources/bound/brokers/link.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** A broker over a wire of the test's own, and the log of what the wire was asked. `open` fails while `isDown`. */
function testBroker(
  wire: {
    isDown?: boolean;
    refusal?: Error;
    hangs?: boolean;
    subscribeFails?: unknown;
    isComplete?: boolean;
    kept?: number[];
  } = {},
) {
  const log: string[] = [];
  const listeners = new Map<string, OnMessage>();
  let events: LinkEvents | undefined;
  const link: Link = {
    resumable: wire.kept === undefined ? undefined : keepMessages(wire.kept, log),
    sendRequest: async ({ topic, payload }) => void log.push(`request ${topic} ${payload}`),
    sendEvent: async ({ topic, payload }) => void log.push(`publish ${topic} ${payload}`),
    subscribe: async (topic, onMessage) => {
      log.push(`subscribe ${topic}`);
      await Promise.resolve();
      if (wire.subscribeFails !== undefined) throw wire.subscribeFails;
      listeners.set(topic, onMessage);
      const unsubscribe = async () => {
        log.push(`unsubscribe ${topic}`);
        listeners.delete(topic);
      };
      return { unsubscribe, isComplete: wire.isComplete ?? false };
    },
    close: async () => void log.push('close'),
  };
  const open = async (linkEvents: LinkEvents): Promise<Link> => {
    log.push('open');
    if (wire.hangs === true) return new Promise(() => {});
    if (wire.refusal !== undefined) throw wire.refusal;
    if (wire.isDown === true) throw new Error('connect ECONNREFUSED');
    events = linkEvents;
    return { ...link };
  };
  const changes: ConnectionChange['kind'][] = [];
  const broker = new LinkBroker(open, {
    onConnection: (change) => changes.push(change.kind),
  });
  const lose = () => events?.onLost(new Error('reset'));
  return { broker, log, changes, listeners, wire, lose };
}

/** Numbers that the broker has kept, each its own cursor; what is below the first is gone. */
function keepMessages(kept: number[], log: string[]): Resumable {
  return {
    isCursor: (text) => /^\d+$/.test(text),
    isCovered: (cursor, position) => Number(cursor) <= Number(position),
    readAfter: async function* (topic, cursor) {
      log.push(`read ${topic} after ${cursor}`);
      const first = kept[0] ?? 0;
      if (Number(cursor) < first - 1) yield { kind: 'gap', cursor: String(first - 1) };
      const rest = kept.filter((number) => number > Number(cursor));
      for (const number of rest) yield { kind: 'message', topic, body: String(number), cursor: String(number) };
    },
  };
}

const call = (timeoutMs = 1_000) => ({ timeoutMs, cancellation: new Cancellation() });
const read = (stream: AsyncIterable<unknown>) => stream[Symbol.asyncIterator]();

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  return promise.then(
    () => expect.fail('It should have been rejected.'),
    (error: unknown) => error as GatewayError,
  );
}

it('connects at the first call and not before', async () => {
  const { broker, log } = testBroker();
  expect(log).toEqual([]);
  await broker.publish('orders.ship', { id: 'o1' }, call());
  await broker.publish('orders.ship', { id: 'o2' }, call());
  expect(log).toEqual(['open', 'publish orders.ship {"id":"o1"}', 'publish orders.ship {"id":"o2"}']);
});

it('subscribes once for all and unsubscribes once after the last', async () => {
  const { broker, log } = testBroker();
  const streams = Array.from({ length: 1000 }, () =>
    read(broker.subscribe('news', { cancellation: new Cancellation() })),
  );
  await setImmediate();
  expect(log).toEqual(['open', 'subscribe news']);
  for (const stream of streams.slice(1)) await stream.return?.();
  await setImmediate();
  expect(log).toEqual(['open', 'subscribe news']);
  await streams[0]?.return?.();
  await setImmediate();
  expect(log).toEqual(['open', 'subscribe news', 'unsubscribe news']);
});

it('never lets the release of an old subscription end a new one of the same topic', async () => {
  const { broker, log, listeners } = testBroker();
  await broker.publish('warm', 0, call());
  const first = read(broker.subscribe('news', { cancellation: new Cancellation() }));
  await Promise.resolve();
  await Promise.resolve();
  await first.return?.();
  const second = read(broker.subscribe('news', { cancellation: new Cancellation() }));
  await setImmediate();
  listeners.get('news')?.('news', '"hello"');
  expect(await second.next()).toEqual({ done: false, value: { message: 'hello' } });
  expect(
    log.filter((line) => line.startsWith('subscribe')).length - log.filter((line) => line.startsWith('unsub')).length,
  ).toBe(1);
});

it('opens no subscription for a stream that was left before the broker was there', async () => {
  const { broker, log } = testBroker();
  const cancellation = new Cancellation();
  const stream = read(broker.subscribe('news', { cancellation }));
  cancellation.cancel();
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  await setImmediate();
  expect(log).toEqual(['open']);
});

it('fails the stream when the broker refuses the subscription', async () => {
  const { broker } = testBroker({ subscribeFails: new Error('not authorized') });
  const error = await failure(read(broker.subscribe('secret', { cancellation: new Cancellation() })).next());
  expect(error).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'The message broker refused the subscription.',
  });
});

it('answers several reads that wait at the same time in their order', async () => {
  const { broker, listeners } = testBroker();
  const stream = read(broker.subscribe('news', { cancellation: new Cancellation() }));
  const reads = [stream.next(), stream.next(), stream.next()];
  await setImmediate();
  for (const body of ['1', '2']) listeners.get('news')?.('news', body);
  await stream.return?.();
  expect(await Promise.all(reads)).toEqual([
    { done: false, value: { message: 1 } },
    { done: false, value: { message: 2 } },
    { done: true, value: undefined },
  ]);
});

it('refuses the 10,001st call in flight without sending it', async () => {
  const { broker, log } = testBroker();
  const calls = Array.from({ length: 10_000 }, () => failure(broker.request('slow', null, call())));
  const error = await failure(broker.request('slow', 'one too many', call()));
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
  await setImmediate();
  expect(log).toHaveLength(10_001);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(new Set((await Promise.all(calls)).map(({ code }) => code))).toEqual(new Set(['UPSTREAM_TIMEOUT']));
  expect([broker.stats().inFlight, vi.getTimerCount()]).toEqual([0, 0]);
});

it('sends nothing for a call whose time ended before the connection was made', async () => {
  const { broker, log, wire } = testBroker({ hangs: true });
  const request = failure(broker.request('find', null, call(100)));
  const onSent = vi.fn();
  const publish = failure(broker.publish('ship', null, { ...call(100), onSent }));
  await vi.advanceTimersByTimeAsync(100);
  for (const error of [await request, await publish]) {
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
  }
  wire.hangs = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(log.filter((line) => line !== 'open')).toEqual([]);
  expect(onSent).not.toHaveBeenCalled();
  await broker.close();
});

it('tells when an event is handed to the broker', async () => {
  const { broker, log } = testBroker();
  await broker.publish('ship', 1, { ...call(), onSent: () => void log.push('sent') });
  expect(log).toEqual(['open', 'sent', 'publish ship 1']);
});

it('sends nothing for a call that was cancelled before', async () => {
  const { broker, log } = testBroker();
  const cancellation = new Cancellation();
  cancellation.cancel();
  expect((await failure(broker.publish('ship', null, { timeoutMs: 100, cancellation }))).code).toBe('UPSTREAM_TIMEOUT');
  expect(log).toEqual([]);
});

it('tries a broker that is down again with growing pauses of at most two seconds, and says so once each time', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(1);
  const { broker, log, changes, wire } = testBroker({ isDown: true });
  await failure(broker.request('find', null, call()));
  const attempts: number[] = [];
  for (const ms of [100, 200, 400, 800, 1_600, 2_000, 2_000]) {
    await vi.advanceTimersByTimeAsync(ms - 1);
    attempts.push(log.length);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7]);
  wire.isDown = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(changes).toEqual([...Array.from({ length: 8 }, () => 'lost'), 'connected']);
  random.mockRestore();
});

it('gives up a handshake that hangs and tries again', async () => {
  const { broker, log, wire } = testBroker({ hangs: true });
  const request = failure(broker.request('find', null, call(30_000)));
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await request).retry).toBe('not-sent');
  wire.hangs = false;
  await vi.advanceTimersByTimeAsync(2_000);
  await broker.publish('ship', null, call());
  expect(log).toEqual(['open', 'open', 'publish ship null']);
});

it('does not connect in a tight loop to a broker that takes connections and drops them', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const { broker, log, lose } = testBroker();
  await broker.publish('ship', 1, call());
  for (let lost = 0; lost < 100; lost += 1) {
    lose();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(log.filter((line) => line === 'open').length).toBeLessThan(20);
  vi.restoreAllMocks();
});

it('says what the broker has against it for as long as it cannot be used', async () => {
  const { broker } = testBroker({ refusal: notSent('JetStream has no stream "ORDERS".') });
  for (const _ of ['at first', 'afterwards'])
    expect((await failure(broker.request('find', null, call()))).detail).toBe('JetStream has no stream "ORDERS".');
  await broker.close();
});

it('leaves no timer behind when it is closed while the broker is down', async () => {
  const { broker } = testBroker({ isDown: true });
  await failure(broker.request('find', null, call()));
  await broker.close();
  expect(vi.getTimerCount()).toBe(0);
  expect((await failure(broker.request('find', null, call()))).retry).toBe('not-sent');
});

it('says once that events may be missing after the connection was lost, unless nothing was', async () => {
  for (const isComplete of [false, true]) {
    const { broker, listeners, lose } = testBroker({ isComplete });
    const stream = read(broker.subscribe('news', { cancellation: new Cancellation() }));
    await setImmediate();
    lose();
    await vi.advanceTimersByTimeAsync(2_000);
    await setImmediate();
    listeners.get('news')?.('news', '"back"');
    const first = (await stream.next()).value as StreamEvent;
    if (isComplete) expect(first).toEqual({ message: 'back' });
    else {
      expect(first.message).toMatchObject({ extensions: { reason: 'EVENTS_LOST' } });
      expect(await stream.next()).toEqual({ done: false, value: { message: 'back' } });
    }
    await broker.close();
  }
});

it('reads what came after a cursor, then what comes, leaving out what was read already', async () => {
  const { broker, listeners, log } = testBroker({ kept: [4, 5, 6] });
  const stream = read(broker.subscribe('news', { cancellation: new Cancellation(), after: '4' }));
  expect(await stream.next()).toEqual({ done: false, value: { message: 5, cursor: '5' } });
  for (const number of [5, 6, 7]) listeners.get('news')?.('news', String(number), String(number));
  expect(await stream.next()).toEqual({ done: false, value: { message: 6, cursor: '6' } });
  expect(await stream.next()).toEqual({ done: false, value: { message: 7, cursor: '7' } });
  expect(log).toEqual(['open', 'subscribe news', 'read news after 4']);
});

it('reads on from what is kept when more came meanwhile than may wait', async () => {
  const kept = [1];
  const { broker, listeners, log } = testBroker({ kept });
  const stream = read(broker.subscribe('news', { cancellation: new Cancellation(), after: '0' }));
  const seen = [((await stream.next()).value as StreamEvent).message];
  for (let number = 2; number <= 300; number += 1) {
    kept.push(number);
    listeners.get('news')?.('news', String(number), String(number));
  }
  while (seen.length < 300) seen.push(((await stream.next()).value as StreamEvent).message);
  expect(seen).toEqual(kept);
  expect(log.filter((line) => line.startsWith('read'))).toEqual(['read news after 0', 'read news after 1']);
});

it('begins with an event that says so where what came after the cursor is gone', async () => {
  const { broker } = testBroker({ kept: [4, 5] });
  const stream = read(broker.subscribe('news', { cancellation: new Cancellation(), after: '1' }));
  expect(((await stream.next()).value as StreamEvent).message).toMatchObject({ extensions: { reason: 'EVENTS_LOST' } });
  expect(await stream.next()).toEqual({ done: false, value: { message: 4, cursor: '4' } });
});

it('refuses a cursor that is none, and ignores one where nothing is kept', async () => {
  const { broker } = testBroker({ kept: [] });
  const refused = read(broker.subscribe('news', { cancellation: new Cancellation(), after: 'x' }));
  expect((await failure(refused.next())).code).toBe('BAD_USER_INPUT');
  const other = testBroker();
  const stream = read(other.broker.subscribe('news', { cancellation: new Cancellation(), after: 'x' }));
  const next = stream.next();
  await setImmediate();
  other.listeners.get('news')?.('news', '1');
  expect(await next).toEqual({ done: false, value: { message: 1 } });
});
