import { crc32c, IS_COMPRESSED, IS_CONTROL, IS_TRANSACTIONAL, Reader, readRecord } from '@platformatic/kafka';
import { decompress } from './kafka-codecs.ts';
import type { MessageBody } from './link.ts';

/** Before a batch: its first offset, and the length of what follows. */
const FRAME_BYTES = 12;
/** From the first offset to the number of records (https://kafka.apache.org/documentation/#recordbatch). */
const HEADER_BYTES = 61;
const MAGIC = 2;
const AT = { length: 8, magic: 16, crc: 17, attributes: 21, lastDelta: 23, producer: 43, count: 57 };
/** A control record's key: its version, then what it says. */
const ABORT = 0;
const MAX_WHY = 200;

/** One record; or, with an unreadable body, all of a batch, at its last offset. */
export type KafkaRecord = {
  readonly partition: number;
  readonly offset: number;
  readonly body: MessageBody;
  readonly headers: readonly (readonly [name: Buffer | null, value: Buffer | null])[];
};

/** A transaction that was taken back: what its producer has written from that offset on, up to the marker that says so. */
type AbortedTransaction = { readonly producerId: bigint; readonly firstOffset: bigint };

/** What the cluster gave of one partition. */
export type PartitionBytes = {
  readonly partition: number;
  readonly bytes: Buffer;
  /** The next offset that will be given. */
  readonly end: number;
  readonly aborted: readonly AbortedTransaction[];
};

type Frame = { readonly first: number; readonly bytes: Buffer };

/**
 * The records of the batches that are there whole; `next` is the offset behind the last of them, undefined where there
 * is none. A batch that can't be read is one record that says why.
 */
export async function readRecords(
  source: PartitionBytes,
): Promise<{ readonly records: readonly KafkaRecord[]; readonly next: number | undefined }> {
  const frames = splitBatches(source.bytes);
  const isWithdrawn = withdrawnBatches(source.aborted);
  const records: KafkaRecord[] = [];
  let next: number | undefined;
  for (const [index, { first, bytes }] of frames.entries()) {
    const last = lastOffset(bytes, first, frames[index + 1]?.first ?? source.end);
    next = last + 1;
    try {
      assertSound(bytes);
      if (isWithdrawn(bytes, last)) continue;
      for (const record of await readBatch(bytes, source.partition)) records.push(record);
    } catch (error) {
      records.push(unreadable(source.partition, first, last, whyOf(error)));
    }
  }
  return { records, next };
}

/** Stands for what lies between two offsets. */
export function unreadable(partition: number, first: number, last: number, why: string): KafkaRecord {
  const place = `partition ${partition}, offset ${first}${last === first ? '' : ` to ${last}`}`;
  return { partition, offset: last, body: { kind: 'unreadable', why: `${place}: ${why}` }, headers: [] };
}

/** A header's value as text. */
export function headerOf({ headers }: KafkaRecord, name: string): string | undefined {
  return headers.find(([key]) => key?.toString() === name)?.[1]?.toString();
}

/** The last batch may have been cut off. */
function splitBatches(bytes: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + FRAME_BYTES <= bytes.length;) {
    const end = at + FRAME_BYTES + bytes.readInt32BE(at + AT.length);
    if (end <= at + AT.magic || end > bytes.length) break;
    frames.push({ first: Number(bytes.readBigInt64BE(at)), bytes: bytes.subarray(at, end) });
    at = end;
  }
  return frames;
}

/** By what the batch says of itself, which may be what is broken: never past what follows it. */
function lastOffset(bytes: Buffer, first: number, before: number): number {
  const delta = bytes.length >= HEADER_BYTES ? bytes.readInt32BE(AT.lastDelta) : 0;
  return Math.max(first, Math.min(first + delta, before - 1));
}

function assertSound(bytes: Buffer): void {
  const magic = bytes.readInt8(AT.magic);
  if (magic !== MAGIC)
    throw new Error(`its records are of the format ${magic}; ${MAGIC}, that of Kafka 0.11 and later, is read`);
  if (bytes.length < HEADER_BYTES) throw new Error('its header is cut off');
  if (bytes.readUInt32BE(AT.crc) !== crc32c(bytes.subarray(AT.attributes)))
    throw new Error('its checksum does not fit what it holds');
}

/** Whether a batch, and each is asked for in turn, holds nothing for readers: markers, and what was taken back. */
function withdrawnBatches(aborted: readonly AbortedTransaction[]): (bytes: Buffer, last: number) => boolean {
  const coming = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const open = new Set<bigint>();
  return (bytes, last) => {
    for (let next = coming[0]; next !== undefined && Number(next.firstOffset) <= last; next = coming[0]) {
      open.add(next.producerId);
      coming.shift();
    }
    const attributes = bytes.readInt16BE(AT.attributes);
    const producer = bytes.readBigInt64BE(AT.producer);
    if ((attributes & IS_CONTROL) === 0) return (attributes & IS_TRANSACTIONAL) !== 0 && open.has(producer);
    if (readRecord(Reader.from(bytes.subarray(HEADER_BYTES))).key?.readInt16BE(2) === ABORT) open.delete(producer);
    return true;
  };
}

async function readBatch(bytes: Buffer, partition: number): Promise<readonly KafkaRecord[]> {
  const first = Number(bytes.readBigInt64BE(0));
  const unpacked = await decompress(bytes.readInt16BE(AT.attributes) & IS_COMPRESSED, bytes.subarray(HEADER_BYTES));
  const reader = Reader.from(unpacked);
  return Array.from({ length: bytes.readInt32BE(AT.count) }, () => {
    const { offsetDelta, value, headers } = readRecord(reader);
    return { partition, offset: first + offsetDelta, body: value ?? '', headers };
  });
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, MAX_WHY) : 'it cannot be decoded';
}
