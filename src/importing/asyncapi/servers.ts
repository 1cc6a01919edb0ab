import { childOf, childrenOf, type Description, type Located, textOf } from '../description.ts';
import { importFault } from '../import-fault.ts';
import { fillInVariables } from '../server-url.ts';

/** AsyncAPI's names of what brokers speak, as the schemes of their URLs. */
const schemes: ReadonlyMap<string, string> = new Map([
  ['nats', 'nats'],
  ['amqp', 'amqp'],
  ['amqps', 'amqps'],
  ['mqtt', 'mqtt'],
  ['mqtt5', 'mqtt'],
  ['mqtts', 'mqtts'],
  ['secure-mqtt', 'mqtts'],
  ['redis', 'redis'],
  ['rediss', 'rediss'],
  ['kafka', 'kafka'],
  ['kafka-secure', 'kafkas'],
]);

/** What has no broker between the service and its clients. */
const direct: ReadonlySet<string> = new Set(['ws', 'wss', 'http', 'https', 'mercure', 'stomp', 'stomps']);

/** Throws where clients speak to the service itself: a gateway between them has no topics. */
export function assertBroker(description: Description): void {
  const servers = serversOf(description);
  const [first] = servers;
  if (first === undefined || !servers.every((server) => direct.has(protocolOf(server)))) return;
  const spoken = [...new Set(servers.map(protocolOf))].join(' and ');
  throw importFault('IMPORT_UNSUPPORTED', `Its servers speak ${spoken}, which is no broker's.`, {
    remedy: 'Topics are those of NATS, AMQP, MQTT, Redis or Kafka. What answers over HTTP is described by OpenAPI.',
    place: description.placeOf(first),
  });
}

/** The URL that the config needs. */
export function describeBroker(description: Description, subgraph: string): string {
  const key = `graph.subgraphs.${subgraph}.url`;
  const servers = serversOf(description);
  const server = servers.find((candidate) => schemes.has(protocolOf(candidate)));
  const [first] = servers;
  if (server === undefined) {
    const found = first === undefined ? '' : ` (its servers speak ${protocolOf(first)})`;
    return `${key}: a broker's URL of nats, amqp, mqtt, redis or kafka${found}`;
  }
  const place = textOf(server, 'host') ?? textOf(server, 'url')?.replace(/^[\w+.-]+:\/\//, '') ?? 'HOST:PORT';
  return `${key}: ${schemes.get(protocolOf(server)) ?? ''}://${fillInVariables(place, server)}`;
}

function serversOf({ root, follow }: Description): readonly Located[] {
  return childrenOf(childOf(root, 'servers')).flatMap(([, server]) => follow(server) ?? []);
}

function protocolOf(server: Located): string {
  return (textOf(server, 'protocol') ?? '').toLowerCase();
}
