import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEventStream } from '../../../src/sources/http/event-stream.ts';

async function* chunked(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function collect(text: string, sizes: readonly number[] = [1000]) {
  const seen: unknown[] = [];
  for await (const event of parseEventStream(chunked(text, sizes), 'test')) seen.push(event);
  return seen;
}

it('reads names, several lines of data, comments and fields without a value', async () => {
  const text = ':ping\n\nevent: next\ndata: a\ndata:b\n\ndata\n\nid: 4\n\n';
  expect(await collect(text)).toEqual([
    { event: 'next', data: 'a\nb', id: '' },
    { event: 'message', data: '', id: '' },
  ]);
});

it.each([
  ['ends well where nothing is said of reconnecting', 'data: a\n\n', undefined],
  ['breaks where the service wants to be connected to again', 'retry: 20\ndata: a\n\nretry: soon\n\n', 20],
])('%s', async (_, text, retryAfterMs) => {
  const seen: unknown[] = [];
  const read = async (): Promise<void> => {
    for await (const { data } of parseEventStream(chunked(text, [3]), 'test')) seen.push(data);
  };
  const end = await read().then(
    () => 'well',
    (error: unknown) => error,
  );
  expect(seen).toEqual(['a']);
  if (retryAfterMs === undefined) expect(end).toBe('well');
  else expect(end).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retry: 'may-retry', retryAfterMs });
});

it('reads the same however the bytes are cut and the lines end', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.constantFrom('\n', '\r\n', '\r'), async (cuts, end) => {
      const text = `event: next${end}data: {"naïve":"日本"}${end}${end}:${end}${end}event: complete${end}${end}`;
      // A lone carriage return at the very end could still be half a line's end, so another line follows.
      expect(await collect(`${text}:${end}`, cuts)).toEqual([
        { event: 'next', data: '{"naïve":"日本"}', id: '' },
        { event: 'complete', data: '', id: '' },
      ]);
    }),
  );
});

it('stops at an event that has no end', async () => {
  await expect(collect(`data: ${'x'.repeat(10_000_001)}`, [1_000_000])).rejects.toMatchObject({
    code: 'UPSTREAM_BAD_RESPONSE',
  });
});

it('keeps the last id, and takes none that holds NUL', async () => {
  const text = 'id: 4\ndata: a\n\ndata: b\n\nid: x\0\ndata: c\n\nid\ndata: d\n\n:\n';
  expect(await collect(text)).toEqual(
    [
      ['a', '4'],
      ['b', '4'],
      ['c', '4'],
      ['d', ''],
    ].map(([data, id]) => ({ event: 'message', data, id })),
  );
});
