import { ProblemsError } from '../../errors/problem.ts';
import type { Binding } from '../../model/binding.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { findBindingUrlFaults, type Protocol, toProtocol, urlOf } from '../../subgraph/check-urls.ts';
import { createReport } from '../../subgraph/report.ts';
import type { BindingClient } from './binding-client.ts';
import type { SharedBrokers } from './brokers/shared-brokers.ts';
import { createFunctionClient } from './function.ts';
import { createGrpcClient } from './grpc.ts';
import type { LambdaSettings } from './lambda.ts';
import { createQueueClient } from './queue.ts';
import { createRestClient } from './rest.ts';
import type { TlsFiles } from './tls-files.ts';

export type ClientsOptions = {
  readonly subgraph: SubgraphSchema;
  /** URLs of further services by `@source(name:)`. */
  readonly sources?: Readonly<Record<string, string>> | undefined;
  /** What of the caller's request is passed on. */
  readonly headers: (context: RequestContext) => Readonly<Record<string, string>>;
  /** How services are spoken to over TLS, by their `@source(name:)`; undefined for the subgraph's own. */
  readonly tlsOf?: ((source: string | undefined) => TlsFiles | undefined) | undefined;
  /** Shared with the other subgraphs that speak to the same broker; connections of their own when absent. */
  readonly brokers?: SharedBrokers | undefined;
  /** The most that is read of an answer. */
  readonly answerBytes?: number | undefined;
  /** How long a stream may be silent before it is taken for lost. */
  readonly streamIdleMs?: number | undefined;
  /** For functions at AWS. */
  readonly aws?: LambdaSettings | undefined;
};

/** The clients of one subgraph's services, one for each protocol and URL. */
export type Clients = {
  readonly of: (binding: Binding) => BindingClient;
  readonly close: () => Promise<void>;
};

/** Connects to nothing yet. Throws ProblemsError if a service has no URL, or one that its directive can't speak to. */
export function createClients(options: ClientsOptions): Clients {
  const { subgraph } = options;
  const bindings = [...subgraph.fieldBindings.values(), ...subgraph.entityBindings.values()];
  const services = { name: subgraph.name, url: subgraph.url, sources: options.sources };
  const report = createReport(subgraph.name);
  findBindingUrlFaults(bindings, services).forEach(report.error);
  if (report.problems.length > 0) throw new ProblemsError(report.problems);
  const clients = new Map<string, BindingClient>();

  function of(binding: Binding): BindingClient {
    const protocol = toProtocol(binding);
    const url = urlOf(binding, services) ?? '';
    const tls = options.tlsOf?.(binding.source);
    const id = JSON.stringify([protocol, url, tls === undefined ? null : binding.source]);
    const known = clients.get(id);
    if (known !== undefined) return known;
    const client = createClient({ protocol, url, tls }, options);
    clients.set(id, client);
    return client;
  }

  return {
    of,
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

type ServiceAddress = { readonly protocol: Protocol; readonly url: string; readonly tls: TlsFiles | undefined };

function createClient(
  { protocol, url, tls }: ServiceAddress,
  { subgraph, headers, brokers, aws, answerBytes, streamIdleMs }: ClientsOptions,
): BindingClient {
  // A client is only ever asked for bindings of its own protocol: `of` chooses it by the binding.
  switch (protocol) {
    case 'rest':
      return createRestClient({ url, subgraph, headers, answerBytes, streamIdleMs }) as BindingClient;
    case 'grpc':
      return createGrpcClient({ url, subgraph, headers, tls, answerBytes, streamIdleMs }) as BindingClient;
    case 'function':
      return createFunctionClient({ url, subgraph, headers, aws, answerBytes }) as BindingClient;
    case 'queue':
      return createQueueClient({ url, subgraph, tls, brokers }) as BindingClient;
  }
}
