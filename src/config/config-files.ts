import path from 'node:path';
import type { ConfigPath } from './config-source.ts';
import type { Config } from './schema.ts';
import { type ServiceTls, tlsFiles } from './service-tls.ts';

/** A file that the config names: where it is named, and its absolute path. */
export type ConfigFile = { readonly path: ConfigPath; readonly file: string };

/** The same config with absolute paths. Relative ones are relative to `base`. */
export function resolvePaths(config: Config, base: string): Config {
  const absolute = (file: string): string => path.resolve(base, file);
  const { subgraphs, supergraph, registry, ...graph } = config.graph;
  return {
    ...config,
    graph: {
      ...graph,
      ...(supergraph === undefined ? {} : { supergraph: absolute(supergraph) }),
      ...(registry === undefined ? {} : { registry: { ...registry, store: resolveStore(registry.store, base) } }),
      ...(subgraphs === undefined
        ? {}
        : { subgraphs: mapValues(subgraphs, (subgraph) => resolveSubgraph(subgraph, absolute)) }),
    },
    auth: {
      ...config.auth,
      ...(config.auth.jwt === undefined
        ? {}
        : { jwt: config.auth.jwt.map((jwt) => (isUrl(jwt.jwks) ? jwt : { ...jwt, jwks: absolute(jwt.jwks) })) }),
    },
  };
}

/** Every file that a config with absolute paths names (not the registry's store, which is made when absent). */
export function listConfigFiles({ graph, auth }: Config): ConfigFile[] {
  return [
    ...(graph.supergraph === undefined ? [] : [{ path: ['graph', 'supergraph'], file: graph.supergraph }]),
    ...Object.entries(graph.subgraphs ?? {}).flatMap(([name, subgraph]) =>
      listSubgraphFiles(['graph', 'subgraphs', name], subgraph),
    ),
    ...(auth.jwt ?? []).flatMap(({ jwks }, index) =>
      isUrl(jwks) ? [] : [{ path: ['auth', 'jwt', index, 'jwks'], file: jwks }],
    ),
  ];
}

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

function resolveSubgraph(subgraph: SubgraphConfig, absolute: (file: string) => string): SubgraphConfig {
  const { proto, reflection, resolvers, stitch, tls, sources } = subgraph;
  return {
    ...subgraph,
    schema: subgraph.schema.map(absolute),
    ...(proto === undefined ? {} : { proto: proto.map(absolute) }),
    ...(typeof reflection === 'string' ? { reflection: absolute(reflection) } : {}),
    ...(tls === undefined ? {} : { tls: resolveTls(tls, absolute) }),
    ...(sources === undefined
      ? {}
      : {
          sources: mapValues(sources, (source) => ({
            ...source,
            ...(typeof source.reflection === 'string' ? { reflection: absolute(source.reflection) } : {}),
            ...(source.tls === undefined ? {} : { tls: resolveTls(source.tls, absolute) }),
          })),
        }),
    ...(resolvers === undefined ? {} : { resolvers: absolute(resolvers) }),
    ...(stitch === undefined
      ? {}
      : {
          stitch: mapValues(stitch, (service) =>
            service.schema === undefined ? service : { ...service, schema: absolute(service.schema) },
          ),
        }),
  };
}

function resolveTls(tls: ServiceTls, absolute: (file: string) => string): ServiceTls {
  return { ...tls, ...Object.fromEntries(tlsFiles(tls).map(([key, file]) => [key, absolute(file)])) };
}

function listSubgraphFiles(at: readonly string[], subgraph: SubgraphConfig): ConfigFile[] {
  const { schema, proto, resolvers, stitch, tls, sources } = subgraph;
  const listed = (key: string, files: readonly string[]): ConfigFile[] =>
    files.map((file, index) => ({ path: [...at, key, ...(files.length > 1 ? [index] : [])], file }));
  return [
    ...listed('schema', schema),
    ...listed('proto', proto ?? []),
    ...listTlsFiles(at, tls),
    ...Object.entries(sources ?? {}).flatMap(([name, source]) => listTlsFiles([...at, 'sources', name], source.tls)),
    ...(resolvers === undefined ? [] : [{ path: [...at, 'resolvers'], file: resolvers }]),
    ...Object.entries(stitch ?? {}).flatMap(([name, service]) =>
      service.schema === undefined ? [] : [{ path: [...at, 'stitch', name, 'schema'], file: service.schema }],
    ),
  ];
}

function listTlsFiles(at: readonly string[], tls: ServiceTls | undefined): ConfigFile[] {
  return tls === undefined ? [] : tlsFiles(tls).map(([key, file]) => ({ path: [...at, 'tls', key], file }));
}

/** What is no sqlite store stays as it is, for the checks to find. */
function resolveStore(store: string, base: string): string {
  const file = /^sqlite:(.+)$/s.exec(store)?.[1];
  return file === undefined || file === ':memory:' ? store : `sqlite:${path.resolve(base, file)}`;
}

function isUrl(text: string): boolean {
  return text.includes('://');
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
