import { type Connection, createRecordsBatch, Reader, Writer } from '@platformatic/kafka';
import { expect, it } from 'vitest';
import { fetchFromKafka } from '../../../../src/sources/bound/brokers/kafka-fetch.ts';

type Partition = { readonly partition: number; readonly code?: number; readonly end: number; readonly bytes: Buffer };

/** A connection whose broker answers a fetch with these partitions of the topic "t". */
function answering(partitions: readonly Partition[], code = 0): Connection {
  const answer = Writer.create()
    .appendInt32(0) // throttle_time_ms
    .appendInt16(code)
    .appendInt32(0) // session_id
    .appendInt32(1)
    .appendString('t', false)
    .appendInt32(partitions.length);
  for (const { partition, code: own = 0, end, bytes } of partitions) {
    answer
      .appendInt32(partition)
      .appendInt16(own)
      .appendInt64(BigInt(end))
      .appendInt64(BigInt(end))
      .appendInt64(0n)
      .appendInt32(-1) // no aborted_transactions
      .appendInt32(-1) // preferred_read_replica
      .appendInt32(bytes.length)
      .append(bytes);
  }
  const send: Connection['send'] = (key, version, _payload, parse, _request, _response, done) => {
    try {
      done(null, parse(1, key, version, Reader.from(answer)) as never);
    } catch (error) {
      done(error as Error);
    }
  };
  return { send } as Connection;
}

function batch(first: number, value: string): Buffer {
  const bytes = Buffer.from(createRecordsBatch([{ topic: 't', value: Buffer.from(value) }]).buffer);
  bytes.writeBigInt64BE(BigInt(first), 0);
  return bytes;
}

async function fetched(connection: Connection, offsets: readonly (readonly [number, number])[]) {
  const batches = await fetchFromKafka(connection, new Map([['t', new Map(offsets)]]));
  return batches.map(({ partition, records, next }) => {
    const bodies = records.map(({ body }) => (typeof body === 'object' && 'why' in body ? body.why : body.toString()));
    return { partition, bodies, next };
  });
}

it('gives the records from the offset asked for on', async () => {
  const bytes = Buffer.concat([batch(3, 'old'), batch(4, 'new')]);
  expect(await fetched(answering([{ partition: 1, end: 5, bytes }]), [[1, 4]])).toEqual([
    { partition: 1, bodies: ['new'], next: 5 },
  ]);
});

it.each([
  ['nothing that is a batch', Buffer.alloc(100, 0xff)],
  ['a batch that is cut off', batch(4, 'cut').subarray(0, -1)],
  ['only what was read before', batch(3, 'old')],
])('goes on at the end of a partition that gives %s, which it would give for ever', async (_what, bytes) => {
  expect(await fetched(answering([{ partition: 1, end: 9, bytes }]), [[1, 4]])).toEqual([
    { partition: 1, bodies: ['partition 1, offset 4 to 8: no batch can be told apart'], next: 9 },
  ]);
});

it('asks again for a batch that was cut off because others came first', async () => {
  const cut = { partition: 1, end: 9, bytes: batch(4, 'cut').subarray(0, -1) };
  const whole = { partition: 2, end: 1, bytes: batch(0, 'whole') };
  const offsets = [
    [1, 4],
    [2, 0],
  ] as const;
  expect(await fetched(answering([cut, whole]), offsets)).toEqual([
    { partition: 1, bodies: [], next: 4 },
    { partition: 2, bodies: ['whole'], next: 1 },
  ]);
});

it('rejects with what the broker has against the fetch, or against a partition', async () => {
  const partition = { partition: 1, end: 9, bytes: Buffer.alloc(0) };
  const refused = answering([partition], 29);
  await expect(fetched(refused, [[1, 4]])).rejects.toMatchObject({ apiId: 'TOPIC_AUTHORIZATION_FAILED' });
  const gone = answering([{ ...partition, code: 1 }]);
  await expect(fetched(gone, [[1, 4]])).rejects.toMatchObject({ apiId: 'OFFSET_OUT_OF_RANGE' });
});
