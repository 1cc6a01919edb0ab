import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { lz4Decompress, snappyDecompress } from '@platformatic/wasm-utils';

/** What a batch may be when it is unpacked: one that is more has not been made to be read. */
const MAX_BYTES = 100_000_000;
/** What Java's clients put before snappy's blocks, each with its length: a magic word and two version numbers. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

const unzip = promisify(gunzip);
const unpackZstd = promisify(zstdDecompress);

/** By the number that a batch's attributes bear (https://kafka.apache.org/documentation/#recordbatch). */
const CODECS: readonly ((bytes: Buffer) => Buffer | Promise<Buffer>)[] = [
  (bytes) => bytes,
  (bytes) => unzip(bytes, { maxOutputLength: MAX_BYTES }),
  decompressSnappy,
  (bytes) => lz4Decompress(bytes),
  (bytes) => unpackZstd(bytes, { maxOutputLength: MAX_BYTES }),
];

/** A batch's records as they were before they were compressed. Rejects for bytes that are no such thing. */
export async function decompress(codec: number, bytes: Buffer): Promise<Buffer> {
  const unpack = CODECS[codec];
  if (unpack === undefined) throw new Error(`It is compressed in a way that is not known: ${codec}.`);
  return unpack(bytes);
}

function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return decompressBlock(bytes);
  const blocks: Buffer[] = [];
  let length = 0;
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    const block = decompressBlock(bytes.subarray(at + 4, end));
    length += block.length;
    if (length > MAX_BYTES) throw new Error(`It is over ${MAX_BYTES} bytes.`);
    blocks.push(block);
    at = end;
  }
  return Buffer.concat(blocks);
}

/** A block says first how long it will be: seven bits a byte, the lowest first. */
function decompressBlock(bytes: Buffer): Buffer {
  let length = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes.readUInt8(at);
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) break;
  }
  if (length > MAX_BYTES) throw new Error(`It is over ${MAX_BYTES} bytes.`);
  return snappyDecompress(bytes);
}
