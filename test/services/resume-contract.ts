import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { StreamEvent } from '../../src/sources/bound/binding-client.ts';
import type { Broker } from '../../src/sources/bound/brokers/broker.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';

/** A broker that keeps its messages, as this contract sees it. */
export type ResumeSubject = {
  readonly url: () => string;
  /** What events' topics begin with. */
  readonly events?: string;
  /** Lets the broker forget what it has kept of a topic; absent where that can't be done. */
  readonly forget?: (topic: string) => Promise<void>;
};

/** With one key: order is a key's where a broker parts topics. */
const call = () => ({ timeoutMs: 10_000, cancellation: new Cancellation(), key: 'one' });

/** What every broker that keeps its messages promises to who comes back with a cursor. */
export function describeResuming(name: string, subject: ResumeSubject): void {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  function start(): { broker: Broker; topic: string } {
    const broker = createBroker(subject.url());
    closers.push(() => broker.close());
    return { broker, topic: `${subject.events ?? 'events'}.t${randomUUID().replaceAll('-', '')}.kept` };
  }

  function read(broker: Broker, topic: string, after?: string): AsyncIterator<StreamEvent, undefined> {
    const cancellation = new Cancellation();
    const events = broker.subscribe(topic, { cancellation, after })[Symbol.asyncIterator]();
    closers.push(async () => cancellation.cancel());
    return events;
  }

  async function publish(broker: Broker, topic: string, from: number, to: number): Promise<void> {
    for (let n = from; n < to; n += 1) await broker.publish(topic, n, call());
  }

  /** The cursor of a first event, "0". */
  async function firstCursor(broker: Broker, topic: string): Promise<string> {
    const events = read(broker, topic);
    await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: 10_000 });
    await broker.publish(topic, 0, call());
    const { value } = await events.next();
    expect(value?.message).toBe(0);
    await events.return?.();
    await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0), { timeout: 10_000 });
    expect(value?.cursor).toMatch(/^[!-~]+$/);
    return value?.cursor ?? '';
  }

  describe(`${name}, resumed`, () => {
    it('sends what came after the cursor, then what comes, once each', async () => {
      const { broker, topic } = start();
      const cursor = await firstCursor(broker, topic);
      await publish(broker, topic, 1, 4);
      const events = read(broker, topic, cursor);
      const seen = [await events.next()];
      await publish(broker, topic, 4, 6);
      while (seen.length < 5) seen.push(await events.next());
      expect(seen.map(({ value }) => value?.message)).toEqual([1, 2, 3, 4, 5]);
      const last = seen.at(-2)?.value?.cursor;
      expect((await read(broker, topic, last).next()).value?.message).toBe(5);
    });

    it('leaves nothing out and sends nothing twice while more comes than may wait', async () => {
      const { broker, topic } = start();
      const cursor = await firstCursor(broker, topic);
      await publish(broker, topic, 1, 300);
      const events = read(broker, topic, cursor);
      const seen = [(await events.next()).value?.message];
      await publish(broker, topic, 300, 700);
      while (seen.length < 699) seen.push((await events.next()).value?.message);
      expect(seen).toEqual(Array.from({ length: 699 }, (_, index) => index + 1));
      await broker.publish(topic, 'live', call());
      expect((await events.next()).value?.message).toBe('live');
    });

    it('goes on with what comes where nothing came after the cursor', async () => {
      const { broker, topic } = start();
      const cursor = await firstCursor(broker, topic);
      const events = read(broker, topic, cursor);
      const next = events.next();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), { timeout: 10_000 });
      await broker.publish(topic, 1, call());
      expect((await next).value?.message).toBe(1);
    });

    it('refuses a cursor that is none', async () => {
      const { broker, topic } = start();
      await expect(read(broker, topic, 'x"; DROP').next()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0));
    });

    it.skipIf(subject.forget === undefined)(
      'says that events may be missing where the broker has forgotten them',
      async () => {
        const { broker, topic } = start();
        const cursor = await firstCursor(broker, topic);
        await publish(broker, topic, 1, 4);
        await subject.forget?.(topic);
        const events = read(broker, topic, cursor);
        expect((await events.next()).value?.message).toMatchObject({ extensions: { reason: 'EVENTS_LOST' } });
        const next = events.next();
        await broker.publish(topic, 4, call());
        expect((await next).value?.message).toBe(4);
      },
    );
  });
}
