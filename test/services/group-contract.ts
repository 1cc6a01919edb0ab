import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { StreamEvent } from '../../src/sources/bound/binding-client.ts';
import type { Broker } from '../../src/sources/bound/brokers/broker.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { startTcpProxy } from './tcp-proxy.ts';

/** A broker whose subscriptions are those of a group of gateways, the group `gateways`. */
export type GroupSubject = {
  readonly url: () => string;
  /** What events' topics begin with. */
  readonly events?: string;
  /** What a proxy on another port has to change in what the broker says. */
  readonly rewrite?: (chunk: Buffer, port: number) => Buffer;
  /** Told of each topic that is subscribed to. */
  readonly onTopic?: (topic: string) => void;
};

/** With one key: order is a key's where a broker parts topics. */
const call = () => ({ timeoutMs: 10_000, cancellation: new Cancellation(), key: 'one' });

/** What every broker that keeps messages for a group promises. */
export function describeGroup(name: string, subject: GroupSubject): void {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  function open(url = subject.url()): Broker {
    const broker = createBroker(url);
    closers.push(() => broker.close());
    return broker;
  }

  function newTopic(): string {
    const topic = `${subject.events ?? 'events'}.t${randomUUID().replaceAll('-', '')}.grouped`;
    subject.onTopic?.(topic);
    return topic;
  }

  /** Everything that comes, from when the broker has confirmed the subscription. */
  async function listen(broker: Broker, topic: string): Promise<{ seen: unknown[]; leave: () => Promise<void> }> {
    const cancellation = new Cancellation();
    const events: AsyncIterable<StreamEvent> = broker.subscribe(topic, { cancellation });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const { message } of events) seen.push(message);
    })();
    await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: 20_000 });
    const leave = async () => {
      cancellation.cancel();
      await reading;
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0), { timeout: 20_000 });
    };
    return { seen, leave };
  }

  describe(`${name}, with a group`, () => {
    it('keeps what comes while no gateway of the group is there', async () => {
      const broker = open();
      const topic = newTopic();
      const first = await listen(broker, topic);
      await broker.publish(topic, 'heard', call());
      await vi.waitFor(() => expect(first.seen).toEqual(['heard']), { timeout: 20_000 });
      await first.leave();
      await broker.publish(topic, 'missed', call());
      const second = await listen(open(), topic);
      await broker.publish(topic, 'live', call());
      await vi.waitFor(() => expect(second.seen).toEqual(['missed', 'live']), { timeout: 20_000 });
      await second.leave();
    });

    it('gives each message to one gateway of the group', async () => {
      const topic = newTopic();
      const [one, two] = [await listen(open(), topic), await listen(open(), topic)];
      const broker = open();
      const numbers = Array.from({ length: 40 }, (_, index) => index);
      for (const n of numbers) await broker.publish(topic, n, call());
      const all = () => [...one.seen, ...two.seen].toSorted((a, b) => Number(a) - Number(b));
      await vi.waitFor(() => expect(all()).toEqual(numbers), { timeout: 20_000 });
      await Promise.all([one.leave(), two.leave()]);
    });

    it('goes on where it was when its connection was lost', async () => {
      const url = new URL(subject.url());
      const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) }, subject.rewrite);
      closers.push(() => proxy.close());
      url.port = String(proxy.port);
      const [broker, other, topic] = [open(url.toString()), open(), newTopic()];
      const { seen, leave } = await listen(broker, topic);
      await other.publish(topic, 'before', call());
      await vi.waitFor(() => expect(seen).toEqual(['before']), { timeout: 20_000 });
      await proxy.cut();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0), { timeout: 20_000 });
      await other.publish(topic, 'meanwhile', call());
      await proxy.restore();
      await vi.waitFor(() => expect(seen).toContain('meanwhile'), { timeout: 40_000 });
      const numbers = Array.from({ length: 16 }, (_, index) => index);
      for (const n of numbers) await other.publish(topic, n, { ...call(), key: `key ${n}` });
      await vi.waitFor(() => expect(new Set(seen)).toEqual(new Set(['before', 'meanwhile', ...numbers])), {
        timeout: 20_000,
      });
      await leave();
    });
  });
}
