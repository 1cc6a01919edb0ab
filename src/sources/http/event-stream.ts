import { unusableAnswer } from '../unusable-answer.ts';

/** `id` is the last one that was sent, with this event or an earlier one; "" where none was. */
export type ServerSentEvent = { readonly event: string; readonly data: string; readonly id: string };

/** Characters of one event; a service that sends more is not read further. */
const MAX_EVENT_LENGTH = 10_000_000;

/** Reads `text/event-stream` as the HTML standard defines it (9.2.6), but for `retry`, which serves reconnecting. */
export async function* parseEventStream(
  chunks: AsyncIterable<Uint8Array>,
  service: string,
): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let id = '';
  let data: string[] = [];
  for await (const line of readLines(chunks, service)) {
    if (line !== '') {
      const { name, value } = readField(line);
      if (name === 'event') event = value;
      if (name === 'data') data.push(value);
      if (name === 'id' && !value.includes('\0')) id = value;
      continue;
    }
    if (event !== '' || data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n'), id };
    event = '';
    data = [];
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
