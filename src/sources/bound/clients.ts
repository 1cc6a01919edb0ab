import { findUrlFault } from '../../config/service-url.ts';
import { type Problem, ProblemsError } from '../../errors/problem.ts';
import type { Binding } from '../../model/binding.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import type { BindingClient } from './binding-client.ts';
import type { SharedBrokers } from './brokers/shared-brokers.ts';
import { createGrpcClient } from './grpc.ts';
import { createQueueClient } from './queue.ts';
import { createRestClient } from './rest.ts';

export type ClientsOptions = {
  readonly subgraph: SubgraphSchema;
  /** URLs of further services by `@source(name:)`. */
  readonly sources?: Readonly<Record<string, string>> | undefined;
  /** What of the caller's request is passed on. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  /** Shared with the other subgraphs that speak to the same broker; connections of their own when absent. */
  readonly brokers?: SharedBrokers | undefined;
};

/** The clients of one subgraph's services, one for each protocol and URL. */
export type Clients = {
  readonly of: (binding: Binding) => BindingClient;
  readonly close: () => Promise<void>;
};

type Protocol = 'rest' | 'grpc' | 'queue';

const SCHEMES: Readonly<Record<Protocol, readonly string[]>> = {
  rest: ['http:', 'https:'],
  grpc: ['grpc:', 'grpcs:'],
  queue: ['memory:', 'mqtt:', 'mqtts:', 'nats:', 'amqp:', 'amqps:', 'redis:', 'rediss:'],
};

/** Connects to nothing yet. Throws ProblemsError if a service has no URL, or one that its directive can't speak to. */
export function createClients(options: ClientsOptions): Clients {
  const { subgraph } = options;
  const bindings = [...subgraph.fieldBindings.values(), ...subgraph.entityBindings.values()];
  const problems = bindings.flatMap((binding) => checkUrl(binding, options));
  if (problems.length > 0) throw new ProblemsError(problems);
  const clients = new Map<string, BindingClient>();

  function of(binding: Binding): BindingClient {
    const protocol = toProtocol(binding);
    const url = urlOf(binding, options) ?? '';
    const known = clients.get(`${protocol} ${url}`);
    if (known !== undefined) return known;
    const client = createClient(protocol, url, options);
    clients.set(`${protocol} ${url}`, client);
    return client;
  }

  return {
    of,
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function createClient(protocol: Protocol, url: string, { subgraph, headers, brokers }: ClientsOptions): BindingClient {
  // A client is only ever asked for bindings of its own protocol: `of` chooses it by the binding.
  switch (protocol) {
    case 'rest':
      return createRestClient({ url, subgraph, headers }) as BindingClient;
    case 'grpc':
      return createGrpcClient({ url, subgraph, headers }) as BindingClient;
    case 'queue':
      return createQueueClient({ url, subgraph, brokers }) as BindingClient;
  }
}

function toProtocol({ kind }: Binding): Protocol {
  switch (kind) {
    case 'rest':
    case 'grpc':
      return kind;
    case 'request':
    case 'publish':
    case 'subscribe':
      return 'queue';
  }
}

function urlOf({ source }: Binding, { subgraph, sources = {} }: ClientsOptions): string | undefined {
  if (source === undefined) return subgraph.url;
  return Object.hasOwn(sources, source) ? sources[source] : undefined;
}

function checkUrl(binding: Binding, options: ClientsOptions): readonly Problem[] {
  const url = urlOf(binding, options);
  const schemes = SCHEMES[toProtocol(binding)];
  const isUsable = url !== undefined && findUrlFault(url) === undefined;
  if (isUsable && schemes.includes(new URL(url).protocol)) return [];
  const { name } = options.subgraph;
  const key =
    binding.source === undefined
      ? `graph.subgraphs.${name}.url`
      : `graph.subgraphs.${name}.sources.${binding.source}.url`;
  return [
    {
      severity: 'error',
      code: 'URL_MISSING_OR_WRONG',
      message: `"${binding.coordinate}" is fetched by @${binding.kind}, but ${url === undefined ? 'its service has no URL' : `its service's URL begins with "${url.split(':')[0]}:"`}.`,
      remedy: `Set ${key} in the gateway's config to a URL that begins with ${schemes.map((scheme) => `"${scheme}"`).join(' or ')}.`,
      coordinate: binding.coordinate,
      subgraph: name,
      places: [binding.place],
    },
  ];
}
