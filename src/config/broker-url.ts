/** A broker's URL, read. `address` is what the protocol's client is given: without the options, which are ours. */
export type BrokerUrl = {
  readonly protocol: BrokerProtocol;
  readonly address: string;
  /** By name, as written; only those that the protocol has, with values that fit. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether a subscription's topic may hold `*` and `>`. */
  readonly hasPatterns: boolean;
};

export type BrokerProtocol = 'memory' | 'mqtt' | 'nats' | 'amqp' | 'redis' | 'kafka';

type Option = {
  readonly pattern: RegExp;
  readonly expects: string;
  /** Another option, without which it says nothing; or a user. */
  readonly needs?: string;
  readonly needsUser?: true;
};

const NAME: Option = { pattern: /^[\w-]{1,100}$/, expects: 'a name of letters, digits, "_" and "-"' };

const PROTOCOLS: Readonly<Record<string, BrokerProtocol>> = {
  memory: 'memory',
  mqtt: 'mqtt',
  mqtts: 'mqtt',
  nats: 'nats',
  tls: 'nats',
  amqp: 'amqp',
  amqps: 'amqp',
  redis: 'redis',
  rediss: 'redis',
  kafka: 'kafka',
  kafkas: 'kafka',
};

const OPTIONS: Readonly<Record<BrokerProtocol, Readonly<Record<string, Option>>>> = {
  memory: {},
  mqtt: {},
  nats: { jetstream: NAME, group: { ...NAME, needs: 'jetstream' } },
  amqp: {
    exchange: { pattern: /^[^\s]{1,127}$/, expects: 'the name of a topic exchange' },
    group: NAME,
    heartbeat: { pattern: /^\d{1,4}$/, expects: 'a number of seconds' },
  },
  redis: {
    streams: { pattern: /^true$/, expects: '"true"' },
    group: { ...NAME, needs: 'streams' },
    maxlen: { pattern: /^[1-9]\d{0,9}$/, expects: 'a number of entries', needs: 'streams' },
  },
  kafka: {
    group: NAME,
    replies: { pattern: /^[\w.-]{1,249}$/, expects: 'the name of a topic' },
    sasl: {
      pattern: /^(plain|scram-sha-256|scram-sha-512)$/,
      expects: 'plain, scram-sha-256 or scram-sha-512',
      needsUser: true,
    },
  },
};

const NO_PATH = { pattern: /^\/?$/, expects: 'none' };

/** What the path of a URL says: AMQP's virtual host, Redis' database, the memory bus' name. */
const PATHS: Readonly<Record<BrokerProtocol, Option>> = {
  memory: { pattern: /^/, expects: 'a name' },
  amqp: { pattern: /^/, expects: 'a virtual host' },
  redis: { pattern: /^\/?\d{0,4}$/, expects: 'the number of a database' },
  mqtt: NO_PATH,
  nats: NO_PATH,
  kafka: NO_PATH,
};

/** The schemes of brokers' URLs. */
export const BROKER_SCHEMES: readonly string[] = Object.keys(PROTOCOLS);

/** Of URLs that say that a broker is spoken to over TLS; `tls:` is what NATS calls it. */
export const TLS_BROKER_SCHEMES: readonly string[] = ['mqtts', 'tls', 'amqps', 'rediss', 'kafkas'];

/** What is wrong with a broker's URL beyond its scheme and host, as the end of a sentence; undefined where nothing is. */
export function findBrokerUrlFault(url: string): string | undefined {
  const address = new URL(url);
  const { pathname } = address;
  const scheme = address.protocol.slice(0, -1);
  const { pattern, expects } = PATHS[PROTOCOLS[scheme] ?? 'memory'];
  if (!pattern.test(pathname)) return `has the path "${pathname}", and ${expects} is expected`;
  return findOptionFault(scheme, address);
}

function findOptionFault(scheme: string, url: URL): string | undefined {
  const { searchParams } = url;
  const known = OPTIONS[PROTOCOLS[scheme] ?? 'memory'];
  for (const [name, value] of searchParams) {
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined) return `has the option "${name}", and ${printOptions(scheme, Object.keys(known))}`;
    if (searchParams.getAll(name).length > 1) return `has the option "${name}" twice`;
    if (!option.pattern.test(value)) return `has ${name}=${value}, and ${option.expects} is expected`;
    const missing = findMissing(option, url);
    if (missing !== undefined) return `has the option "${name}", which says nothing without ${missing}`;
  }
  return undefined;
}

function findMissing({ needs, needsUser }: Option, { searchParams, username }: URL): string | undefined {
  if (needs !== undefined && !searchParams.has(needs)) return `"${needs}"`;
  return needsUser === true && username === '' ? 'a user' : undefined;
}

/** Of a URL without fault; undefined for a scheme that is no broker's. */
export function readBrokerUrl(url: string): BrokerUrl | undefined {
  if (!URL.canParse(url)) return undefined;
  const address = new URL(url);
  const scheme = address.protocol.slice(0, -1);
  const protocol = Object.hasOwn(PROTOCOLS, scheme) ? PROTOCOLS[scheme] : undefined;
  if (protocol === undefined) return undefined;
  const options = Object.fromEntries(address.searchParams);
  address.search = '';
  return {
    protocol,
    address: address.toString(),
    options,
    hasPatterns: protocol !== 'kafka' && options['streams'] === undefined,
  };
}

function printOptions(scheme: string, names: readonly string[]): string {
  return names.length === 0 ? `${scheme} has none` : `${scheme} has only ${names.join(', ')}`;
}
