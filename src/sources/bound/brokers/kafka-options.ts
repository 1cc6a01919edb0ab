import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { BaseOptions, SASLMechanismValue } from '@platformatic/kafka';
import { authenticateByScram } from './kafka-scram.ts';
import type { BrokerAddress } from './link.ts';
import { toTlsOptions } from './tls-options.ts';

const DEFAULT_PORT = 9092;
const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** After this, leaders and partitions are looked up again. */
const METADATA_MAX_AGE_MS = 60_000;
const RETRY_BASE_MS = 50;

const MECHANISMS: Readonly<Record<string, SASLMechanismValue>> = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
};

/** How a cluster is connected to: by the first broker that answers, which names the others. */
export function toKafkaOptions({ address, options, tls }: BrokerAddress): BaseOptions {
  const url = new URL(address);
  const { username, password } = url;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const mechanism = saslMechanism(options);
  return {
    clientId: `selvedge-${randomUUID()}`,
    bootstrapBrokers: [{ host, port: url.port === '' ? DEFAULT_PORT : Number(url.port) }],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    autocreateTopics: true,
    // A second attempt at a publish could be a second message; what may be asked for again says so itself.
    retries: 0,
    retryDelay: (_client, _operation, attempt) => RETRY_BASE_MS * 2 ** attempt,
    ...(url.protocol === 'kafkas:' ? { tls: toTlsOptions(tls) } : {}),
    // Each broker's own name, where brokers have names.
    ...(tls?.serverName === undefined && isIP(host) === 0 ? { tlsServerName: true } : {}),
    ...(username === ''
      ? {}
      : {
          sasl: {
            mechanism,
            username: decodeURIComponent(username),
            password: decodeURIComponent(password),
            ...(mechanism === 'PLAIN' ? {} : { authenticate: authenticateByScram }),
          },
        }),
  };
}

/** How the URL's user proves who they are. */
export function saslMechanism(options: BrokerAddress['options']): SASLMechanismValue {
  return MECHANISMS[options['sasl'] ?? 'plain'] ?? 'PLAIN';
}
