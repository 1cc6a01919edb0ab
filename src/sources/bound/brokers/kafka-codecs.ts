import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { lz4Decompress, snappyDecompress } from '@platformatic/wasm-utils';
import kafkajs from 'kafkajs';

/** What Java's clients put before snappy's blocks, each with its length: a magic word and two version numbers. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

const decompressZstd = promisify(zstdDecompress);

/** What we write is not compressed: only reading is needed. */
type Codec = () => { readonly decompress: (bytes: Buffer) => Promise<Buffer> };

/** Teaches kafkajs the codecs that it names but does not bring: it reads what other producers have written with them. */
export function registerKafkaCodecs(): void {
  const { CompressionCodecs: codecs, CompressionTypes: types } = kafkajs;
  const table = codecs as Record<number, Codec>;
  table[types.Snappy] = () => ({ decompress: async (bytes) => decompressSnappy(bytes) });
  table[types.LZ4] = () => ({ decompress: async (bytes) => lz4Decompress(bytes) });
  table[types.ZSTD] = () => ({ decompress: decompressZstd });
}

function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return Buffer.from(snappyDecompress(bytes));
  const blocks: Uint8Array[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length;) {
    const end = at + 4 + bytes.readInt32BE(at);
    blocks.push(Uint8Array.from(snappyDecompress(bytes.subarray(at + 4, end))));
    at = end;
  }
  return Buffer.concat(blocks);
}
