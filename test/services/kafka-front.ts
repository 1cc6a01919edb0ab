import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { type SaslOptions, type SaslServer, startSasl } from './kafka-sasl.ts';

/** Numbers of the protocol's requests: https://kafka.apache.org/protocol#protocol_api_keys */
const API = { listOffsets: 2, syncGroup: 14, saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 };
const UNSUPPORTED_SASL_MECHANISM = 33;
const SASL_AUTHENTICATION_FAILED = 58;
/** Longer than the others of a group take. */
const LEADER_HELD_MS = 150;

export type FrontOptions = {
  readonly target: { readonly host: string; readonly port: number };
  readonly tls?: TlsOptions;
  /** Who is let in, and how; everybody where it is absent. */
  readonly sasl?: SaslOptions;
};

export type KafkaFront = { readonly port: number; readonly close: () => Promise<void> };

/**
 * Stands before the mock cluster as Kafka would: ends TLS, asks who is there (SaslHandshake, SaslAuthenticate), and puts
 * right what that cluster does otherwise: it answers ListOffsets from version 4 on with a field too few, and takes a
 * group for complete when its leader has spoken, so that the others, who speak later, are refused.
 */
export async function startKafkaFront(options: FrontOptions): Promise<KafkaFront> {
  const { target, tls } = options;
  const sockets = new Set<Socket>();
  const accept = (client: Socket) => {
    const upstream = connect(target.port, target.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    pass(client, upstream, { ...options, port }).catch(() => client.destroy());
  };
  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Passing = FrontOptions & { readonly port: number };
type Asked = Map<number, { readonly key: number; readonly version: number }>;

async function pass(client: Socket, upstream: Socket, options: Passing): Promise<void> {
  const asked: Asked = new Map();
  await Promise.all([
    passQuestions(client, upstream, { ...options, asked }),
    passAnswers(upstream, client, { ...options, asked }),
  ]);
}

async function passQuestions(
  client: Socket,
  upstream: Socket,
  { sasl, asked }: Passing & { asked: Asked },
): Promise<void> {
  let login: SaslServer | undefined;
  let isIn = sasl === undefined;
  for await (const frame of toFrames(client)) {
    const [key, version, id] = [frame.readInt16BE(0), frame.readInt16BE(2), frame.readInt32BE(4)];
    if (sasl !== undefined && key === API.saslHandshake) {
      login = startSasl(sasl);
      client.write(toMessage(toHandshake(id, textAt(frame, bodyAt(frame)) === sasl.mechanism, sasl.mechanism)));
    } else if (login !== undefined && key === API.saslAuthenticate) {
      const at = bodyAt(frame);
      const step = login(frame.subarray(at + 4, at + 4 + frame.readInt32BE(at)));
      isIn = step.kind === 'in';
      client.write(toMessage(toAuthentication(id, version, step.kind === 'refused' ? undefined : step.bytes)));
    } else if (!isIn && key !== API.apiVersions) {
      throw new Error('Nobody has said who they are.');
    } else {
      if (key === API.syncGroup && isLeaders(frame, version)) await delay(LEADER_HELD_MS);
      asked.set(id, { key, version });
      upstream.write(toMessage(frame));
    }
  }
}

async function passAnswers(upstream: Socket, client: Socket, options: Passing & { asked: Asked }): Promise<void> {
  const { target, port, sasl, asked } = options;
  const rewrite = toProxyOf(`kafka://${target.host}:${target.port}`);
  for await (const frame of toFrames(upstream)) {
    const id = frame.readInt32BE(0);
    const { key, version } = asked.get(id) ?? { key: -1, version: 0 };
    asked.delete(id);
    const answer = key === API.apiVersions ? withVersions(frame, version, sasl !== undefined) : frame;
    client.write(toMessage(rewrite(answer, port)));
  }
}

/** Each message without its length. */
async function* toFrames(socket: Socket): AsyncGenerator<Buffer, undefined> {
  let rest = Buffer.alloc(0);
  for await (const chunk of socket) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      yield rest.subarray(4, end);
      rest = rest.subarray(end);
    }
  }
  return undefined;
}

function toMessage(frame: Buffer): Buffer {
  return Buffer.concat([int32(frame.length), frame]);
}

/** Where a request's body begins, behind its client's name. */
function bodyAt(frame: Buffer): number {
  return 10 + Math.max(0, frame.readInt16BE(8));
}

function textAt(frame: Buffer, at: number): string {
  return frame.toString('utf8', at + 2, at + 2 + Math.max(0, frame.readInt16BE(at)));
}

/** Whether a SyncGroup request brings what the members are to read. */
function isLeaders(frame: Buffer, version: number): boolean {
  const afterText = (at: number) => at + 2 + Math.max(0, frame.readInt16BE(at));
  const afterMember = afterText(afterText(bodyAt(frame)) + 4);
  return frame.readInt32BE(version >= 3 ? afterText(afterMember) : afterMember) > 0;
}

/** What the cluster says that it speaks: ListOffsets no further than it does so rightly; SASL, where it is asked for. */
function withVersions(frame: Buffer, version: number, hasSasl: boolean): Buffer {
  const HEAD = 10;
  if (version > 2 || frame.readInt16BE(4) !== 0) return frame;
  const count = frame.readInt32BE(6);
  const entries = Array.from({ length: count }, (_, index) => {
    const at = HEAD + 6 * index;
    return [frame.readInt16BE(at), frame.readInt16BE(at + 2), frame.readInt16BE(at + 4)];
  }).map(([key = 0, low = 0, high = 0]) => [key, low, key === API.listOffsets ? Math.min(high, 3) : high]);
  if (hasSasl) entries.push([API.saslHandshake, 0, 1], [API.saslAuthenticate, 0, 1]);
  const body = entries.flat().map(int16);
  return Buffer.concat([frame.subarray(0, 6), int32(entries.length), ...body, frame.subarray(HEAD + 6 * count)]);
}

function toHandshake(id: number, isKnown: boolean, mechanism: string): Buffer {
  return Buffer.concat([int32(id), int16(isKnown ? 0 : UNSUPPORTED_SASL_MECHANISM), int32(1), text(mechanism)]);
}

function toAuthentication(id: number, version: number, bytes: Buffer | undefined): Buffer {
  const outcome =
    bytes === undefined ? [int16(SASL_AUTHENTICATION_FAILED), text('Authentication failed.')] : [int16(0), int16(-1)];
  const session = version >= 1 ? Buffer.alloc(8) : Buffer.alloc(0);
  return Buffer.concat([int32(id), ...outcome, int32(bytes?.length ?? 0), bytes ?? Buffer.alloc(0), session]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
}

/** Brokers say where they are: what they say is changed for a proxy, whose clients are to come to the proxy again. */
export function toProxyOf(url: string): (chunk: Buffer, port: number) => Buffer {
  const { hostname, port: own } = new URL(url);
  const host = Buffer.from(hostname);
  return (chunk, port) => {
    for (let at = chunk.indexOf(host); at !== -1; at = chunk.indexOf(host, at + 1)) {
      const end = at + host.length;
      const isFollowed = end + 4 <= chunk.length;
      if (isFollowed && chunk.readInt32BE(end) === Number(own)) chunk.writeInt32BE(port, end);
    }
    return chunk;
  };
}
