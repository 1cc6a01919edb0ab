import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { Channel, type ChannelCredentials, type ChannelOptions, credentials, type VerifyOptions } from '@grpc/grpc-js';
import { DEFAULT_ANSWER_BYTES } from '../answer-bytes.ts';
import type { TlsFiles } from './tls-files.ts';

/** Of what is sent; what is received has the answers' limit. */
export const MAX_REQUEST_BYTES = 10_000_000;

/** The least that servers are asked to allow at once; a further stream on the same connection might wait for ever. */
const MAX_STREAMS = 100;

/**
 * Retries are the gateway's own, but for calls that a service has refused to look at, as when it restarts its connections:
 * those grpc-js sends again, once. The config says how a service is reached, not the environment. A service that comes back
 * is tried within a second.
 */
const OPTIONS: ChannelOptions = {
  'grpc.primary_user_agent': 'selvedge',
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_send_message_length': MAX_REQUEST_BYTES,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
};

/** The most that a ping may wait for its answer. */
const PING_MS = 5000;

/** A connection that broke without a word is found while calls wait for it. */
const CALL_OPTIONS: ChannelOptions = { ...OPTIONS, ...keepAlive(35_000) };

/** Servers close connections that are pinged more often than every five minutes and say nothing in between (gRFC A8). */
const STREAM_IDLE_MS = 315_000;

type StreamChannel = { readonly channel: Channel; streams: number };

/** The connections to one service: one for calls, and one for every hundred streams, which keep calls from nothing. */
export type GrpcChannels = {
  readonly forCalls: Channel;
  /** `release` when the stream has ended. */
  readonly forStream: () => { readonly channel: Channel; readonly release: () => void };
  readonly close: () => void;
};

type GrpcChannelsOptions = {
  readonly tls?: TlsFiles | undefined;
  /** The most that a message may have. */
  readonly answerBytes?: number | undefined;
  /** How long a connection with streams may be silent before it is taken for lost. */
  readonly streamIdleMs?: number | undefined;
};

/** Connects with the first call. `url` is `grpc://host:port`, or `grpcs://host:port` over TLS. */
export function createGrpcChannels(
  url: string,
  { tls = {}, answerBytes = DEFAULT_ANSWER_BYTES, streamIdleMs = STREAM_IDLE_MS }: GrpcChannelsOptions,
): GrpcChannels {
  const { protocol, host, hostname } = new URL(url);
  const { channelCredentials, naming } =
    protocol === 'grpcs:' ? secure(hostname, tls) : { channelCredentials: credentials.createInsecure(), naming: {} };
  const own = { ...naming, 'grpc.max_receive_message_length': answerBytes };
  const forCalls = new Channel(host, channelCredentials, { ...CALL_OPTIONS, ...own });
  const streamOptions: ChannelOptions = { ...OPTIONS, ...keepAlive(streamIdleMs), ...own };
  const streamChannels = new Set<StreamChannel>();

  function openStreamChannel(): StreamChannel {
    const opened = { channel: new Channel(host, channelCredentials, streamOptions), streams: 0 };
    streamChannels.add(opened);
    return opened;
  }

  return {
    forCalls,
    forStream: () => {
      const used = streamChannels.values().find(({ streams }) => streams < MAX_STREAMS) ?? openStreamChannel();
      used.streams += 1;
      let isHeld = true;
      return {
        channel: used.channel,
        release: () => {
          if (!isHeld) return;
          isHeld = false;
          used.streams -= 1;
          if (used.streams > 0) return;
          streamChannels.delete(used);
          used.channel.close();
        },
      };
    },
    close: () => {
      forCalls.close();
      for (const { channel } of streamChannels) channel.close();
    },
  };
}

/** A connection on which nothing has come for so long, the answer to a ping included, is lost. */
function keepAlive(idleMs: number): ChannelOptions {
  const waitMs = Math.min(PING_MS, Math.ceil(idleMs / 2));
  return { 'grpc.keepalive_timeout_ms': waitMs, 'grpc.keepalive_time_ms': idleMs - waitMs };
}

type Security = { readonly channelCredentials: ChannelCredentials; readonly naming: ChannelOptions };

/** TLS has no way to ask for an address instead of a name, and grpc-js asks always: then it asks for this one. */
const NO_NAME = 'address.invalid';

function secure(hostname: string, { ca, cert, key, serverName }: TlsFiles): Security {
  const address = hostname.replace(/^\[|\]$/g, '');
  const isAddress = serverName === undefined && isIP(address) !== 0;
  const verifyOptions: VerifyOptions = isAddress
    ? { checkServerIdentity: (_, certificate) => checkServerIdentity(address, certificate as PeerCertificate) }
    : {};
  const channelCredentials = credentials.createSsl(ca ?? null, key ?? null, cert ?? null, verifyOptions);
  if (isAddress) return { channelCredentials, naming: { 'grpc.ssl_target_name_override': NO_NAME } };
  if (serverName === undefined) return { channelCredentials, naming: {} };
  const naming = { 'grpc.ssl_target_name_override': serverName, 'grpc.default_authority': serverName };
  return { channelCredentials, naming };
}
