import type protobuf from 'protobufjs';

export type Message = Record<string, unknown>;

/** One decoding. `reader.len` is the end of the message that is being read: nothing inside it can read beyond. */
export type Decoding = { readonly reader: protobuf.Reader; messages: number };

/** Reads what stands from the reader's position to `end`; a plain message goes on filling what was `begun`. */
export type ReadMessage = (decoding: Decoding, end: number, depth: number, begun?: unknown) => unknown;

/** What lists and maps are that are not on the wire; never written to. */
export const NO_ITEMS: readonly unknown[] = Object.freeze([]);
export const NO_ENTRIES: Readonly<Message> = Object.freeze(Object.create(null) as Message);

/** What one decoding may build: 10 MB of empty messages would be five million objects. */
const MAX_MESSAGES = 1_000_000;

/** How deep messages may lie in each other, as in other languages' implementations. */
const MAX_DEPTH = 100;

const GROUP = 3;

/** Goes into a message that ends at `end`. Gives the end of the one around it, for `leave`. */
export function enter(decoding: Decoding, end: number, depth: number): number {
  const { reader } = decoding;
  const outerEnd = reader.len;
  if (depth > MAX_DEPTH) throw new RangeError(`messages lie more than ${MAX_DEPTH} deep in each other`);
  if (end > outerEnd) throw new RangeError('a message ends beyond what holds it');
  if (++decoding.messages > MAX_MESSAGES) throw new RangeError(`it holds more than ${MAX_MESSAGES} messages`);
  reader.len = end;
  return outerEnd;
}

/** A message with its length before it. */
export function readSized(read: ReadMessage, decoding: Decoding, depth: number, begun: unknown): unknown {
  const length = decoding.reader.size();
  return read(decoding, decoding.reader.pos + length, depth, begun ?? undefined);
}

/** A group (proto2; `DELIMITED` of editions) ends at a tag of its own number: its end is looked for before it is read. */
export function readGroup(id: number): typeof readSized {
  const endTagBytes = Math.ceil((32 - Math.clz32((id << 3) | 4)) / 7);
  return (read, decoding, depth, begun) => {
    const { reader } = decoding;
    const start = reader.pos;
    reader.skipType(GROUP, depth, id);
    const after = reader.pos;
    reader.pos = start;
    const message = read(decoding, after - endTagBytes, depth, begun ?? undefined);
    reader.pos = after;
    return message;
  };
}

/** A run of packed values. */
export function readPacked(read: (reader: protobuf.Reader) => unknown, { reader }: Decoding, list: unknown[]): void {
  const end = reader.size() + reader.pos;
  if (end > reader.len) throw new RangeError('a packed list ends beyond its message');
  while (reader.pos < end) list.push(read(reader));
  if (reader.pos !== end) throw new RangeError('a packed list ends within a value');
}

/** A map's entry is a message of two fields; either may be missing, and then has its type's default. */
export function readEntry(
  readFields: ReadMessage,
  toDefault: (decoding: Decoding, depth: number) => unknown,
): (into: Message, decoding: Decoding, depth: number) => void {
  return (into, decoding, depth) => {
    const { key, value } = readSized(readFields, decoding, depth, null) as Message;
    into[String(key)] = value === undefined ? toDefault(decoding, depth + 1) : value;
  };
}
