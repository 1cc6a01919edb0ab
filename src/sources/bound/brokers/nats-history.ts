import type { JsMsg } from '@nats-io/jetstream';
import { Limiter } from '../limiter.ts';
import type { KeptMessage, Resumable } from './link.ts';
import { createConsumer, isGone, type NatsStream } from './nats-consumers.ts';

/** Messages read at once. */
const PAGE = 100;
const READ_TIMEOUT_MS = 5_000;
/** Pages read at the same time: after a restart everybody comes back at once. */
const MAX_READS = 32;

type Page = { readonly messages: readonly JsMsg[]; readonly isLast: boolean };

/** What a stream has kept. A cursor is a message's sequence number in it. */
export class NatsHistory implements Resumable {
  readonly #stream: NatsStream;
  readonly #limiter = new Limiter(MAX_READS);
  /** Pages under way, by topic and where they begin: who asks for the same gets the same. */
  readonly #reading = new Map<string, Promise<Page>>();

  constructor(stream: NatsStream) {
    this.#stream = stream;
  }

  readonly isCursor = (text: string): boolean => /^\d{1,15}$/.test(text);

  readonly isCovered = (cursor: string, position: string): boolean => Number(cursor) <= Number(position);

  readonly readAfter = (topic: string, cursor: string): AsyncIterable<KeptMessage> => this.#read(topic, Number(cursor));

  async *#read(topic: string, after: number): AsyncGenerator<KeptMessage, undefined> {
    const { manager, stream } = this.#stream;
    const { state } = await manager.streams.info(stream);
    let behind = Math.min(after, state.last_seq);
    if (await isGone(this.#stream, after, state)) yield { kind: 'gap', cursor: String(behind) };
    for (;;) {
      const page = await this.#sharePage(topic, behind);
      for (const { subject, data, seq } of page.messages) {
        behind = seq;
        yield { kind: 'message', topic: subject, body: data, cursor: String(seq) };
      }
      if (page.isLast) return undefined;
    }
  }

  #sharePage(topic: string, behind: number): Promise<Page> {
    const id = `${topic} ${behind}`;
    const known = this.#reading.get(id);
    if (known !== undefined) return known;
    const page = this.#limiter.run(() => this.#readPage(topic, behind)).finally(() => this.#reading.delete(id));
    this.#reading.set(id, page);
    return page;
  }

  /** A consumer for one page: none is kept at the server for somebody who reads slowly. */
  async #readPage(topic: string, behind: number): Promise<Page> {
    const { manager, client, stream } = this.#stream;
    const consumer = await createConsumer(this.#stream, topic, behind);
    const count = Math.min(consumer.num_pending, PAGE);
    const messages: JsMsg[] = [];
    try {
      if (count === 0) return { messages, isLast: true };
      const settings = { max_messages: count, expires: READ_TIMEOUT_MS };
      for await (const message of await client.consumers.getConsumerFromInfo(consumer).fetch(settings))
        messages.push(message);
    } finally {
      await manager.consumers.delete(stream, consumer.name).catch(() => {});
    }
    if (messages.length < count) throw new Error('The messages that are kept could not be read to their end.');
    return { messages, isLast: count === consumer.num_pending };
  }
}
