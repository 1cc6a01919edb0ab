import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import { postOf } from './test-gateway.ts';

export type EventStream = {
  /** The next result; `end` when the stream has ended. */
  readonly next: () => Promise<unknown>;
  /** As a client that closes its page. */
  readonly leave: () => void;
};

/** A subscription over SSE, from a real port. It ends with the test. */
export async function openEventStream(
  url: string,
  operation: string | { readonly query: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await fetch(url, {
    ...postOf(typeof operation === 'string' ? { query: operation } : operation, {
      accept: 'text/event-stream',
      ...headers,
    }),
    signal: leaving.signal,
  });
  const results = readResults(response);
  return {
    next: async () => {
      const { done = false, value } = await results.next();
      return done ? 'end' : value;
    },
    leave: () => leaving.abort(),
  };
}

/** Holds the response itself: fetch cancels the body of one that is collected before its body is read. */
async function* readResults(response: Response): AsyncGenerator<unknown, void> {
  const results: unknown[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'next') results.push(JSON.parse(data));
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? new ReadableStream<Uint8Array>()) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* results.splice(0);
  }
}
