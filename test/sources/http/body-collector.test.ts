import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBodyCollector } from '../../../src/sources/http/body-collector.ts';

/** What is made of pieces that come out of one lent buffer, written over each time. */
function collect(pieces: readonly Buffer[], { coding = '', length = -1 } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const collector = createBodyCollector(coding, length, { onText: resolve, onFailure: reject, onDrain: () => {} });
    const lent = Buffer.alloc(70_000);
    for (const piece of pieces) {
      piece.copy(lent);
      collector.write(lent, 0, piece.length);
    }
    collector.end();
  });
}

const inPieces = (bytes: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );

describe('a body', () => {
  it('is put together from its pieces, whatever length was said', async () => {
    const piece = fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 2, maxLength: 20 }), fc.boolean(), async (pieces, isKnown) => {
        const whole = Buffer.concat([Buffer.from('['), ...pieces]);
        const length = isKnown ? whole.length : -1;
        expect(await collect([Buffer.from('['), ...pieces], { length })).toBe(whole.toString());
      }),
    );
  });

  it('is inflated, and without a byte order mark', async () => {
    expect(await collect(inPieces(gzipSync('hello'), 3), { coding: 'gzip' })).toBe('hello');
    expect(await collect([Buffer.from('\uFEFFhello')])).toBe('hello');
  });

  it.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, br'])('is empty where nothing comes, also in %s', async (coding) => {
    expect(await collect([], { coding })).toBe('');
    expect(await collect([], { coding, length: 0 })).toBe('');
  });

  it('takes no more memory in pieces of a byte than whole', () => {
    const collector = createBodyCollector('', -1, { onText: () => {}, onFailure: () => {}, onDrain: () => {} });
    const byte = Buffer.from('x');
    const before = process.memoryUsage();
    for (let count = 0; count < 2_000_000; count += 1) collector.write(byte, 0, 1);
    const after = process.memoryUsage();
    collector.end();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(50_000_000);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(50_000_000);
  });

  it('is refused beyond ten million bytes', async () => {
    const tooLong = { detail: expect.stringContaining('longer than 10000000 bytes') as unknown };
    await expect(collect([], { length: 10_000_001 })).rejects.toMatchObject(tooLong);
    await expect(collect(inPieces(Buffer.alloc(10_000_001, 'x'), 60_000))).rejects.toMatchObject(tooLong);
  });
});
