import {
  AuthorizationError,
  createInbox,
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type TlsOptions as NatsTlsOptions,
} from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { loginRefused, refusedByBroker } from './broker-error.ts';
import type { BrokerAddress, Link, LinkEvents, OutgoingEvent, OutgoingRequest } from './link.ts';
import type { TlsFiles } from '../tls-files.ts';
import type { JetStreamOptions } from './nats-jetstream.ts';
import { type NatsRefusals, watchRefusals } from './nats-refusals.ts';
import { isObject, parseReply } from './reply.ts';
import { toTlsOptions } from './tls-options.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = 10_000;
/** The status of the empty reply by which a server says that nobody listens. */
const NO_RESPONDERS = 503;

/**
 * NATS core: a reply subject below one inbox, `Correlation-Id` and `Expires-At` as headers. Core has no
 * acknowledgement of a publish; a PONG after it shows that the server has read it, and a refusal comes before the PONG.
 */
export async function openNatsLink({ address, options, tls }: BrokerAddress, events: LinkEvents): Promise<Link> {
  const isSecure = address.startsWith('tls:');
  const connection = await connect({
    ...toServer(address),
    ...(isSecure ? { tls: toNatsTls(address, tls) } : {}),
    name: 'selvedge',
    reconnect: false,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
  }).catch((error: unknown) => {
    throw error instanceof AuthorizationError ? loginRefused('NATS', error) : error;
  });
  let isClosing = false;
  const lose = (cause?: unknown) => {
    if (!isClosing) events.onLost(cause ?? new Error('The NATS server closed the connection.'));
  };
  const close = async () => {
    isClosing = true;
    await connection.close();
  };
  void connection.closed().then(lose);
  try {
    if (isSecure) assertEncrypted(connection);
    const refusals = watchRefusals(connection, events.onRefused);
    const stream = options['jetstream'];
    const inbox = createInbox();
    connection.subscribe(`${inbox}.>`, {
      callback: (error, message) => {
        if (error === null && !isStored(message, stream)) readReply(message, inbox, events);
      },
    });
    await connection.flush();
    const channel =
      stream === undefined
        ? openCore(connection, refusals)
        : await openKept(connection, { stream, group: options['group'], onLost: lose });
    return { ...channel, sendRequest: async (request) => sendRequest(connection, inbox, request), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Events = Pick<Link, 'sendEvent' | 'subscribe' | 'resumable'>;

/** What is published is stored by a stream, which acknowledges it; what is subscribed is read out of the stream. */
async function openKept(connection: NatsConnection, options: JetStreamOptions): Promise<Events> {
  const { openJetStream } = await import('./nats-jetstream.ts');
  const { publish, subscribe, resumable } = await openJetStream(connection, options);
  const sendEvent = async (event: OutgoingEvent) => {
    assertFits(connection, event.payload);
    await publish(event, toHeaders(event));
  };
  return { sendEvent, subscribe, resumable };
}

function openCore(connection: NatsConnection, refusals: NatsRefusals): Events {
  return {
    sendEvent: async (event) => {
      assertFits(connection, event.payload);
      const fields = toHeaders(event);
      connection.publish(event.topic, event.payload, fields === undefined ? {} : { headers: fields });
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
      const unsubscribe = async () => {
        subscription.unsubscribe();
        await connection.flush();
      };
      return { unsubscribe, isComplete: false };
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

/**
 * Whether this is the stream's own word that it has stored a request, which it says to the reply subject of whatever
 * comes on a subject of its: no reply of a service.
 */
function isStored(message: Msg, stream: string | undefined): boolean {
  if (stream === undefined || message.data.length > 500 || message.headers !== undefined) return false;
  const reply = parseReply(message.data);
  return reply.kind === 'payload' && isObject(reply.value) && reply.value['stream'] === stream && 'seq' in reply.value;
}

/** The library speaks TLS where the server says so, and says nothing where it does not. */
function assertEncrypted({ info }: NatsConnection): void {
  if (info?.tls_required !== true && info?.tls_available !== true) throw new Error('The NATS server speaks no TLS.');
}

/** `host` and `servername` are not among the library's own, but go on to Node, which checks the certificate by them. */
function toNatsTls(
  address: string,
  files: TlsFiles | undefined,
): NatsTlsOptions & { readonly host: string; readonly servername?: string } {
  const { ca, cert, key, servername } = toTlsOptions(files);
  return {
    host: new URL(address).hostname,
    ...(ca === undefined ? {} : { ca: ca.join('\n') }),
    ...(cert === undefined ? {} : { cert: cert.toString() }),
    ...(key === undefined ? {} : { key: key.toString() }),
    ...(servername === undefined ? {} : { servername }),
  };
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

function toHeaders({ key }: OutgoingEvent): MsgHdrs | undefined {
  if (key === undefined) return undefined;
  const fields = headers();
  fields.set('Key', key);
  return fields;
}

/** The server would end the connection, with everybody's calls, over a message above its limit. */
function assertFits(connection: NatsConnection, payload: string): void {
  const limit = connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  if (Buffer.byteLength(payload) > limit) throw refusedByBroker(`The message is over the server's ${limit} bytes.`);
}
