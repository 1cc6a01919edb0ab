import type { KafkaOffsets } from './kafka-fetch.ts';

/** Where a topic was read to: the next offset of each partition, and the partition of the last message, if there was one. */
export type KafkaPosition = { readonly own: number | undefined; readonly next: KafkaOffsets };

const CURSOR = /^(\d{1,6})?;(?:\d{1,6}:\d{1,15}(?:,|$))*$/;

/** `2;0:16,1:8,2:4`. */
export function printKafkaCursor({ own, next }: KafkaPosition): string {
  return `${own ?? ''};${[...next].map(([partition, offset]) => `${partition}:${offset}`).join(',')}`;
}

/** Undefined for text that is no cursor. */
export function parseKafkaCursor(text: string): KafkaPosition | undefined {
  const match = CURSOR.exec(text);
  if (match === null || text.endsWith(',')) return undefined;
  const [own = '', list = ''] = text.split(';');
  const entries = list === '' ? [] : list.split(',').map((entry) => entry.split(':').map(Number));
  return {
    own: own === '' ? undefined : Number(own),
    next: new Map(entries.map(([partition = 0, offset = 0]) => [partition, offset])),
  };
}

/** Whether the message of that cursor was read already by who has come to `position`. */
export function isCoveredByKafka(cursor: string, position: string): boolean {
  const message = parseKafkaCursor(cursor);
  const reached = parseKafkaCursor(position);
  if (message?.own === undefined || reached === undefined) return false;
  return (message.next.get(message.own) ?? 0) <= (reached.next.get(message.own) ?? 0);
}
