/** What goes back for a request: the id it came with, and a payload or an error. */
export type Answer =
  | { readonly id: string; readonly payload: unknown }
  | { readonly id: string; readonly error: { readonly message: string; readonly code?: string } };

export type IncomingRequest = {
  readonly id: string;
  readonly payload: unknown;
  /** Milliseconds since the epoch after which nobody waits for the answer; undefined if the broker keeps time itself. */
  readonly expiresAt: number | undefined;
  readonly answer: (answer: Answer) => void;
};

/** A worker's connection to its broker: it reconnects and subscribes again by itself. Topics have dots. */
export type WorkerConnection = {
  /** Resolves when requests on the topic arrive here. */
  readonly onRequest: (topic: string, listener: (request: IncomingRequest) => void) => Promise<void>;
  readonly onEvent: (topic: string, listener: (event: unknown, topic: string) => void) => Promise<void>;
  readonly publish: (topic: string, event: unknown) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Connects by the URL's scheme, with the broker's own client library: nothing of the gateway is needed. */
export async function connectWorker(url: string): Promise<WorkerConnection> {
  const { protocol, searchParams } = new URL(url);
  if (protocol === 'mqtt:') return (await import('./connect-mqtt.ts')).connectMqtt(url);
  if (protocol === 'nats:') return (await import('./connect-nats.ts')).connectNats(url);
  if (protocol === 'amqp:') return (await import('./connect-amqp.ts')).connectAmqp(url);
  if (protocol === 'redis:' && searchParams.has('streams'))
    return (await import('./connect-redis-streams.ts')).connectRedisStreams(url);
  if (protocol === 'redis:') return (await import('./connect-redis.ts')).connectRedis(url);
  if (protocol === 'kafka:') return (await import('./connect-kafka.ts')).connectKafka(url);
  throw new Error(`The shipping worker speaks mqtt://, nats://, amqp://, redis:// and kafka://, not ${protocol}//.`);
}

/** The body of a message, or undefined if it is not JSON. */
export function readJson(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

/** A request of a broker without properties: everything stands in the body. */
export function readEnvelope(
  body: Uint8Array | string,
):
  | { readonly id: string; readonly replyTo: string; readonly expiresAt: number; readonly payload: unknown }
  | undefined {
  const value = readJson(body);
  if (typeof value !== 'object' || value === null || !('id' in value) || !('replyTo' in value)) return undefined;
  const { id, replyTo } = value;
  if (typeof id !== 'string' || typeof replyTo !== 'string') return undefined;
  const expiresAt = 'expiresAt' in value ? Number(value.expiresAt) : Number.POSITIVE_INFINITY;
  return { id, replyTo, expiresAt, payload: 'payload' in value ? value.payload : null };
}

/** The body of an answer where the id travels in a property: the payload as it is, or `{ "error": … }`. */
export function printAnswer(answer: Answer): string {
  return JSON.stringify('error' in answer ? { error: answer.error } : answer.payload);
}
