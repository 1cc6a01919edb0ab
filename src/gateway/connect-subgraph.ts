import type { DocumentNode } from 'graphql';
import type { Config } from '../config/schema.ts';
import { findUrlFault, HTTP_SCHEMES } from '../config/service-url.ts';
import { readSourceFile, toDisplayName } from '../config/source-file.ts';
import { type Problem, ProblemsError } from '../errors/problem.ts';
import type { CallPolicy, Protect } from '../model/call.ts';
import type { Source } from '../model/source.ts';
import type { SubgraphKind, SubgraphSchema } from '../model/subgraph.ts';
import type { Log } from '../observability/log.ts';
import { createUpstreamIdentity, type UpstreamIdentity } from '../security/upstream-identity.ts';
import { createOfflineBrokers } from '../sources/bound/brokers/offline-brokers.ts';
import { createSharedBrokers, type SharedBrokers } from '../sources/bound/brokers/shared-brokers.ts';
import { shareSubscriptions } from '../sources/share-subscriptions.ts';
import { forgetAfterMutations } from '../sources/forget-after-mutations.ts';
import { createGraphqlSource } from '../sources/graphql/graphql-source.ts';
import type { ServiceSchemas } from '../sources/local/service-schemas.ts';
import { readFetchPolicy } from '../subgraph/fetch-policy.ts';
import { createProtect, createProtectStream } from '../traffic/protect.ts';
import type { Tape } from '../traffic/tape.ts';
import { createBrokerLog } from './broker-log.ts';
import { createExecuteOnSubgraph, type ExecuteOnSubgraph } from './execute-on-subgraph.ts';
import { createSubscribeToSubgraph, type SubscribeToSubgraph } from './subscribe-to-subgraph.ts';
import type { LoadedGraph } from './load-graph.ts';
import { createStreamLog } from './stream-log.ts';
import { createIdentityOf } from './subscriber-identity.ts';
import { answerBytesOf, trafficOf } from './traffic-settings.ts';
import { subscriptionsOf, type SubscriptionSettings, toSocketUrl } from './subscription-settings.ts';

export type ConnectSettings = {
  readonly config: Config;
  readonly log: Log;
  /** Records what services answer, or answers for them. */
  readonly tape?: Tape | undefined;
  /** What stitched services said before, for when they cannot be asked. */
  readonly schemas?: ServiceSchemas | undefined;
};

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

/** What a source is made from, whatever its kind. */
type Connection = {
  readonly name: string;
  /** Undefined where the supergraph was composed elsewhere. */
  readonly subgraph: SubgraphSchema | undefined;
  readonly kind: SubgraphKind;
  readonly url: string | undefined;
  readonly config: SubgraphConfig | undefined;
  readonly protect: Protect;
  /** The most that is read of an answer. */
  readonly answerBytes: number | undefined;
  readonly protectStream: ReturnType<typeof createProtectStream>;
  readonly headers: UpstreamIdentity;
  /** The headers of the client's request that the service may be told of. */
  readonly forward: readonly string[];
  readonly subscriptions: SubscriptionSettings;
  readonly brokers: SharedBrokers;
  readonly graph: LoadedGraph;
  readonly execute: ExecuteOnSubgraph;
  readonly subscribe: SubscribeToSubgraph;
  readonly schemas: ServiceSchemas | undefined;
  readonly log: Log;
};

/** Every subgraph's source, by name. No service is called yet: one that is down now may come back. Throws ProblemsError. */
export async function connectSubgraphs(
  graph: LoadedGraph,
  { config, log, tape, schemas }: ConnectSettings,
): Promise<ReadonlyMap<string, Source>> {
  const sources = new Map<string, Source>();
  const brokers = openBrokers(tape, log);
  const onBreak = createStreamLog(log);
  const execute = createExecuteOnSubgraph(graph, sources);
  const subscribe = createSubscribeToSubgraph(graph, sources);
  const problems: Problem[] = [];
  const identityOf = createUpstreamIdentity(config.auth.upstream);
  const toConnection = (name: string, url: string | undefined): Connection => {
    const subgraph = graph.subgraphs.get(name);
    const { kind = 'graphql' } = subgraph ?? {};
    const traffic = { subgraph: name, ...trafficOf(config, name) };
    const subscriptions = subscriptionsOf(config, name, kind);
    return {
      name,
      subgraph,
      kind,
      url: subgraph?.url ?? url,
      config: config.graph.subgraphs?.[name],
      protect: createProtect({ ...traffic, tape }),
      protectStream: createProtectStream({
        ...traffic,
        reopenMs: subscriptions.reopen,
        onBreak: (error) => onBreak(name, error),
      }),
      answerBytes: answerBytesOf(config, name),
      headers: identityOf(name),
      forward: config.auth.upstream?.[name]?.forward ?? [],
      subscriptions,
      brokers,
      graph,
      execute,
      subscribe,
      schemas,
      log,
    };
  };
  for (const { name, url } of graph.supergraph.subgraphs) {
    const source = await collecting(problems, () => connect(toConnection(name, url), tape));
    if (source !== undefined) sources.set(name, source);
  }
  if (problems.length === 0) return sources;
  await Promise.all([...sources.values()].map((source) => source.close()));
  throw new ProblemsError(problems);
}

/** A subgraph's source, with what holds for every kind of source. */
async function connect(connection: Connection, tape: Tape | undefined): Promise<Source> {
  const source = withTape(withReopening(await connectKind(connection), connection), connection.name, tape);
  const identityOf = createIdentityOf(connection.subgraph, connection);
  const shares = connection.subscriptions.share !== false && identityOf !== undefined;
  return forgetAfterMutations(shares ? shareSubscriptions(source, identityOf) : source);
}

/** Resolvers' streams are their own; those of services that they read are opened again by these services' sources. */
function withReopening(source: Source, { kind, subgraph, protectStream }: Connection): Source {
  if (kind === 'resolvers') return source;
  const policyIn = policyOf(subgraph);
  return {
    ...source,
    prepareSubscription: (fetch) => protectStream(source.prepareSubscription(fetch), policyIn(fetch.document)),
  };
}

function openBrokers(tape: Tape | undefined, log: Log): SharedBrokers {
  return tape?.isReplay === true ? createOfflineBrokers() : createSharedBrokers(createBrokerLog(log));
}

/** Streams are no calls: what is recorded of them are the events as the rest of the plan gets them. */
function withTape(source: Source, name: string, tape: Tape | undefined): Source {
  if (tape === undefined) return source;
  return {
    ...source,
    prepareSubscription: (fetch) => tape.subscription(source.prepareSubscription(fetch), name, fetch.operation),
  };
}

/** What `make` gives; undefined where it throws ProblemsError, whose problems are put to the others. */
async function collecting<T>(problems: Problem[], make: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

// What only some graphs have is loaded for those: its packages are a third of a start and of its memory.
function connectKind(connection: Connection): Source | Promise<Source> {
  switch (connection.kind) {
    case 'graphql':
      return connectGraphql(connection);
    case 'bound':
      return connectBound(connection);
    case 'resolvers':
      return connectResolvers(connection);
    case 'stitched':
      return connectStitched(connection);
  }
}

function connectGraphql(connection: Connection): Source {
  const { name, subgraph, url, protect, headers, subscriptions, answerBytes } = connection;
  const remedy =
    subgraph === undefined
      ? `In a supergraph composed elsewhere every subgraph is a GraphQL service, at the http or https URL of its join__graph. How others are called is known only where they are named: graph.subgraphs.${name}, instead of graph.supergraph.`
      : `Set graph.subgraphs.${name}.url to a URL that begins with "http:" or "https:".`;
  if (url === undefined || url === '') throw misconfigured(name, 'has no URL.', remedy);
  const fault = findUrlFault(url, HTTP_SCHEMES);
  if (fault !== undefined) throw misconfigured(name, `cannot be asked: its URL ${fault}.`, remedy);
  return createGraphqlSource({
    name,
    url,
    protect,
    answerBytes,
    headers,
    policyOf: policyOf(subgraph),
    socketUrl: toSocketUrl(url, subscriptions),
    idleMs: subscriptions.idle,
  });
}

async function connectBound(connection: Connection): Promise<Source> {
  const { name, subgraph, url, config, protect, headers, forward, brokers, answerBytes, subscriptions } = connection;
  if (subgraph === undefined) throw misconfigured(name, 'has no schema.', `Set graph.subgraphs.${name}.schema.`);
  const { createBoundSource } = await import('../sources/bound/bound-source.ts');
  const { openBoundClients } = await import('./bound-clients.ts');
  const services = { subgraph: { ...subgraph, url }, config, headers, brokers, answerBytes };
  const clients = await openBoundClients({ ...services, streamIdleMs: subscriptions.idle });
  return createBoundSource({ subgraph, clients, protect, forward });
}

async function connectResolvers({
  name,
  subgraph,
  config,
  protect,
  graph,
  execute,
  subscribe,
}: Connection): Promise<Source> {
  const module = config?.resolvers;
  if (subgraph === undefined || module === undefined) {
    throw misconfigured(name, 'has no resolvers.', `Set graph.subgraphs.${name}.resolvers.`);
  }
  const { createResolverSource } = await import('../sources/local/resolver-source.ts');
  const { loadResolvers } = await import('../sources/local/load-resolvers.ts');
  const { createServices } = await import('../sources/local/services.ts');
  return createResolverSource({
    subgraph,
    module: toDisplayName(module),
    resolvers: await loadResolvers(module),
    services: createServices({ subgraph: name, subgraphs: graph.subgraphs, execute, subscribe }),
    protect,
    policyOf: policyOf(subgraph),
  });
}

async function connectStitched(connection: Connection): Promise<Source> {
  const { name, subgraph, config, protect, headers, subscriptions, answerBytes, schemas, log } = connection;
  if (subgraph === undefined || config?.stitch === undefined) {
    throw misconfigured(name, 'has no services to stitch.', `Set graph.subgraphs.${name}.stitch.`);
  }
  const { createStitchedSource } = await import('../sources/local/stitched-source.ts');
  return createStitchedSource({
    subgraph,
    services: await readStitchedServices(config.stitch, subscriptions),
    protect,
    answerBytes,
    headers,
    policyOf: policyOf(subgraph),
    schemas,
    onStale: (service, error) =>
      log('warn', `"${service}" of "${name}" could not be asked for its schema. Its last known one holds.`, { error }),
    onUnusable: (error) => log('warn', `Subgraph "${name}" cannot be used`, { error }),
  });
}

async function readStitchedServices(
  stitch: NonNullable<SubgraphConfig['stitch']>,
  subscriptions: SubscriptionSettings,
) {
  const entries = Object.entries(stitch).map(async ([name, { url, schema }]) => {
    const sdl = schema === undefined ? undefined : await readSourceFile(schema);
    return [name, { url, sdl, socketUrl: toSocketUrl(url, subscriptions), idleMs: subscriptions.idle }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function policyOf(subgraph: SubgraphSchema | undefined): (document: DocumentNode) => CallPolicy {
  return subgraph === undefined ? () => ({}) : (document) => readFetchPolicy(subgraph, document);
}

function misconfigured(subgraph: string, message: string, remedy: string): ProblemsError {
  return new ProblemsError([
    {
      severity: 'error',
      code: 'SUBGRAPH_NOT_CONNECTED',
      message: `Subgraph "${subgraph}" ${message}`,
      remedy,
      subgraph,
      places: [],
    },
  ]);
}
