import { createInbox, headers, type Msg, type NatsConnection, PermissionViolationError } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { refusedByBroker } from './broker-error.ts';
import type { Link, LinkEvents, OutgoingEvent, OutgoingRequest } from './link.ts';
import { parseReply } from './reply.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = 10_000;
/** The status of the empty reply by which a server says that nobody listens. */
const NO_RESPONDERS = 503;

/**
 * NATS core: a reply subject below one inbox, `Correlation-Id` and `Expires-At` as headers. Core has no
 * acknowledgement of a publish; a PONG after it shows that the server has read it, and a refusal comes before the PONG.
 */
export async function openNatsLink(url: string, events: LinkEvents): Promise<Link> {
  const connection = await connect({
    ...toServer(url),
    name: 'selvedge',
    reconnect: false,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
  });
  let isClosing = false;
  void connection.closed().then((error) => {
    if (!isClosing) events.onLost(error ?? new Error('The NATS server closed the connection.'));
  });
  const refusals = watchRefusals(connection);
  const inbox = createInbox();
  connection.subscribe(`${inbox}.>`, {
    callback: (error, message) => {
      if (error === null) readReply(message, inbox, events);
    },
  });
  await connection.flush();
  return {
    sendRequest: async (request) => sendRequest(connection, inbox, request),
    sendEvent: async (event) => {
      send(connection, event);
      await refusals.during(event.topic, connection.flush());
    },
    subscribe: async (topic, onMessage) => {
      const subscription = connection.subscribe(topic, {
        callback: (error, message) => {
          if (error === null) onMessage(message.subject, message.data);
        },
      });
      const refusal = await Promise.race([connection.flush(), subscription.closed]);
      if (refusal instanceof Error) throw refusedByBroker('The NATS server refused the subscription.', refusal);
      return async () => {
        subscription.unsubscribe();
        await connection.flush();
      };
    },
    close: async () => {
      isClosing = true;
      await connection.close();
    },
  };
}

/** Credentials in the URL: user and password, or a user alone, which is a token. */
function toServer(url: string): { servers: string; user?: string; pass?: string; token?: string } {
  const { host, username, password } = new URL(url);
  if (username === '') return { servers: host };
  const user = decodeURIComponent(username);
  return password === '' ? { servers: host, token: user } : { servers: host, user, pass: decodeURIComponent(password) };
}

function readReply(message: Msg, inbox: string, events: LinkEvents): void {
  // The subject is what correlates; a service that also echoes the header must echo the right one.
  const id = message.headers?.get('Correlation-Id') || message.subject.slice(inbox.length + 1);
  if (message.headers?.code === NO_RESPONDERS && message.data.length === 0) events.onNobody(id);
  else events.onReply(id, parseReply(message.data));
}

function sendRequest(connection: NatsConnection, inbox: string, request: OutgoingRequest): void {
  const fields = headers();
  fields.set('Correlation-Id', request.id);
  fields.set('Expires-At', String(request.expiresAt));
  assertFits(connection, request.payload);
  connection.publish(request.topic, request.payload, { reply: `${inbox}.${request.id}`, headers: fields });
}

function send(connection: NatsConnection, event: OutgoingEvent): void {
  assertFits(connection, event.payload);
  if (event.key === undefined) return connection.publish(event.topic, event.payload);
  const fields = headers();
  fields.set('Key', event.key);
  connection.publish(event.topic, event.payload, { headers: fields });
}

/** The server would end the connection, with everybody's calls, over a message above its limit. */
function assertFits(connection: NatsConnection, payload: string): void {
  const limit = connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  if (Buffer.byteLength(payload) > limit) throw refusedByBroker(`The message is over the server's ${limit} bytes.`);
}

/** Refused publishes, which the server reports by subject and not by message. */
function watchRefusals(connection: NatsConnection): {
  readonly during: (subject: string, acknowledged: Promise<void>) => Promise<void>;
} {
  const waiting = new Map<string, Set<(error: Error) => void>>();
  const watch = async () => {
    for await (const status of connection.status()) {
      if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
      if (status.error.operation !== 'publish') continue;
      for (const refuse of waiting.get(status.error.subject) ?? []) refuse(status.error);
    }
  };
  // The iteration ends with the connection.
  void watch().catch(() => {});
  return {
    during: async (subject, acknowledged) => {
      let refusal: Error | undefined;
      const refuse = (error: Error) => {
        refusal = error;
      };
      const refusers = waiting.get(subject) ?? new Set();
      waiting.set(subject, refusers.add(refuse));
      try {
        await acknowledged;
        // The refusal was read before the PONG but is handed over by an iterator: it has a turn of the loop to arrive.
        await new Promise((resolve) => setImmediate(resolve));
      } finally {
        refusers.delete(refuse);
        if (refusers.size === 0) waiting.delete(subject);
      }
      if (refusal !== undefined) throw refusedByBroker('The NATS server refused the publish.', refusal);
    },
  };
}
