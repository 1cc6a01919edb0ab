import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { IncomingRequest, WorkerConnection } from '../../examples/shipping/worker-connection.ts';
import type { GatewayError } from '../../src/errors/gateway-error.ts';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { StreamEvent } from '../../src/sources/bound/binding-client.ts';
import type { Broker } from '../../src/sources/bound/brokers/broker.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A broker as the contract sees it; `connectWorker` and `sendRaw` speak its wire without any code of ours. */
export type ContractSubject = {
  readonly url: () => string;
  readonly connectWorker: (url: string) => Promise<WorkerConnection>;
  readonly sendRaw: (url: string, topic: string, body: string) => Promise<void>;
  /** Whether the broker says at once that nobody listens. */
  readonly tellsNobody: boolean;
  /** Whether it does so for the topics of events too. */
  readonly tellsUnsubscribed?: boolean;
  /** What events' topics begin with; what a broker keeps is named by it. */
  readonly events?: string;
  /** Whether a subscription may name a pattern; true unless false. */
  readonly hasWildcards?: boolean;
  /** Whether a new connection takes up what was sent while there was none. */
  readonly keeps?: boolean;
  /** What a proxy on another port has to change in what the broker says. */
  readonly rewrite?: (chunk: Buffer, port: number) => Buffer;
  /** Whether replies to others come here too, and are left alone. */
  readonly ignoresOthers?: boolean;
  /** Whether there is a connection that can break. */
  readonly canBreak: boolean;
};

const PATIENT = 10_000;
const call = (timeoutMs = PATIENT) => ({ timeoutMs, cancellation: new Cancellation() });

/** What every broker keeps, whatever its protocol. */
export function describeBroker(name: string, subject: ContractSubject): void {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  async function start(
    url = subject.url(),
  ): Promise<{ broker: Broker; worker: WorkerConnection; prefix: string; area: string }> {
    const broker = createBroker(url);
    closers.push(() => broker.close());
    const worker = await subject.connectWorker(subject.url());
    closers.push(() => worker.close());
    const prefix = `t${randomUUID().replaceAll('-', '')}`;
    return { broker, worker, prefix, area: `${subject.events ?? 'events'}.${prefix}` };
  }

  /** Worker that answers a request for "now" at once and keeps the others. */
  async function keeper(worker: WorkerConnection, topic: string): Promise<IncomingRequest[]> {
    const kept: IncomingRequest[] = [];
    await worker.onRequest(topic, (request) => {
      if (request.payload === 'now') request.answer({ id: request.id, payload: 'done' });
      else kept.push(request);
    });
    return kept;
  }

  describe(name, () => {
    it('gives the reply to a request', async () => {
      const { broker, worker, prefix } = await start();
      await worker.onRequest(`${prefix}.double`, ({ id, payload, answer }) => {
        answer({ id, payload: { twice: (payload as { n: number }).n * 2 } });
      });
      const reply = await broker.request(`${prefix}.double`, { n: 21 }, call());
      expect(reply).toEqual({ kind: 'payload', value: { twice: 42 } });
    });

    it('tells the worker when the request expires, where the broker does not see to it', async () => {
      const { broker, worker, prefix } = await start();
      const before = Date.now();
      await worker.onRequest(`${prefix}.expiry`, ({ id, expiresAt, answer }) =>
        answer({ id, payload: expiresAt ?? 'broker' }),
      );
      const reply = await broker.request(`${prefix}.expiry`, null, call(60_000));
      expect(reply.kind === 'payload' && (reply.value === 'broker' || Number(reply.value) > before + 50_000)).toBe(
        true,
      );
    });

    it('keeps a thousand requests in flight apart, answered in the opposite order', async () => {
      const { broker, worker, prefix } = await start();
      const requests: IncomingRequest[] = [];
      await worker.onRequest(`${prefix}.echo`, (request) => {
        requests.push(request);
        if (requests.length < 1000) return;
        for (const { id, payload, answer } of requests.toReversed()) answer({ id, payload });
      });
      const numbers = Array.from({ length: 1000 }, (_, index) => index);
      const replies = await Promise.all(numbers.map((n) => broker.request(`${prefix}.echo`, n, call(25_000))));
      expect(replies).toEqual(numbers.map((value) => ({ kind: 'payload', value })));
      expect(broker.stats()).toEqual({ inFlight: 0, subscriptions: 0, dropped: 0 });
    });

    it('gives an error the worker answers as an error', async () => {
      const { broker, worker, prefix } = await start();
      await worker.onRequest(`${prefix}.fail`, ({ id, answer }) => {
        answer({ id, error: { message: 'no such order', code: 'NOT_FOUND' } });
      });
      const reply = await broker.request(`${prefix}.fail`, null, call());
      expect(reply).toEqual({ kind: 'error', message: 'no such order', code: 'NOT_FOUND' });
    });

    it('ends a request whose reply is lost with UPSTREAM_TIMEOUT and leaves nothing behind', async () => {
      const { broker, worker, prefix } = await start();
      const kept = await keeper(worker, `${prefix}.lost`);
      await broker.request(`${prefix}.lost`, 'now', call());
      const error = await failure(broker.request(`${prefix}.lost`, 'keep', call(200)));
      expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retry: 'may-retry' });
      expect(kept).toHaveLength(1);
      expect(broker.stats().inFlight).toBe(0);
    });

    it('drops and counts late, doubled and foreign replies', async () => {
      const { broker, worker, prefix } = await start();
      const kept = await keeper(worker, `${prefix}.odd`);
      await broker.request(`${prefix}.odd`, 'now', call());
      await failure(broker.request(`${prefix}.odd`, 'late', call(200)));
      const patient = broker.request(`${prefix}.odd`, 'doubled', call());
      const [late, doubled] = await vi.waitFor(() => {
        expect(kept).toHaveLength(2);
        return kept;
      });
      late?.answer({ id: late.id, payload: 'too late' });
      doubled?.answer({ id: 'somebody-else.1', payload: 'foreign' });
      doubled?.answer({ id: doubled.id, payload: 'first' });
      expect(await patient).toEqual({ kind: 'payload', value: 'first' });
      doubled?.answer({ id: doubled.id, payload: 'second' });
      await vi.waitFor(() =>
        expect(broker.stats()).toEqual({
          inFlight: 0,
          subscriptions: 0,
          dropped: subject.ignoresOthers === true ? 2 : 3,
        }),
      );
    });

    it('says that nobody listens, at once where the broker can tell', async () => {
      const { broker, prefix } = await start();
      const error = await failure(broker.request(`${prefix}.nobody`, null, call(subject.tellsNobody ? PATIENT : 200)));
      expect(error.code).toBe(subject.tellsNobody ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_TIMEOUT');
      expect(broker.stats().inFlight).toBe(0);
    });

    it('rejects a cancelled request with the reason, at once', async () => {
      const { broker, worker, prefix } = await start();
      await keeper(worker, `${prefix}.cancel`);
      await broker.request(`${prefix}.cancel`, 'now', call());
      const cancellation = new Cancellation();
      const pending = failure(broker.request(`${prefix}.cancel`, 'keep', { timeoutMs: PATIENT, cancellation }));
      cancellation.cancel();
      expect((await pending).message).toBe('The call was cancelled before the service had answered.');
      expect(broker.stats().inFlight).toBe(0);
    });

    it('delivers a publish that the broker has acknowledged', async () => {
      const { broker, worker, area } = await start();
      const events: unknown[] = [];
      await worker.onEvent(`${area}.ship`, (event) => events.push(event));
      await broker.publish(`${area}.ship`, { order: 'o1' }, { ...call(), key: 'o1' });
      await vi.waitFor(() => expect(events).toEqual([{ order: 'o1' }]), { timeout: PATIENT });
    });

    it('acknowledges a publish that nobody listens to', async () => {
      const { broker, area } = await start();
      await expect(broker.publish(`${area}.void`, 1, call())).resolves.toBeUndefined();
    });

    it('gives a poisoned message as one error and goes on', async () => {
      const { broker, worker, area } = await start();
      const events = await subscribed(broker, `${area}.mixed`);
      await subject.sendRaw(subject.url(), `${area}.mixed`, '{ not json');
      const poison = (await events.next()).value?.message as GatewayError;
      await worker.publish(`${area}.mixed`, { fine: true });
      expect(poison.code).toBe('UPSTREAM_BAD_RESPONSE');
      expect(await events.next()).toMatchObject({ done: false, value: { message: { fine: true } } });
    });

    it('lets a thousand subscribers share one subscription, and releases it after the last', async () => {
      const { broker, worker, area } = await start();
      const topic = `${area}.shared`;
      const first = await subscribed(broker, topic);
      const others = await joined(broker, topic, 999);
      expect(broker.stats().subscriptions).toBe(1);
      await worker.publish(topic, 'for all');
      const received = await Promise.all([first, ...others].map((events) => events.next()));
      expect(received).toHaveLength(1000);
      expect(new Set(received.map(({ value }) => value?.message))).toEqual(new Set(['for all']));
      await Promise.all([first, ...others].map(async (events) => events.return?.()));
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0));
    });

    it('ends the stream of a slow subscriber with a named error and spares the others', async () => {
      const { broker, worker, area } = await start();
      const topic = `${area}.flood`;
      const fast = await subscribed(broker, topic);
      const [slow] = await joined(broker, topic, 1);
      assert(slow !== undefined);
      for (let from = 0; from < 300; from += 100) {
        const numbers = Array.from({ length: 100 }, (_, index) => from + index);
        for (const n of numbers) await worker.publish(topic, n);
        const seen: unknown[] = [];
        while (seen.length < 100) seen.push((await fast.next()).value?.message);
        expect(new Set(seen)).toEqual(new Set(numbers));
      }
      const error = await failure(slow.next());
      expect(error).toMatchObject({ code: 'SUBSCRIPTION_INTERRUPTED', extensions: { reason: 'SLOW_SUBSCRIBER' } });
      expect(await slow.next()).toEqual({ done: true, value: undefined });
      expect(broker.stats().subscriptions).toBe(1);
    });

    it.skipIf(subject.hasWildcards === false)('understands wildcards the same way on every broker', async () => {
      const { broker, worker, area } = await start();
      const one = await subscribed(broker, `${area}.*.updated`);
      const rest = await subscribed(broker, `${area}.>`);
      for (const topic of [`${area}.a.b.updated`, `${area}.updated`, area, `${area}.a.updated`]) {
        await worker.publish(topic, topic.slice(area.length));
      }
      expect(await one.next()).toMatchObject({ done: false, value: { message: '.a.updated' } });
      const seen = [await rest.next(), await rest.next(), await rest.next()];
      expect(seen.map(({ value }) => value?.message)).toEqual(['.a.b.updated', '.updated', '.a.updated']);
    });

    it('unsubscribes at the broker when a subscription is cancelled', async () => {
      const { broker, area } = await start();
      const { broker: asking } = await start();
      const topic = `${area}.leaving`;
      const cancellation = new Cancellation();
      const events = await subscribed(broker, topic, cancellation);
      await asking.publish(topic, 'heard', call());
      const heard = await failure(asking.request(topic, 'anybody?', call(300)));
      cancellation.cancel();
      const seen: unknown[] = [];
      for (let next = await events.next(); next.done !== true; next = await events.next())
        seen.push(next.value.message);
      expect(seen).toContain('heard');
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0));
      const unheard = await failure(asking.request(topic, 'anybody?', call(300)));
      expect([heard.code, unheard.code]).toEqual([
        'UPSTREAM_TIMEOUT',
        (subject.tellsUnsubscribed ?? subject.tellsNobody) ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_TIMEOUT',
      ]);
    });

    it('refuses calls once it is closed', async () => {
      const { broker, worker, prefix } = await start();
      await keeper(worker, `${prefix}.closing`);
      await broker.request(`${prefix}.closing`, 'now', call());
      const pending = failure(broker.request(`${prefix}.closing`, 'keep', call()));
      await broker.close();
      expect((await pending).code).toBe('UPSTREAM_UNAVAILABLE');
      expect(await failure(broker.request(`${prefix}.closing`, 'now', call()))).toMatchObject({ retry: 'not-sent' });
    });
  });

  describe.runIf(subject.canBreak)(`${name}, when the connection breaks`, () => {
    async function startProxied(): Promise<{
      broker: Broker;
      worker: WorkerConnection;
      prefix: string;
      area: string;
      proxy: TcpProxy;
    }> {
      const target = new URL(subject.url());
      const proxy = await startTcpProxy({ host: target.hostname, port: Number(target.port) }, subject.rewrite);
      closers.push(() => proxy.close());
      target.hostname = '127.0.0.1';
      target.port = String(proxy.port);
      return { ...(await start(target.toString())), proxy };
    }

    it('fails what is in flight, connects again and goes on', async () => {
      const { broker, worker, prefix, proxy } = await startProxied();
      const kept = await keeper(worker, `${prefix}.cut`);
      await broker.request(`${prefix}.cut`, 'now', call());
      const pending = failure(broker.request(`${prefix}.cut`, 'keep', call()));
      await vi.waitFor(() => expect(kept).toHaveLength(1));
      await proxy.cut();
      expect(await pending).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'may-retry' });
      const down = await failure(broker.request(`${prefix}.cut`, 'now', call()));
      expect(down).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
      expect(broker.stats().inFlight).toBe(0);
      await proxy.restore();
      const reply = await vi.waitFor(() => broker.request(`${prefix}.cut`, 'now', call()), { timeout: PATIENT });
      expect(reply).toEqual({ kind: 'payload', value: 'done' });
    });

    it('subscribes again for those who still listen, and says where events may be missing', async () => {
      const { broker, worker, area, proxy } = await startProxied();
      const topic = `${area}.again`;
      const events = await subscribed(broker, topic);
      await proxy.cut();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0));
      await worker.publish(topic, 'meanwhile');
      await proxy.restore();
      const next = events.next();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: PATIENT });
      await worker.publish(topic, 'back');
      const seen = [(await next).value?.message, (await events.next()).value?.message];
      const gap: unknown = expect.objectContaining({ extensions: { reason: 'EVENTS_LOST' } });
      expect(seen).toEqual([subject.keeps === true ? 'meanwhile' : gap, 'back']);
    });

    it('says that the outcome is unknown when the acknowledgement of a publish is lost', async () => {
      const { broker, area, proxy } = await startProxied();
      await broker.publish(`${area}.ack`, 1, call());
      proxy.hold();
      const slow = await failure(broker.publish(`${area}.ack`, 2, call(200)));
      const cut = failure(broker.publish(`${area}.ack`, 3, call()));
      await proxy.cut();
      expect([slow.code, (await cut).code]).toEqual(['PUBLISH_OUTCOME_UNKNOWN', 'PUBLISH_OUTCOME_UNKNOWN']);
      expect(broker.stats().inFlight).toBe(0);
    });

    it('fails calls and subscriptions while the broker is down at start, and works once it is up', async () => {
      const { broker, worker, prefix, proxy } = await startProxied();
      await proxy.cut();
      await keeper(worker, `${prefix}.start`);
      const request = await failure(broker.request(`${prefix}.start`, 'now', call()));
      const publish = await failure(broker.publish(`${prefix}.start`, 'now', call()));
      const stream = await failure(
        broker.subscribe(`${prefix}.start`, { cancellation: new Cancellation() })[Symbol.asyncIterator]().next(),
      );
      for (const error of [request, publish, stream]) {
        expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'not-sent' });
      }
      await proxy.restore();
      await vi.waitFor(() => broker.request(`${prefix}.start`, 'now', call()), { timeout: PATIENT });
    });

    it('closes its connections', async () => {
      const { broker, area, proxy } = await startProxied();
      await broker.publish(`${area}.closed`, 1, call());
      expect(proxy.connections()).toBeGreaterThan(0);
      await broker.close();
      await vi.waitFor(() => expect(proxy.connections()).toBe(0));
    });
  });
}

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a failure, got ${JSON.stringify(value)}.`);
    },
    (error: unknown) => error as GatewayError,
  );
}

/** A stream whose subscription the broker has confirmed. */
async function subscribed(
  broker: Broker,
  topic: string,
  cancellation = new Cancellation(),
): Promise<AsyncIterator<StreamEvent, undefined>> {
  const before = broker.stats().subscriptions;
  const events = broker.subscribe(topic, { cancellation })[Symbol.asyncIterator]();
  await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(before + 1), { timeout: PATIENT });
  return events;
}

/** Further streams of a topic that is subscribed already: they take part from the next turn of the loop on. */
async function joined(broker: Broker, topic: string, count: number): Promise<AsyncIterator<StreamEvent, undefined>[]> {
  const streams = Array.from({ length: count }, () =>
    broker.subscribe(topic, { cancellation: new Cancellation() })[Symbol.asyncIterator](),
  );
  await setImmediate();
  return streams;
}
