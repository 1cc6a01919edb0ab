import { randomUUID } from 'node:crypto';
import { Kafka, type KafkaConfig, logLevel, Partitioners, type SASLOptions } from 'kafkajs';
import { refusedByBroker } from './broker-error.ts';
import { type KafkaCluster, openKafkaCluster } from './kafka-cluster.ts';
import { registerKafkaCodecs } from './kafka-codecs.ts';
import { isCoveredByKafka, parseKafkaCursor } from './kafka-cursor.ts';
import { subscribeAsGroup } from './kafka-group.ts';
import { KafkaProducer } from './kafka-producer.ts';
import { KafkaReader } from './kafka-reader.ts';
import { KafkaReplies } from './kafka-replies.ts';
import { readKafkaTopic, subscribeToKafka } from './kafka-topic.ts';
import type { BrokerAddress, Link, LinkEvents, OutgoingEvent, OutgoingRequest } from './link.ts';
import { toTlsOptions } from './tls-options.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_REPLIES = 'selvedge.replies';
/** The broker's word that leaves open whether the message is stored. */
const UNKNOWN_OUTCOMES = new Set<unknown>(['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND']);

/**
 * Kafka: a topic is one of that name, read without a group from where it ends (or as a `?group=`). A request's headers are
 * `Reply-To`, `Correlation-Id` and `Expires-At`; replies come on one topic, which all gateways read. A cursor says where
 * each partition was read to.
 */
export async function openKafkaLink(url: BrokerAddress, events: LinkEvents): Promise<Link> {
  registerKafkaCodecs();
  const settings = toSettings(url);
  const kafka = new Kafka(settings);
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    // A second attempt could be a second message: the broker above says that the outcome is unknown.
    retry: { retries: 0 },
  });
  const closers: (() => Promise<void>)[] = [];
  let isClosing = false;
  const close = async () => {
    isClosing = true;
    await Promise.allSettled(closers.map((end) => end()));
  };
  const lose = (cause: unknown) => {
    if (!isClosing) events.onLost(cause);
  };
  try {
    // What is asked for is answered at once; what is read live is held by the broker: each has its connections.
    const [control, live] = await Promise.all([
      connected(openKafkaCluster(settings), closers),
      connected(openKafkaCluster(settings), closers),
      producer.connect().then(() => closers.push(() => producer.disconnect())),
    ]);
    const reader = new KafkaReader(live, lose);
    closers.push(async () => reader.close());
    const replies = new KafkaReplies({
      topic: url.options['replies'] ?? DEFAULT_REPLIES,
      cluster: live,
      reader,
      events,
    });
    const { group } = url.options;
    const queue = new KafkaProducer(producer);
    return {
      sendRequest: async (request) => {
        await unlessRefused(replies.open(request.id), lose);
        await unlessRefused(queue.send(request.topic, toRequest(request, replies.topic)), lose);
      },
      sendEvent: (event) => unlessRefused(queue.send(event.topic, toEvent(event)), lose),
      subscribe: (topic, onMessage, after) =>
        unlessRefused(
          group === undefined
            ? subscribeToKafka({ cluster: live, reader }, topic, { onMessage, after })
            : subscribeAsGroup({ kafka, cluster: control, group, onLost: lose }, topic, onMessage),
        ),
      resumable: group === undefined ? toResumable(control) : undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function toSettings({ address, options, tls }: BrokerAddress): KafkaConfig {
  const { host, protocol, username, password } = new URL(address);
  const credentials = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return {
    clientId: `selvedge-${randomUUID()}`,
    brokers: [host.includes(':') ? host : `${host}:9092`],
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { retries: 3, initialRetryTime: 50 },
    logLevel: logLevel.NOTHING,
    logCreator: () => () => {},
    ssl: protocol === 'kafkas:' ? toTlsOptions(tls) : false,
    ...(username === '' ? {} : { sasl: { mechanism: options['sasl'] ?? 'plain', ...credentials } as SASLOptions }),
  };
}

async function connected(opening: Promise<KafkaCluster>, closers: (() => Promise<void>)[]): Promise<KafkaCluster> {
  const cluster = await opening;
  closers.push(() => cluster.close());
  return cluster;
}

function toRequest({ id, payload, expiresAt }: OutgoingRequest, replyTo: string) {
  return {
    key: null,
    value: payload,
    headers: { 'Reply-To': replyTo, 'Correlation-Id': id, 'Expires-At': String(expiresAt) },
  };
}

function toEvent({ payload, key }: OutgoingEvent) {
  return { key: key ?? null, value: payload };
}

function toResumable(cluster: KafkaCluster): Link['resumable'] {
  return {
    isCursor: (text) => parseKafkaCursor(text) !== undefined,
    isCovered: isCoveredByKafka,
    readAfter: (topic, cursor) => readKafkaTopic(cluster, topic, cursor),
  };
}

/** What the broker refuses was not done. What fails otherwise is a connection that is no good any more. */
async function unlessRefused<T>(answer: Promise<T>, lose: (cause: unknown) => void = () => {}): Promise<T> {
  return answer.catch((error: unknown) => {
    const refusal = findRefusal(error);
    if (refusal !== undefined) throw refusedByBroker(`Kafka refused it: ${refusal}.`, error);
    lose(error);
    throw error;
  });
}

/** The broker's own word, below the layers that say how often it was tried. */
function findRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : undefined;
  if (type !== undefined) return UNKNOWN_OUTCOMES.has(type) ? undefined : type;
  // A batch's failure is not each message's.
  return error.name === 'Error' ? undefined : findRefusal(error.cause);
}
