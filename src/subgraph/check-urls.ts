import { BROKER_SCHEMES, readBrokerUrl } from '../config/broker-url.ts';
import { findUrlFault, FUNCTION_SCHEMES, HTTP_SCHEMES } from '../config/service-url.ts';
import type { Binding } from '../model/binding.ts';
import type { SubgraphInput, SubgraphKind } from '../model/subgraph.ts';
import type { Fault } from './report.ts';

/** What is spoken to a service that bindings call. */
export type Protocol = 'rest' | 'grpc' | 'queue' | 'function';

const SCHEMES: Readonly<Record<Protocol, readonly string[]>> = {
  rest: HTTP_SCHEMES,
  grpc: ['grpc', 'grpcs'],
  queue: BROKER_SCHEMES,
  function: FUNCTION_SCHEMES,
};

/** Where a subgraph's services are: its own, and those that `@source(name:)` names. */
export type ServiceUrls = Pick<SubgraphInput, 'name' | 'url' | 'sources'>;

/**
 * What keeps a subgraph's services from being called at their URLs. Nothing is known of them where none is given, and
 * of a further one without a URL `@source` is told.
 */
export function findUrlFaults(
  kind: SubgraphKind,
  input: SubgraphInput,
  bindings: readonly Binding[],
): readonly Fault[] {
  if (input.url === undefined && input.sources === undefined) return [];
  switch (kind) {
    case 'graphql':
      return findGraphqlFault(input);
    case 'bound':
      return findBindingUrlFaults(
        bindings.filter((binding) => binding.source === undefined || urlOf(binding, input) !== undefined),
        input,
      );
    case 'resolvers':
    case 'stitched':
      return [];
  }
}

/** What keeps bindings from being called at their services' URLs: one fault for all that one URL is wrong for. */
export function findBindingUrlFaults(bindings: readonly Binding[], services: ServiceUrls): readonly Fault[] {
  const faults = bindings.flatMap((binding) => {
    const fault = findBindingUrlFault(binding, services);
    return fault === undefined ? [] : [{ binding, fault }];
  });
  const alike = Map.groupBy(faults, ({ binding, fault }) =>
    fault.code === 'URL_MISSING_OR_WRONG' ? `${fault.remedy} @${binding.kind}` : binding.coordinate,
  );
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` So are ${others.length} more: ${listSome(others)}.`;
    return [{ ...first.fault, message: first.fault.message + more }];
  });
}

const MOST_NAMED = 3;

function listSome(faults: readonly { readonly binding: Binding }[]): string {
  const named = faults.slice(0, MOST_NAMED).map(({ binding }) => `"${binding.coordinate}"`);
  return [...named, ...(faults.length > MOST_NAMED ? ['…'] : [])].join(', ');
}

function findBindingUrlFault(binding: Binding, services: ServiceUrls): Fault | undefined {
  const url = urlOf(binding, services);
  const schemes = SCHEMES[toProtocol(binding)];
  const fault = url === undefined ? 'is missing' : findUrlFault(url, schemes);
  if (fault === undefined) return url === undefined ? undefined : findPatternFault(binding, url);
  const key = binding.source === undefined ? 'url' : `sources.${binding.source}.url`;
  return {
    code: 'URL_MISSING_OR_WRONG',
    message: `"${binding.coordinate}" is called by @${binding.kind}, but the URL of its service ${fault}.`,
    remedy: toRemedy(`graph.subgraphs.${services.name}.${key}`, schemes),
    coordinate: binding.coordinate,
    at: binding.place,
  };
}

function findPatternFault(binding: Binding, url: string): Fault | undefined {
  if (binding.kind !== 'subscribe' || readBrokerUrl(url)?.hasPatterns !== false) return undefined;
  if (!/(^|\.)[*>](\.|$)/.test(binding.topic.text)) return undefined;
  return {
    code: 'TOPIC_PATTERN_UNSUPPORTED',
    message: `"${binding.coordinate}" listens to "${binding.topic.text}", but its broker, which keeps each topic by itself, has no patterns.`,
    remedy: 'Name one topic, or use a broker that has patterns: NATS, AMQP, MQTT, Redis without streams.',
    coordinate: binding.coordinate,
    at: binding.place,
  };
}

/** The URL that a binding calls. */
export function urlOf({ source }: Binding, { url, sources = {} }: ServiceUrls): string | undefined {
  if (source === undefined) return url;
  return Object.hasOwn(sources, source) ? sources[source] : undefined;
}

export function toProtocol({ kind }: Binding): Protocol {
  switch (kind) {
    case 'rest':
    case 'grpc':
    case 'function':
      return kind;
    case 'request':
    case 'publish':
    case 'subscribe':
      return 'queue';
  }
}

function findGraphqlFault({ name, url }: SubgraphInput): readonly Fault[] {
  const fault = url === undefined ? undefined : findUrlFault(url, HTTP_SCHEMES);
  if (fault === undefined) return [];
  const remedy = `${toRemedy(`graph.subgraphs.${name}.url`, HTTP_SCHEMES)} Or say by directives how the fields are called: @rest, @grpc, @request, @publish, @subscribe, @function.`;
  return [
    {
      code: 'URL_MISSING_OR_WRONG',
      message: `Subgraph "${name}" calls nothing by a directive, so it is asked in GraphQL, but its URL ${fault}.`,
      remedy,
      at: undefined,
    },
  ];
}

function toRemedy(key: string, schemes: readonly string[]): string {
  const allowed = schemes.map((scheme) => `"${scheme}:"`).join(' or ');
  return `Set ${key} in the gateway's config (or publish with --url) to a URL that begins with ${allowed}.`;
}
