import { Connection, createRecordsBatch, Writer } from '@platformatic/kafka';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Cancellation } from '../../src/model/cancellation.ts';
import type { Broker } from '../../src/sources/bound/brokers/broker.ts';
import { createBroker } from '../../src/sources/bound/brokers/create-broker.ts';
import { describeKafka, startKafkaMock } from './kafka-mock.ts';

const PATIENT = { timeout: 20_000 };
const PRODUCE = { key: 0, version: 7 };
const call = () => ({ timeoutMs: 10_000, cancellation: new Cancellation() });

const mock = await startKafkaMock();
afterAll(() => mock?.close());

/** A batch of two records, one byte of which was changed after its checksum had been made. */
function brokenBatch(): Buffer {
  const values = ['"one"', '"two"'].map((value) => ({ topic: 't', value: Buffer.from(value) }));
  const bytes = Buffer.from(createRecordsBatch(values).buffer);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 0xff, bytes.length - 2);
  return bytes;
}

/** Lets the cluster store bytes as they are, in the topic's first partition. */
async function store(url: string, topic: string, bytes: Buffer): Promise<void> {
  const { hostname, port } = new URL(url);
  const connection = new Connection('test');
  await connection.connect(hostname, Number(port));
  const request = Writer.create()
    .appendString(null, false) // transactional_id
    .appendInt16(-1) // acks
    .appendInt32(5_000) // timeout_ms
    .appendInt32(1)
    .appendString(topic, false)
    .appendInt32(1)
    .appendInt32(0) // index
    .appendInt32(bytes.length)
    .append(bytes);
  const { key, version } = PRODUCE;
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null) => (error === null ? resolve() : reject(error));
    connection.send(
      key,
      version,
      () => request,
      () => true,
      false,
      false,
      done,
    );
  });
  await connection.close();
}

/** Publishes to the first partition, by the key that falls there. */
async function keyOfFirst(broker: Broker, topic: string): Promise<string> {
  const events = broker.subscribe(topic, { cancellation: new Cancellation() })[Symbol.asyncIterator]();
  const first = events.next();
  await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), PATIENT);
  let found = first;
  for (let n = 0; n < 100; n += 1, found = events.next()) {
    await broker.publish(topic, n, { ...call(), key: `k${n}` });
    const { value } = await found;
    if (value?.cursor?.startsWith('0;') === true) {
      await events.return?.();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(0), PATIENT);
      return `k${n}`;
    }
  }
  throw new Error('No key falls to the first partition.');
}

const poison: unknown = expect.objectContaining({
  code: 'UPSTREAM_BAD_RESPONSE',
  detail: expect.stringMatching(/partition 0, offset \d+ to \d+: its checksum does not fit what it holds/) as unknown,
});

describeKafka(mock, (url) => {
  describe('Kafka, with a batch that cannot be read', () => {
    it.each(['', '?group=readers'])('says so once and reads on, on the connection that it has (%s)', async (option) => {
      const lost: unknown[] = [];
      const broker = createBroker(`${url}${option}`, { onConnection: (change) => lost.push(change.kind) });
      const plain = createBroker(url);
      onTestFinished(async () => void (await Promise.all([broker.close(), plain.close()])));
      const topic = `broken.${randomUUID()}`;
      const key = await keyOfFirst(plain, topic);
      const events = broker.subscribe(topic, { cancellation: new Cancellation() })[Symbol.asyncIterator]();
      const seen = [events.next()];
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), PATIENT);
      await plain.publish(topic, 'before', { ...call(), key });
      await store(url, topic, brokenBatch());
      await plain.publish(topic, 'after', { ...call(), key });
      seen.push(events.next(), events.next());
      expect((await Promise.all(seen)).map(({ value }) => value?.message)).toEqual(['before', poison, 'after']);
      expect(lost).toEqual(['connected']);
    });

    it('says so to who comes back with a cursor, and goes on behind it', async () => {
      const broker = createBroker(url);
      onTestFinished(() => broker.close());
      const topic = `broken.${randomUUID()}`;
      const key = await keyOfFirst(broker, topic);
      const live = broker.subscribe(topic, { cancellation: new Cancellation() })[Symbol.asyncIterator]();
      const first = live.next();
      await vi.waitFor(() => expect(broker.stats().subscriptions).toBe(1), PATIENT);
      await broker.publish(topic, 'before', { ...call(), key });
      await store(url, topic, brokenBatch());
      await broker.publish(topic, 'after', { ...call(), key });
      const after = (await first).value?.cursor;
      const read = broker.subscribe(topic, { cancellation: new Cancellation(), after })[Symbol.asyncIterator]();
      const [broken, next] = [await read.next(), await read.next()];
      expect([broken.value?.message, next.value?.message]).toEqual([poison, 'after']);
      const again = broker.subscribe(topic, { cancellation: new Cancellation(), after: broken.value?.cursor });
      expect((await again[Symbol.asyncIterator]().next()).value?.message).toBe('after');
    });

    it('drops and counts a reply that is in it', async () => {
      const broker = createBroker(`${url}?replies=broken.replies`);
      onTestFinished(() => broker.close());
      const cancellation = new Cancellation();
      const pending = broker.request(`broken.${randomUUID()}`, null, { timeoutMs: 300, cancellation });
      await expect(pending).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      await store(url, 'broken.replies', brokenBatch());
      await vi.waitFor(() => expect(broker.stats().dropped).toBe(1), PATIENT);
    });
  });
});
