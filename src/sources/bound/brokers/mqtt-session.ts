import { randomBytes } from 'node:crypto';
import { connect, type IConnackPacket, type MqttClient } from 'mqtt';
import { loginRefused } from './broker-error.ts';
import type { BrokerAddress } from './link.ts';
import { toTlsOptions } from './tls-options.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const KEEPALIVE_SECONDS = 10;
/** CONNACK codes by which a broker says that it does not speak the version: of MQTT 3.1.1, and of MQTT 5. */
const UNSUPPORTED_VERSION = new Set<unknown>([1, 132]);

/** Those by which it says that user and password are not right, or not enough. */
const LOGIN_REFUSED = new Set<unknown>([4, 5, 134, 135]);

/** One connected client, its version, and what the broker said of itself. */
export type MqttSession = { readonly client: MqttClient; readonly version: 4 | 5; readonly connack: IConnackPacket };

/** Connects with MQTT 5, or with 3.1.1 where the broker refuses that version. */
export async function openMqttSession(broker: BrokerAddress): Promise<MqttSession> {
  try {
    return await openVersion(broker, 5);
  } catch (error) {
    if (UNSUPPORTED_VERSION.has((error as { code?: unknown }).code)) return openVersion(broker, 4);
    throw error;
  }
}

function openVersion({ address, tls }: BrokerAddress, version: 4 | 5): Promise<MqttSession> {
  const url = new URL(address);
  // The library takes them as they stand in the URL, parted at the last colon.
  const [username, password] = [url.username, url.password].map(decodeURIComponent);
  url.username = url.password = '';
  const client = connect(url.toString(), {
    ...toTlsOptions(tls),
    ...(username === '' ? {} : { username, password }),
    protocolVersion: version,
    clientId: `selvedge_${randomBytes(6).toString('hex')}`,
    clean: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEPALIVE_SECONDS,
    // A link that breaks is replaced, and its calls are settled by the broker above it.
    reconnectPeriod: 0,
    resubscribe: false,
  });
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      client.removeAllListeners('connect');
      // What a dying client still says is of no interest.
      client.on('error', () => {});
      client.end(true);
      const { code } = error as { readonly code?: unknown };
      reject(LOGIN_REFUSED.has(code) ? loginRefused('MQTT', error) : error);
    };
    const onClose = () => refuse(new Error('The MQTT broker closed the connection.'));
    client.once('error', refuse);
    client.once('close', onClose);
    client.once('connect', (connack) => {
      client.off('error', refuse);
      client.off('close', onClose);
      resolve({ client, version, connack });
    });
  });
}
