import { GatewayError } from '../../errors/gateway-error.ts';
import { unusableAnswer } from '../unusable-answer.ts';
import { brokenOff } from './broken-off.ts';

/** `id` is the last one that was sent, with this event or an earlier one; "" where none was. */
export type ServerSentEvent = { readonly event: string; readonly data: string; readonly id: string };

/** Characters of one event; a service that sends more is not read further. */
const MAX_EVENT_LENGTH = 10_000_000;

/**
 * Reads `text/event-stream` as the HTML standard defines it (9.2.6). A service that has sent `retry` wants to be connected to
 * again when its answer ends: then the end is a break, and this the time before the next attempt.
 */
export async function* parseEventStream(
  chunks: AsyncIterable<Uint8Array>,
  service: string,
): AsyncGenerator<ServerSentEvent> {
  const fields = new EventFields();
  try {
    for await (const line of readLines(chunks, service)) {
      const event = fields.take(line);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    throw error instanceof GatewayError && fields.retryAfterMs !== undefined
      ? error.with({ retryAfterMs: fields.retryAfterMs })
      : error;
  }
  if (fields.retryAfterMs !== undefined) throw brokenOff(service, { retryAfterMs: fields.retryAfterMs });
}

/** What the lines so far have said. */
class EventFields {
  #event = '';
  #id = '';
  #data: string[] = [];
  #retryAfterMs: number | undefined;

  get retryAfterMs(): number | undefined {
    return this.#retryAfterMs;
  }

  /** The event that the line ends, if it does. */
  take(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#finish();
    const { name, value } = readField(line);
    if (name === 'event') this.#event = value;
    if (name === 'data') this.#data.push(value);
    if (name === 'id' && !value.includes('\0')) this.#id = value;
    if (name === 'retry' && /^\d{1,9}$/.test(value)) this.#retryAfterMs = Number(value);
    return undefined;
  }

  #finish(): ServerSentEvent | undefined {
    const event = this.#event;
    const data = this.#data;
    this.#event = '';
    this.#data = [];
    if (event === '' && data.length === 0) return undefined;
    return { event: event === '' ? 'message' : event, data: data.join('\n'), id: this.#id };
  }
}

/** `name: value`; one space after the colon does not count. A line that begins with a colon (a ping) has no name. */
function readField(line: string): { readonly name: string; readonly value: string } {
  const colon = line.indexOf(':');
  if (colon === -1) return { name: line, value: '' };
  const start = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
  return { name: line.slice(0, colon), value: line.slice(start) };
}

/** Lines of UTF-8 text. Throws UPSTREAM_BAD_RESPONSE where nothing ends for too long. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, service: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let sinceBlank = 0;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    sinceBlank += text.length;
    if (sinceBlank > MAX_EVENT_LENGTH)
      throw unusableAnswer(`An event is longer than ${MAX_EVENT_LENGTH} characters.`, { service });
    if (!rest.endsWith('\r') && !/[\r\n]/.test(text)) {
      rest += text;
      continue;
    }
    rest += text;
    // A carriage return at the very end may be the first half of a line's end.
    const end = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, end).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + rest.slice(end);
    if (lines.includes('')) sinceBlank = rest.length;
    yield* lines;
  }
}
