import { Base, type BaseOptions, Producer, stringSerializers } from '@platformatic/kafka';
import { GatewayError } from '../../../errors/gateway-error.ts';
import { notSent, refusedByBroker } from './broker-error.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import { isCoveredByKafka, parseKafkaCursor } from './kafka-cursor.ts';
import { findRefusal, guessRefusal, isAnswered, isUnauthenticated } from './kafka-errors.ts';
import { KafkaGroups } from './kafka-group.ts';
import { guardConnections } from './kafka-guard.ts';
import { saslMechanism, toKafkaOptions } from './kafka-options.ts';
import { KafkaProducer } from './kafka-producer.ts';
import { KafkaReader } from './kafka-reader.ts';
import { KafkaReplies } from './kafka-replies.ts';
import { readKafkaTopic, subscribeToKafka } from './kafka-topic.ts';
import type { BrokerAddress, Link, LinkEvents, LinkSubscription, OutgoingEvent, OutgoingRequest } from './link.ts';

const DEFAULT_REPLIES = 'selvedge.replies';

/** Three connections to a cluster's brokers: what is read live is held by a broker, which would hold up the rest. */
type Clients = {
  readonly control: Base;
  readonly live: Base;
  readonly producer: Producer<string, string, string, string>;
};

/**
 * Kafka: a topic is one of that name, read without a group from where it ends (or as a `?group=`). A request's headers are
 * `Reply-To`, `Correlation-Id` and `Expires-At`; replies come on one topic, which all gateways read. A cursor says where
 * each partition was read to.
 */
export async function openKafkaLink(url: BrokerAddress, events: LinkEvents): Promise<Link> {
  const options = toKafkaOptions(url);
  const { control, live, producer } = await connect(options, url);
  let isClosing = false;
  const lose = (cause: unknown) => {
    if (!isClosing) events.onLost(cause);
  };
  const guarded = <T>(answer: Promise<T>) => unlessRefused(answer, lose);
  const [kept, read] = [new KafkaCluster(control), new KafkaCluster(live)];
  const reader = new KafkaReader(read, lose);
  const queue = new KafkaProducer(producer);
  const { group, replies: repliesTopic = DEFAULT_REPLIES } = url.options;
  const groups = group === undefined ? undefined : new KafkaGroups({ options, group, onLost: lose });
  const replies = new KafkaReplies({ topic: repliesTopic, cluster: read, reader, events });
  return {
    sendRequest: async (request) => {
      await guarded(replies.open(request.id));
      await guarded(queue.send(request.topic, toRequest(request, repliesTopic)));
    },
    sendEvent: (event) => guarded(queue.send(event.topic, toEvent(event))),
    subscribe: async (topic, onMessage, after): Promise<LinkSubscription> => {
      if (topic === repliesTopic) throw refusedByBroker(`Replies come on "${topic}": it cannot be subscribed to.`);
      return groups === undefined
        ? guarded(subscribeToKafka({ cluster: read, reader }, topic, { onMessage, after }))
        : guarded(groups.subscribe(topic, onMessage));
    },
    resumable: group === undefined ? toResumable(kept) : undefined,
    close: async () => {
      isClosing = true;
      reader.close();
      await groups?.close();
      await closeAll([control, live, producer]);
    },
  };
}

async function connect(options: BaseOptions, { options: named }: BrokerAddress): Promise<Clients> {
  const [control, live] = [new Base(options), new Base(options)];
  const producer = new Producer({ ...options, serializers: stringSerializers, repeatOnStaleMetadata: false });
  const all = [control, live, producer];
  let fault: string | undefined;
  for (const client of all)
    guardConnections(client, (why) => {
      fault = why;
    });
  try {
    await Promise.all(all.map((client) => client.metadata({ topics: [] })));
    return { control, live, producer };
  } catch (error) {
    await closeAll(all);
    const why = fault ?? whyNotConnected(error, saslMechanism(named));
    throw why === undefined ? error : notSent(why, error);
  }
}

function whyNotConnected(error: unknown, mechanism: string): string | undefined {
  if (!isUnauthenticated(error)) return guessRefusal(error);
  return findRefusal(error) === undefined
    ? `Kafka has not proved by SASL ${mechanism} that it is who it should be: is the URL's host the right one?`
    : `Kafka wants other credentials than its URL has, which go by SASL ${mechanism} (the option "sasl").`;
}

async function closeAll(clients: readonly Base[]): Promise<void> {
  await Promise.allSettled(clients.map((client) => client.close()));
}

function toRequest({ id, payload, expiresAt }: OutgoingRequest, replyTo: string) {
  return { value: payload, headers: { 'Reply-To': replyTo, 'Correlation-Id': id, 'Expires-At': String(expiresAt) } };
}

function toEvent({ payload, key }: OutgoingEvent) {
  return { value: payload, ...(key === undefined ? {} : { key }) };
}

function toResumable(cluster: KafkaCluster): Link['resumable'] {
  return {
    isCursor: (text) => parseKafkaCursor(text) !== undefined,
    isCovered: isCoveredByKafka,
    readAfter: (topic, cursor) => readKafkaTopic(cluster, topic, cursor),
  };
}

/** What the cluster refuses was not done. Where it does not answer, the connection is no good any more. */
async function unlessRefused<T>(answer: Promise<T>, lose: (cause: unknown) => void): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof GatewayError) throw error;
    const refusal = findRefusal(error);
    if (refusal !== undefined) throw refusedByBroker(`Kafka refused it: ${refusal}.`, error);
    if (!isAnswered(error)) lose(error);
    throw error;
  });
}
