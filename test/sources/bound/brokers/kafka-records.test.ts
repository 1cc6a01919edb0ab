import { gzipSync } from 'node:zlib';
import { crc32c, createRecordsBatch } from '@platformatic/kafka';
import { expect, it } from 'vitest';
import { headerOf, type KafkaRecord, readRecords } from '../../../../src/sources/bound/brokers/kafka-records.ts';

const ATTRIBUTES = 21;
const GZIP = 1;
const TRANSACTIONAL = 16;
const CONTROL = 32;

type Made = {
  readonly first: number;
  readonly values: readonly string[];
  readonly attributes?: number;
  readonly producer?: bigint;
  readonly key?: Buffer;
};

/** A batch as a producer writes it and a broker numbers it. */
function batch({ first, values, attributes = 0, producer = -1n, key }: Made): Buffer {
  const messages = values.map((value) => ({
    topic: 't',
    value: Buffer.from(value),
    headers: new Map([[Buffer.from('Correlation-Id'), Buffer.from(`id-${value}`)]]),
    ...(key === undefined ? {} : { key }),
  }));
  const bytes = Buffer.from(createRecordsBatch(messages).buffer);
  bytes.writeBigInt64BE(BigInt(first), 0);
  bytes.writeBigInt64BE(producer, 43);
  bytes.writeInt16BE(attributes, ATTRIBUTES);
  return sealed(bytes);
}

function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES)), 17);
  return bytes;
}

/** What ends a transaction: 0 takes it back, 1 keeps it. */
function marker(first: number, producer: bigint, type: number): Buffer {
  const key = Buffer.from([0, 0, 0, type]);
  return batch({ first, values: [''], attributes: TRANSACTIONAL | CONTROL, producer, key });
}

/** Says that it is compressed by gzip, and holds something else; its checksum is right. */
function falselyCompressed(first: number, values: readonly string[], content?: Buffer): Buffer {
  const whole = batch({ first, values, attributes: GZIP });
  if (content === undefined) return whole;
  const bytes = Buffer.concat([whole.subarray(0, 61), content]);
  bytes.writeInt32BE(bytes.length - 12, 8);
  return sealed(bytes);
}

function textOf({ body }: KafkaRecord): string {
  return typeof body === 'object' && 'why' in body ? `! ${body.why}` : body.toString();
}

async function read(bytes: readonly Buffer[], aborted: readonly { producerId: bigint; firstOffset: bigint }[] = []) {
  const { records, next } = await readRecords({ partition: 3, bytes: Buffer.concat(bytes), end: 1_000, aborted });
  const seen = records.map((record) => [record.offset, textOf(record)]);
  return { seen, next };
}

it('reads the records of each batch with their offsets and headers', async () => {
  const bytes = Buffer.concat([batch({ first: 5, values: ['a', 'b'] }), batch({ first: 9, values: ['c'] })]);
  const { records, next } = await readRecords({ partition: 3, bytes, end: 10, aborted: [] });
  expect(records.map((record) => [record.offset, textOf(record)])).toEqual([
    [5, 'a'],
    [6, 'b'],
    [9, 'c'],
  ]);
  expect(next).toBe(10);
  expect(records.map((record) => headerOf(record, 'Correlation-Id'))).toEqual(['id-a', 'id-b', 'id-c']);
});

it('gives a batch whose bytes were changed as one record that says so, and goes on behind it', async () => {
  const broken = batch({ first: 1, values: ['x', 'y', 'z'] });
  broken.writeUInt8(broken.readUInt8(70) ^ 0xff, 70);
  const { seen, next } = await read([
    batch({ first: 0, values: ['before'] }),
    broken,
    batch({ first: 4, values: ['after'] }),
  ]);
  expect(seen).toEqual([
    [0, 'before'],
    [3, '! partition 3, offset 1 to 3: its checksum does not fit what it holds'],
    [4, 'after'],
  ]);
  expect(next).toBe(5);
});

it('skips no further than what follows where a batch lies about its end', async () => {
  const broken = batch({ first: 1, values: ['x'] });
  broken.writeInt32BE(2_000_000_000, 23);
  const inTheMiddle = await read([broken, batch({ first: 2, values: ['after'] })]);
  expect(inTheMiddle.seen.at(-1)).toEqual([2, 'after']);
  expect((await read([broken])).next).toBe(1_000);
});

it.each([
  ['is not compressed as it says', falselyCompressed(7, ['x']), /^! partition 3, offset 7: incorrect header check$/],
  ['is compressed in an unknown way', batch({ first: 7, values: ['x'], attributes: 7 }), /not known: 7/],
  [
    'unpacks to more than can be meant',
    falselyCompressed(7, ['x'], gzipSync(Buffer.alloc(100_000_001))),
    /larger than/,
  ],
  [
    'holds fewer records than it says',
    falselyCompressed(7, ['x'], gzipSync(Buffer.alloc(0))),
    /^! partition 3, offset 7/,
  ],
])('gives a batch as one record that says why, which %s', async (_what, bytes, why) => {
  const { seen, next } = await read([bytes, batch({ first: 8, values: ['after'] })]);
  expect(seen).toEqual([
    [7, expect.stringMatching(why)],
    [8, 'after'],
  ]);
  expect(next).toBe(9);
});

it('says that records older than Kafka 0.11 are not read', async () => {
  const old = batch({ first: 7, values: ['x'] });
  old.writeInt8(1, 16);
  expect((await read([old])).seen).toEqual([
    [7, '! partition 3, offset 7: its records are of the format 1; 2, that of Kafka 0.11 and later, is read'],
  ]);
});

it.each([0, 11, 12, 40, 61])('leaves a batch for later of which only %i bytes are there', async (length) => {
  const whole = batch({ first: 4, values: ['whole'] });
  const cut = batch({ first: 5, values: ['cut'] }).subarray(0, length);
  expect(await read([whole, cut])).toEqual({ seen: [[4, 'whole']], next: 5 });
  expect(await read([cut])).toEqual({ seen: [], next: undefined });
});

it.each([-2_147_483_648, -1, 0, 4])('reads nothing of a batch that says it is %i bytes long', async (length) => {
  const bytes = batch({ first: 4, values: ['x'] });
  bytes.writeInt32BE(length, 8);
  expect(await read([bytes])).toEqual({ seen: [], next: undefined });
});

it('leaves out what a transaction has taken back, and the markers', async () => {
  const [taken, kept] = [11n, 12n];
  const write = (first: number, value: string, producer: bigint) =>
    batch({ first, values: [value], attributes: TRANSACTIONAL, producer });
  const { seen, next } = await read(
    [
      write(0, 'kept', kept),
      write(1, 'taken back', taken),
      batch({ first: 2, values: ['plain'] }),
      write(3, 'taken back too', taken),
      marker(4, taken, 0),
      marker(5, kept, 1),
      write(6, 'later', taken),
    ],
    [{ producerId: taken, firstOffset: 1n }],
  );
  expect(seen).toEqual([
    [0, 'kept'],
    [2, 'plain'],
    [6, 'later'],
  ]);
  expect(next).toBe(7);
});
