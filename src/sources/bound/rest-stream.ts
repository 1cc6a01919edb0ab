import { GatewayError } from '../../errors/gateway-error.ts';
import { parseEventStream, readLines } from '../http/event-stream.ts';
import { type HttpStream, readHeader } from '../http/http-message.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import type { StreamEvent } from './binding-client.ts';
import { parseJson } from './parse-json.ts';
import { toRestFailure } from './rest-answer.ts';

/** What a stream may be: server-sent events, or JSON texts a line. */
export const STREAM_TYPES = 'text/event-stream, application/x-ndjson, application/jsonl, application/json-seq';

const LINES = new Set(['application/x-ndjson', 'application/jsonl', 'application/json-lines', 'application/json-seq']);

/**
 * One message for each event or line. One that is no JSON is a message that can't be used, and the stream goes on. Ends
 * when the service ends its answer. `onOpened` is called where there is a stream.
 */
export async function* readRestStream(
  stream: HttpStream,
  service: string,
  onOpened: () => void,
): AsyncGenerator<StreamEvent> {
  const type = readHeader(stream.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (stream.status >= 300 || stream.status === 204) throw await refuse(stream, service);
  const read = type === 'text/event-stream' ? readEvents : LINES.has(type) ? readJsonLines : undefined;
  if (read === undefined) {
    await discard(stream);
    throw unusableAnswer(`The content type ${JSON.stringify(type)} is none of a stream's.`, { service });
  }
  onOpened();
  yield* read(stream, service);
}

async function* readEvents({ chunks }: HttpStream, service: string): AsyncGenerator<StreamEvent> {
  for await (const { data, id } of parseEventStream(chunks, service)) {
    const message = data === '' ? undefined : parseMessage(data, service);
    if (message !== undefined) yield id === '' ? { message } : { message, cursor: toCursor(id) };
  }
}

/** A JSON text sequence (RFC 7464) has a record separator before each text. */
async function* readJsonLines({ chunks }: HttpStream, service: string): AsyncGenerator<StreamEvent> {
  for await (const line of readAllLines(chunks, service)) {
    const text = (line.startsWith('\u001e') ? line.slice(1) : line).trim();
    if (text !== '') yield { message: parseMessage(text, service) };
  }
}

/** The `Last-Event-ID` of a cursor that an earlier event had. Throws BAD_USER_INPUT for what is none. */
export function toLastEventId(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  // oxlint-disable-next-line no-control-regex -- these are what must not get into a header
  if (id === '' || toCursor(id) !== cursor || /[\u0000-\u001f\u007f]/.test(id))
    throw new GatewayError('BAD_USER_INPUT', 'The cursor is none of this subscription.');
  return id;
}

function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function parseMessage(text: string, service: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    return unusableAnswer(cause instanceof Error ? cause.message : 'It is not JSON.', { service, cause });
  }
}

/** A last line needs no end. */
async function* readAllLines(chunks: AsyncIterable<Uint8Array>, service: string): AsyncGenerator<string> {
  async function* ended(): AsyncGenerator<Uint8Array> {
    yield* chunks;
    yield new Uint8Array([0x0a, 0x0a]);
  }
  yield* readLines(ended(), service);
}

async function refuse(stream: HttpStream, service: string): Promise<GatewayError> {
  await discard(stream);
  if (stream.status === 204 || stream.status === 404 || stream.status === 410)
    return unusableAnswer(`HTTP ${stream.status}: there is no stream.`, { service });
  return toRestFailure({ status: stream.status, headers: stream.headers, body: '' }, service);
}

/** Closes the connection of a stream that nobody will read. */
async function discard({ chunks }: HttpStream): Promise<void> {
  await chunks[Symbol.asyncIterator]().return?.();
}
