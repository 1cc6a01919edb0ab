import {
  MultipleErrors,
  NetworkError,
  type Producer,
  ProtocolError,
  ResponseError,
  UserError,
} from '@platformatic/kafka';
import { expect, it } from 'vitest';
import { KafkaProducer } from '../../../../src/sources/bound/brokers/kafka-producer.ts';

const PRODUCE = 0;

/** What a broker says of each partition it was sent something for, as the client tells it. */
function answered(codes: readonly number[], elsewhere = 0): Error {
  const partitionResponses = codes.map((errorCode, index) => ({ index, errorCode }));
  const errors = codes.flatMap((code, index) => (code === 0 ? [] : [[`/responses/0/${index}`, [code, null]] as const]));
  const response = { responses: [{ name: 't', partitionResponses }] };
  const error = new ResponseError(PRODUCE, 7, Object.fromEntries(errors) as Record<string, [number, null]>, response);
  const offsets = Array.from({ length: elsewhere }, (_, partition) => ({ topic: 't', partition, offset: 0n }));
  return new MultipleErrors('Producing messages failed.', [error], { produced: { offsets } });
}

/** A producer whose requests come to this, one after the other; those behind the last are taken. */
function testProducer(...outcomes: readonly (Error | undefined)[]) {
  const sent: string[][] = [];
  const left = [...outcomes];
  let cleared = 0;
  const producer = {
    metadata: async () => {},
    clearMetadata: () => {
      cleared += 1;
    },
    send: async ({ messages }: { messages: readonly { value: string }[] }) => {
      sent.push(messages.map(({ value }) => value));
      const outcome = left.shift();
      if (outcome !== undefined) throw outcome;
    },
  };
  const queue = new KafkaProducer(producer as unknown as Producer<string, string, string, string>);
  const sendAll = async (...values: readonly string[]) => {
    const settled = await Promise.allSettled(values.map((value) => queue.send('t', { value })));
    return settled.map((one) => (one.status === 'fulfilled' ? 'taken' : (one.reason as Error)));
  };
  return { sendAll, sent, cleared: () => cleared };
}

const NOT_LEADER = 6;
const TOO_LARGE = 10;
const TIMED_OUT = 7;
const NOT_ALLOWED = 29;

it('sends what comes in one turn together', async () => {
  const { sendAll, sent } = testProducer();
  expect(await sendAll('a', 'b')).toEqual(['taken', 'taken']);
  expect(sent).toEqual([['a', 'b']]);
});

it('sends once more, by what is known then, what partitions refused that have another leader', async () => {
  const { sendAll, sent, cleared } = testProducer(answered([NOT_LEADER]));
  expect(await sendAll('a')).toEqual(['taken']);
  expect([sent, cleared()]).toEqual([[['a'], ['a']], 1]);
  const again = testProducer(answered([NOT_LEADER]), answered([NOT_LEADER]));
  expect(await again.sendAll('a')).toMatchObject([{ detail: 'Kafka refused it: NOT_LEADER_OR_FOLLOWER.' }]);
  expect(again.sent).toHaveLength(2);
});

it('sends each message alone where they were too much together', async () => {
  const { sendAll, sent } = testProducer(answered([TOO_LARGE]), undefined, answered([TOO_LARGE]));
  expect(await sendAll('a', 'b', 'c')).toMatchObject([
    'taken',
    { code: 'UPSTREAM_UNAVAILABLE', detail: 'Kafka refused it: MESSAGE_TOO_LARGE.' },
    'taken',
  ]);
  expect(sent).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
});

it('says of each message that it was refused, where all were', async () => {
  const { sendAll, sent } = testProducer(answered([NOT_ALLOWED, NOT_ALLOWED]));
  const refusal = { code: 'UPSTREAM_UNAVAILABLE', detail: 'Kafka refused it: TOPIC_AUTHORIZATION_FAILED.' };
  expect(await sendAll('a', 'b')).toMatchObject([refusal, refusal]);
  expect(sent).toHaveLength(1);
});

it('says that a topic is not there', async () => {
  const producer = {
    metadata: async () => {
      throw new UserError('Unknown topic t.');
    },
  };
  const queue = new KafkaProducer(producer as unknown as Producer<string, string, string, string>);
  await expect(queue.send('t', { value: 'a' })).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    detail: 'Kafka refused it: Unknown topic t, which has to be made.',
  });
});

it.each([
  ['another partition has stored its part', answered([NOT_LEADER, 0])],
  ['another broker has stored its part', answered([NOT_LEADER], 1)],
  ['the replicas were slow', answered([TIMED_OUT])],
  ['the connection was lost', new NetworkError('Connection closed')],
  ['the broker says something else', new ProtocolError('UNKNOWN_SERVER_ERROR')],
])('sends nothing twice and calls nothing refused where %s', async (_why, outcome) => {
  const { sendAll, sent } = testProducer(outcome);
  expect(await sendAll('a', 'b')).toEqual([outcome, outcome]);
  expect(sent).toEqual([['a', 'b']]);
});
