import { createClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type EventStream, openEventStream } from './open-event-stream.ts';
import { postOf } from './test-gateway.ts';

type Payload = { readonly query: string; readonly extensions?: Readonly<Record<string, unknown>> };
type OpenClient = (url: string, payload: Payload) => Promise<EventStream>;

/** A client for each way in which a gateway streams. Each ends with the test. */
export const STREAM_CLIENTS: Readonly<Record<string, OpenClient>> = {
  'server-sent events': (url, payload) => openEventStream(url, payload),
  multipart: openMultipart,
  WebSocket: openWebSocket,
};

async function openMultipart(url: string, payload: Payload): Promise<EventStream> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const accept = 'multipart/mixed;subscriptionSpec="1.0", application/json';
  const response = await fetch(url, { ...postOf(payload, { accept }), signal: leaving.signal });
  const payloads = readPayloads(response);
  return { next: async () => (await payloads.next()).value ?? 'end', leave: () => leaving.abort() };
}

/** Parts without a payload are pings; one whose payload is null ends the stream, with errors of its own. */
async function* readPayloads(response: Response): AsyncGenerator<unknown, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? new ReadableStream<Uint8Array>()) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split('--graphql');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const json = part.slice(part.indexOf('\r\n\r\n')).trim();
      const { payload, ...rest } = json === '' ? {} : (JSON.parse(json) as Readonly<Record<string, unknown>>);
      if (payload !== undefined) yield payload ?? rest;
    }
  }
  return undefined;
}

async function openWebSocket(url: string, payload: Payload): Promise<EventStream> {
  const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  onTestFinished(() => void client.dispose());
  const results = client.iterate(payload);
  return {
    next: async () => {
      const { done = false, value } = await results.next();
      return done ? 'end' : value;
    },
    leave: () => void client.dispose(),
  };
}
