import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../src/errors/gateway-error.ts';
import type { Cancellation } from '../../src/model/cancellation.ts';
import type { ClientEvent, OperationRequest } from '../../src/model/http.ts';
import { listeningEdge, post, testEdge } from './test-edge.ts';

const TICKS = { query: 'subscription { ticks(to: 2) }' };

/** A source in the test's hand, with what became of it. */
function source() {
  const queue: ClientEvent[] = [];
  const state = { cancellation: undefined as Cancellation | undefined, opened: 0, ended: 0, stopped: 0 };
  let wake = (): void => {};
  const events = async function* (): AsyncGenerator<ClientEvent> {
    state.opened += 1;
    try {
      for (;;) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else if (state.cancellation?.cancelled === true || state.stopped > 0) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      state.ended += 1;
    }
  };
  const handle = async ({ cancellation }: OperationRequest) => {
    state.cancellation = cancellation;
    cancellation.onCancel(() => wake());
    const stop = (): void => {
      state.stopped += 1;
      wake();
    };
    return { kind: 'stream', events: events(), stop } as const;
  };
  const send = (data: Record<string, unknown>): void => {
    queue.push({ result: { data } });
    wake();
  };
  return { handle, send, state };
}

/** Reads a body until it holds the text, or to its end. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  let read = '';
  while (!read.includes(text)) {
    const { done, value } = await reader.read();
    if (done) return `${read}<end>`;
    read += new TextDecoder().decode(value);
  }
  return read;
}

async function open(url: string, accept: string, signal?: AbortSignal) {
  const response = await fetch(`${url}/graphql`, {
    ...post(TICKS, { accept }),
    ...(signal === undefined ? {} : { signal }),
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  return { response, reader, until: (text: string) => readUntil(reader, text) };
}

const ended = (state: { ended: number }) => vi.waitFor(() => expect(state.ended).toBe(1), { interval: 5 });

describe('a subscription', () => {
  it('is written as server-sent events', async () => {
    const { edge } = testEdge();
    const response = await edge.fetch(new Request('http://gateway/graphql', post(TICKS)));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe(
      ':\n\n' +
        'event: next\ndata: {"data":{"ticks":1}}\n\n' +
        'event: next\ndata: {"data":{"ticks":2}}\n\n' +
        'event: complete\ndata:\n\n',
    );
  });

  it('bears the ids of its events, where a client can resume', async () => {
    const events = async function* () {
      yield { result: { data: { n: 1 } }, id: 'abc.1' };
    };
    const { edge } = testEdge({ handle: async () => ({ kind: 'stream', events: events(), stop: () => {} }) });
    const response = await edge.fetch(new Request('http://gateway/graphql', post(TICKS)));
    expect(await response.text()).toContain('id: abc.1\nevent: next\ndata: {"data":{"n":1}}\n\n');
  });

  it('is written by the multipart protocol', async () => {
    const { edge } = testEdge();
    const accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json';
    const response = await edge.fetch(new Request('http://gateway/graphql', post(TICKS, { accept })));
    expect(response.headers.get('content-type')).toBe('multipart/mixed;boundary="graphql";subscriptionSpec="1.0"');
    const type = 'content-type: application/json; charset=utf-8';
    expect((await response.text()).split('\r\n')).toEqual([
      '--graphql',
      type,
      '',
      '{"payload":{"data":{"ticks":1}}}',
      '--graphql',
      type,
      '',
      '{"payload":{"data":{"ticks":2}}}',
      '--graphql--',
      '',
    ]);
  });

  it('is refused where the client takes no stream, and its source is told', async () => {
    const { handle, state } = source();
    const { edge } = testEdge({ handle });
    const response = await edge.fetch(
      new Request('http://gateway/graphql', post(TICKS, { accept: 'application/json' })),
    );
    expect(response.status).toBe(406);
    expect(state.opened).toBe(0);
    expect(state.cancellation?.cancelled).toBe(true);
  });

  it('gives each event to the client as it happens', async () => {
    const { handle, send } = source();
    const { url } = await listeningEdge({ handle });
    const stream = await open(url, 'text/event-stream');
    send({ n: 1 });
    expect(await stream.until('{"n":1}')).toContain('event: next');
    send({ n: 2 });
    expect(await stream.until('{"n":2}')).toContain('event: next');
  });

  it('ends at its source when the client leaves, at once and even while nothing happens', async () => {
    const { handle, state } = source();
    const { url } = await listeningEdge({ handle });
    const leaving = new AbortController();
    await open(url, 'text/event-stream', leaving.signal);
    leaving.abort();
    await ended(state);
    expect(state.cancellation?.cancelled).toBe(true);
  });

  it('ends at its source when a body that was fetched without a port is cancelled', async () => {
    const { handle, state } = source();
    const { edge } = testEdge({ handle });
    const response = await edge.fetch(new Request('http://gateway/graphql', post(TICKS)));
    await response.body?.cancel();
    await ended(state);
  });

  it('asks for no event before the last one is taken', async () => {
    let made = 0;
    const events = async function* () {
      for (;;) yield { result: { data: { n: (made += 1) } } };
    };
    const { edge } = testEdge({ handle: async () => ({ kind: 'stream', events: events(), stop: () => {} }) });
    const response = await edge.fetch(new Request('http://gateway/graphql', post(TICKS)));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await readUntil(reader, '{"n":3}');
    expect(made).toBeLessThan(6);
    await reader.cancel();
  });

  it('ends without "complete" when the source fails, and the fault is logged', async () => {
    const events = async function* () {
      yield { result: { data: { n: 1 } } };
      throw new Error('broken');
    };
    const { edge, logged } = testEdge({ handle: async () => ({ kind: 'stream', events: events(), stop: () => {} }) });
    const response = await edge.fetch(new Request('http://gateway/graphql', post(TICKS)));
    expect(await response.text()).not.toContain('complete');
    expect(logged).toEqual(['error A subscription failed.']);
  });

  it.each([
    ['text/event-stream', /^(:\n\n)?retry: [1-4]\d\d\d\n\n<end>$/],
    ['multipart/mixed', /"payload":null.*--graphql--\r\n<end>$/s],
  ])('ends in order when the gateway closes, for clients to subscribe again (%s)', async (accept, last) => {
    const { handle, state } = source();
    const { url, listener } = await listeningEdge({ handle });
    const stream = await open(url, accept);
    await listener.close({ drainMs: 60_000 });
    expect(await stream.until('never')).toMatch(last);
    await ended(state);
  });

  it('ends without "complete" and says why where the gateway breaks it off', async () => {
    const events = async function* () {
      yield { result: { data: { n: 1 } } };
      throw new GatewayError('SUBSCRIPTION_INTERRUPTED', 'The graph has been replaced.');
    };
    const handle = async () => ({ kind: 'stream', events: events(), stop: () => {} }) as const;
    const { edge, logged } = testEdge({ handle });
    const asked = async (accept: string) =>
      (await edge.fetch(new Request('http://gateway/graphql', post(TICKS, { accept })))).text();
    expect(await asked('text/event-stream')).not.toContain('complete');
    expect(await asked('multipart/mixed')).toContain(
      '{"payload":null,"errors":[{"message":"The graph has been replaced.","extensions":{"code":"SUBSCRIPTION_INTERRUPTED"}}]}',
    );
    expect(logged).toEqual([]);
  });

  it('is kept alive while nothing happens', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { handle, state } = source();
      const { edge } = testEdge({ handle });
      const response = await edge.fetch(new Request('http://gateway/graphql', post(TICKS)));
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      expect(await readUntil(reader, '\n\n')).toBe(':\n\n');
      vi.advanceTimersByTime(12_000);
      expect(await readUntil(reader, '\n\n')).toBe(':\n\n');
      await reader.cancel();
      await ended(state);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a query under text/event-stream', () => {
  it('is one event and its end', async () => {
    const { edge } = testEdge();
    const response = await edge.fetch(
      new Request('http://gateway/graphql', post({ query: '{ greeting }' }, { accept: 'text/event-stream' })),
    );
    expect(await response.text()).toBe(
      ':\n\nevent: next\ndata: {"data":{"greeting":"Hello you"}}\n\nevent: complete\ndata:\n\n',
    );
  });
});

describe('a client that leaves', () => {
  it('aborts the operation it was waiting for', async () => {
    const { promise, resolve } = Promise.withResolvers<Cancellation>();
    const handle = ({ cancellation }: OperationRequest) => {
      resolve(cancellation);
      return new Promise<never>((_resolve, reject) => void cancellation.onCancel(() => reject(new Error('gone'))));
    };
    const { url } = await listeningEdge({ handle });
    const leaving = new AbortController();
    const response = fetch(`${url}/graphql`, { ...post({ query: '{ greeting }' }), signal: leaving.signal });
    const cancellation = await promise;
    const aborted = new Promise((done) => void cancellation.onCancel(done));
    leaving.abort();
    await expect(response).rejects.toThrow();
    await aborted;
  });

  it('is aborted without a port by its own signal', async () => {
    const leaving = new AbortController();
    const handle = ({ cancellation }: OperationRequest) =>
      new Promise<never>((_resolve, reject) => {
        cancellation.onCancel(() => reject(new Error('gone')));
        leaving.abort();
      });
    const { edge } = testEdge({ handle });
    const request = new Request('http://gateway/graphql', {
      ...post({ query: '{ greeting }' }),
      signal: leaving.signal,
    });
    await expect(edge.fetch(request)).rejects.toThrow();
  });
});
