import { GatewayError } from '../../../errors/gateway-error.ts';
import type { FetchAnswer, SubscriptionEvent } from '../../../model/source.ts';
import { type HttpStream, isJson, readHeader } from '../http-message.ts';
import { parseGraphqlAnswer, parseGraphqlResult } from '../graphql-answer.ts';
import { brokenOff } from '../broken-off.ts';
import { toRefusal } from '../refusal.ts';
import { parseEventStream } from '../event-stream.ts';

/** Of the body of an answer that should have been a stream. */
const MAX_REFUSAL_BYTES = 1_000_000;

/**
 * A subscription's answers, by the "distinct connections mode" of GraphQL over SSE
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). Throws when the stream breaks off before `complete`.
 * `onOpened` is called where there is a stream.
 */
export async function* readEvents(
  stream: HttpStream,
  service: string,
  onOpened: () => void,
): AsyncGenerator<SubscriptionEvent> {
  const type = readHeader(stream.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (stream.status >= 300 || type !== 'text/event-stream') {
    yield await readRefusal(stream, service);
    return;
  }
  onOpened();
  for await (const { event, data, id } of parseEventStream(stream.chunks, service)) {
    if (event === 'complete') return;
    if (event !== 'next') continue;
    const answer = readEvent(() => parseGraphqlResult(data, service));
    yield isEventId(id) ? { ...answer, cursor: id } : answer;
  }
  throw brokenOff(service);
}

/** An event that cannot be used is one error; the stream goes on. */
export function readEvent(read: () => FetchAnswer): FetchAnswer {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { data: null, errors: [error] };
  }
}

/** Whether a text can be an event's id for us: clients bring it back, and it is sent to the service as a header. */
export function isEventId(id: string): boolean {
  return /^[\x21-\x7e]{1,500}$/.test(id);
}

/** A service may refuse a subscription by an ordinary GraphQL answer. */
async function readRefusal(stream: HttpStream, service: string): Promise<FetchAnswer> {
  const refusal = toRefusal(stream, service);
  const body = refusal === undefined && isJson(stream.headers) ? await readText(stream.chunks) : '';
  const answer = body === '' ? undefined : parseGraphqlAnswer({ ...stream, body }, service);
  if (answer?.errors !== undefined) return answer;
  await discard(stream.chunks);
  throw (
    refusal ??
    new GatewayError('UPSTREAM_BAD_RESPONSE', 'The service answered no stream of events.', {
      service,
      detail: `HTTP ${stream.status}.`,
    })
  );
}

async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_REFUSAL_BYTES) break;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Closes the connection of a stream that nobody will read. */
async function discard(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await chunks[Symbol.asyncIterator]().return?.();
}
