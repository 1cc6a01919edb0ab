import { setTimeout as delay } from 'node:timers/promises';
import { type BaseOptions, Consumer } from '@platformatic/kafka';
import { KafkaCluster, type KafkaEdges } from './kafka-cluster.ts';
import { needsRejoin } from './kafka-errors.ts';
import { guardConnections } from './kafka-guard.ts';
import { KafkaReader, type OnKafkaBatch } from './kafka-reader.ts';
import type { LinkSubscription, OnMessage } from './link.ts';

/** A member that says nothing for so long has left; the others wait no longer for it. */
const SESSION_TIMEOUT_MS = 10_000;
/** How long the others wait for a member to come back to a group that is formed anew. */
const REBALANCE_TIMEOUT_MS = 20_000;
const HEARTBEAT_MS = 3_000;
/** Of joining, where the group is being formed or its coordinator moves. */
const JOIN_RETRIES = 5;
/** What nobody took is offered again after so long. */
const UNTAKEN_MS = 200;
/** A broker that does not answer does not hold up who closes. */
const LEAVE_TIMEOUT_MS = 1_000;
const ANY_EPOCH = -1;

export type KafkaGroupsOptions = {
  readonly options: BaseOptions;
  readonly group: string;
  readonly onLost: (cause: unknown) => void;
};

/**
 * Topics read as a member of a group, which has a group of its own for each topic: members of one would otherwise be
 * given partitions of topics that they don't read. Offsets are committed once somebody has taken the messages.
 */
export class KafkaGroups {
  readonly #options: KafkaGroupsOptions;
  readonly #memberships = new Set<KafkaMembership>();
  #isClosed = false;

  constructor(options: KafkaGroupsOptions) {
    this.#options = options;
  }

  async subscribe(topic: string, onMessage: OnMessage): Promise<LinkSubscription> {
    const { options, group, onLost } = this.#options;
    const consumer = new Consumer({
      ...options,
      groupId: `${group}.${topic}`,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      retries: JOIN_RETRIES,
    });
    guardConnections(consumer);
    const membership = new KafkaMembership({ consumer, topic, onMessage, onLost });
    this.#memberships.add(membership);
    const unsubscribe = async () => {
      this.#memberships.delete(membership);
      await membership.leave();
    };
    try {
      await membership.join();
      if (this.#isClosed) throw new Error('The connection was closed while the group was joined.');
    } catch (error) {
      await unsubscribe();
      throw error;
    }
    return { unsubscribe, isComplete: true };
  }

  /** Leaves every group: a member that stays, and whose messages nobody takes, would keep them from the others. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const left = Promise.all([...this.#memberships].map((membership) => membership.leave()));
    await Promise.race([left, delay(LEAVE_TIMEOUT_MS, undefined, { ref: false })]);
  }
}

type MembershipOptions = {
  readonly consumer: Consumer;
  readonly topic: string;
  readonly onMessage: OnMessage;
  readonly onLost: (cause: unknown) => void;
};

/** The client keeps up the membership; what the group gives this member is read as any topic is. */
class KafkaMembership {
  readonly #consumer: Consumer;
  readonly #cluster: KafkaCluster;
  readonly #reader: KafkaReader;
  readonly #topic: string;
  readonly #onMessage: OnMessage;
  readonly #lose: (cause: unknown) => void;
  #isLeaving = false;
  #edges: KafkaEdges = new Map();

  constructor({ consumer, topic, onMessage, onLost }: MembershipOptions) {
    this.#consumer = consumer;
    this.#topic = topic;
    this.#onMessage = onMessage;
    this.#lose = (cause) => {
      if (!this.#isLeaving) onLost(cause);
    };
    this.#cluster = new KafkaCluster(consumer);
    this.#reader = new KafkaReader(this.#cluster, this.#lose);
  }

  /** Resolves when the group has given this member its part. */
  async join(): Promise<void> {
    this.#edges = await this.#cluster.edges(this.#topic);
    const consumer = this.#consumer;
    consumer.topics.track(this.#topic);
    consumer.on('error', this.#lose); // from the first heartbeat on: an error that nobody hears ends the process
    await consumer.joinGroup({});
    consumer.on('consumer:heartbeat:stalled', ({ lastError }) => this.#lose(lastError));
    consumer.on('consumer:group:rebalance', () => this.#reader.remove(this.#topic));
    consumer.on('consumer:group:join', () => void this.#read().catch(this.#lose));
    await this.#read(); // the group may be formed anew meanwhile
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#reader.close();
    // Who can't say that they leave hang up.
    await this.#consumer.close(true).catch(() => this.#consumer.connections.close());
  }

  /** Reads what is this member's from where the group has read to, or from where the topic ended when it was asked for. */
  async #read(): Promise<void> {
    const { assignments, generationId } = this.#consumer;
    const partitions = assignments?.find(({ topic }) => topic === this.#topic)?.partitions ?? [];
    this.#reader.remove(this.#topic);
    if (partitions.length === 0) return;
    const topics = [{ topic: this.#topic, partitions }];
    const committed = (await this.#consumer.listCommittedOffsets({ topics })).get(this.#topic);
    if (this.#isLeaving || this.#consumer.generationId !== generationId) return;
    const from = partitions.map((partition): [number, number] => {
      const offset = Number(committed?.[partition] ?? -1);
      return [partition, offset >= 0 ? offset : (this.#edges.get(partition)?.high ?? 0)];
    });
    this.#reader.add({ topic: this.#topic, from: new Map(from), isBounded: true, onBatch: this.#take });
  }

  /** What nobody has taken is not committed: it is read again, by this member or by who comes next. */
  readonly #take: OnKafkaBatch = async ({ topic, partition, records, next: end }, next) => {
    const from = next.get(partition) ?? 0;
    const untaken = records.find(({ body }) => !this.#onMessage(topic, body));
    const taken = untaken === undefined ? Math.max(from, end) : Math.max(from, startOf(records, untaken));
    next.set(partition, taken);
    if (taken > from) await this.#commit(partition, taken);
    if (untaken !== undefined) await delay(UNTAKEN_MS, undefined, { ref: false });
  };

  async #commit(partition: number, offset: number): Promise<void> {
    const offsets = [{ topic: this.#topic, partition, offset: BigInt(offset), leaderEpoch: ANY_EPOCH }];
    try {
      await this.#consumer.commit({ offsets });
    } catch (error) {
      // The group is being formed anew: what was delivered may be delivered again.
      if (!needsRejoin(error)) throw error;
    }
  }
}

/** The offset from which on a record is read again: behind the one before it. */
function startOf(records: readonly { readonly offset: number }[], record: { readonly offset: number }): number {
  const before = records[records.indexOf(record) - 1];
  return before === undefined ? 0 : before.offset + 1;
}
