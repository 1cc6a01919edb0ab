import type { Config } from '../config/schema.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import type { UpstreamIdentity } from '../security/upstream-identity.ts';
import type { SharedBrokers } from '../sources/bound/brokers/shared-brokers.ts';
import { type Clients, createClients } from '../sources/bound/clients.ts';
import { readServiceTls } from './read-service-tls.ts';

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

export type BoundServices = {
  readonly subgraph: SubgraphSchema;
  readonly config: SubgraphConfig | undefined;
  readonly headers: UpstreamIdentity;
  readonly brokers: SharedBrokers;
  readonly answerBytes: number | undefined;
  readonly streamIdleMs?: number | undefined;
};

/** The clients of a bound subgraph's services, as the config says. Throws ProblemsError where it can't be called. */
export async function openBoundClients({
  subgraph,
  config,
  headers,
  brokers,
  answerBytes,
  streamIdleMs,
}: BoundServices): Promise<Clients> {
  const sources = Object.entries(config?.sources ?? {}).map(([source, service]) => [source, service.url] as const);
  return createClients({
    subgraph,
    sources: Object.fromEntries(sources),
    headers,
    tlsOf: await readServiceTls(subgraph.name, config),
    brokers,
    answerBytes,
    streamIdleMs,
    aws: config?.aws,
  });
}
