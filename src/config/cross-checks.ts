import { closestWord } from './closest-word.ts';
import type { ConfigPath } from './config-source.ts';
import type { Config } from './schema.ts';
import { findHeaderFaults, type HeaderFault } from './upstream-headers.ts';
import { findReflectionFaults } from './reflection-faults.ts';
import { findTlsFault } from './service-tls.ts';
import { findUrlFault, HTTP_SCHEMES } from './service-url.ts';
import { findWorkerFaults } from './worker-faults.ts';

/** Something that no setting is to blame for alone. Without `remedy` the message says what to do. */
export type Contradiction = {
  readonly code: 'CONFIG_CONTRADICTION' | 'CONFIG_INVALID_VALUE' | 'CONFIG_FILE_UNREADABLE' | HeaderFault['code'];
  readonly path: ConfigPath;
  readonly message: string;
  readonly remedy?: string;
};

type Finding = Omit<Contradiction, 'code'>;

type SubgraphConfig = NonNullable<Config['graph']['subgraphs']>[string];

const OWN_PATHS = ['/health', '/ready', '/registry'];

/** What contradicts itself in a config whose settings are right one by one. `names` are its subgraphs, faulty ones too. */
export function findContradictions(config: Config, names: readonly string[]): Contradiction[] {
  const subgraphs = Object.entries(config.graph.subgraphs ?? {});
  const contradicting = [
    ...checkGraph(config),
    ...subgraphs.flatMap(([name, subgraph]) => checkSubgraphKind(name, subgraph)),
    ...subgraphs.flatMap(([name, subgraph]) => checkTls(name, subgraph)),
    ...findReflectionFaults(config.graph),
    ...subgraphs.flatMap(([name, subgraph]) => checkAws(name, subgraph)),
    ...checkSubgraphNames(config, names),
    ...checkIssuers(config),
    ...findWorkerFaults(config),
  ];
  const invalid = [
    ...subgraphs.flatMap(([name, subgraph]) => checkUrls(name, subgraph)),
    ...checkJwks(config),
    ...checkStore(config),
    ...checkListenPath(config),
  ];
  return [
    ...contradicting.map((finding) => ({ code: 'CONFIG_CONTRADICTION', ...finding }) as const),
    ...invalid.map((finding) => ({ code: 'CONFIG_INVALID_VALUE', ...finding }) as const),
    ...findHeaderFaults(config.auth.upstream),
  ];
}

function checkAws(name: string, { aws = {} }: SubgraphConfig): Finding[] {
  const { accessKeyId, secretAccessKey, sessionToken, profile } = aws;
  const path = ['graph', 'subgraphs', name, 'aws'];
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined) || (sessionToken && !accessKeyId))
    return [
      { path, message: `aws of "${name}" has a part of credentials: accessKeyId and secretAccessKey belong together.` },
    ];
  if (profile === undefined || accessKeyId === undefined) return [];
  return [{ path, message: `aws of "${name}" has both a profile and credentials. Take one of them out.` }];
}

function checkGraph({ graph }: Config): Finding[] {
  const { subgraphs, supergraph, registry } = graph;
  const found: Finding[] = [];
  if (subgraphs !== undefined && supergraph !== undefined) {
    found.push({
      path: ['graph', 'supergraph'],
      message: 'graph has both subgraphs and a supergraph, and can be served from one of them only.',
      remedy: 'Take one of them out.',
    });
  }
  if (registry !== undefined && supergraph !== undefined) {
    found.push({
      path: ['graph', 'supergraph'],
      message: 'graph has both a registry and a supergraph: a registry composes its own.',
      remedy: 'Take one of them out; `graph.subgraphs` can seed an empty registry.',
    });
  }
  if (supergraph === undefined && registry === undefined && Object.keys(subgraphs ?? {}).length === 0) {
    found.push({
      path: ['graph'],
      message: 'graph names nothing to serve.',
      remedy: 'Give it subgraphs, a supergraph or a registry.',
    });
  }
  return found;
}

/** A subgraph's fields are fetched in one way: services by URL, stitched services, or resolvers. */
function checkSubgraphKind(name: string, subgraph: SubgraphConfig): Finding[] {
  const at = ['graph', 'subgraphs', name];
  const { url, proto, reflection, tls, sources, stitch, resolvers } = subgraph;
  const services = Object.entries({ url, proto, reflection, tls, sources }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  const local = Object.entries({ stitch, resolvers }).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const [kind, secondKind] = local;
  if (kind === undefined) {
    if (url !== undefined || sources !== undefined) return [];
    const message = `Nothing says where the fields of "${name}" come from.`;
    return [{ path: at, message, remedy: 'Give it a url, resolvers or stitch.' }];
  }
  if (secondKind !== undefined) {
    return [
      { path: [...at, secondKind], message: `"${name}" has both stitch and resolvers. Make them two subgraphs.` },
    ];
  }
  const found = services.map((key) => ({
    path: [...at, key],
    message: `"${name}" has both ${kind} and ${key}. Take one of them out.`,
  }));
  const nothing = stitch !== undefined && Object.keys(stitch).length === 0;
  return nothing ? [...found, { path: [...at, 'stitch'], message: `stitch of "${name}" names no service.` }] : found;
}

function checkTls(name: string, { url, tls, sources = {} }: SubgraphConfig): Finding[] {
  const at = ['graph', 'subgraphs', name];
  return [
    ...[findTlsFault(at, { url, tls })].flatMap((fault) => fault ?? []),
    ...Object.entries(sources).flatMap(([key, source]) => findTlsFault([...at, 'sources', key], source) ?? []),
  ];
}

function checkUrls(name: string, { url, sources, stitch }: SubgraphConfig): Finding[] {
  const at = ['graph', 'subgraphs', name];
  return [
    ...urlFault([...at, 'url'], url),
    ...Object.entries(sources ?? {}).flatMap(([key, source]) => urlFault([...at, 'sources', key, 'url'], source.url)),
    ...Object.entries(stitch ?? {}).flatMap(([key, service]) => httpFault([...at, 'stitch', key, 'url'], service.url)),
  ];
}

function urlFault(path: ConfigPath, url: string | undefined): Finding[] {
  const fault = url === undefined ? undefined : findUrlFault(url);
  return fault === undefined ? [] : [{ path, message: `${path.join('.')} ${fault}.` }];
}

function httpFault(path: ConfigPath, url: string): Finding[] {
  const fault = findUrlFault(url, HTTP_SCHEMES);
  return fault === undefined ? [] : [{ path, message: `${path.join('.')} ${fault}.` }];
}

// With a supergraph or a registry, names can be of subgraphs that the config does not know.
function checkSubgraphNames({ graph, traffic, auth }: Config, names: readonly string[]): Finding[] {
  if (graph.supergraph !== undefined || graph.registry !== undefined) return [];
  const named: ConfigPath[] = [
    ...Object.keys(traffic.subgraphs ?? {}).map((name) => ['traffic', 'subgraphs', name]),
    ...Object.keys(auth.upstream ?? {}).map((name) => ['auth', 'upstream', name]),
  ];
  return named.flatMap((path) => {
    const name = String(path.at(-1));
    if (names.includes(name)) return [];
    const meant = closestWord(name, names);
    const remedy = meant === undefined ? `Subgraphs: ${names.join(', ')}.` : `Did you mean "${meant}"?`;
    return [{ path, message: `graph.subgraphs has no "${name}", which ${path.slice(0, -1).join('.')} names.`, remedy }];
  });
}

function checkIssuers({ auth }: Config): Finding[] {
  const issuers = (auth.jwt ?? []).map(({ issuer }) => issuer);
  return issuers.flatMap((issuer, index) =>
    issuers.indexOf(issuer) === index
      ? []
      : [
          {
            path: ['auth', 'jwt', index, 'issuer'],
            message: `The issuer "${issuer}" is there twice. Merge the entries.`,
          },
        ],
  );
}

function checkJwks({ auth }: Config): Finding[] {
  return (auth.jwt ?? []).flatMap(({ jwks }, index) =>
    jwks.includes('://') ? httpFault(['auth', 'jwt', index, 'jwks'], jwks) : [],
  );
}

function checkStore({ graph }: Config): Finding[] {
  const { registry } = graph;
  if (registry === undefined || /^sqlite:./.test(registry.store)) return [];
  return [
    {
      path: ['graph', 'registry', 'store'],
      message: 'graph.registry.store: expected sqlite: and a file.',
      remedy: 'Write sqlite:./selvedge.db, or sqlite::memory: to keep nothing.',
    },
  ];
}

function checkListenPath({ listen }: Config): Finding[] {
  const taken = OWN_PATHS.find((own) => listen.path === own || listen.path.startsWith(`${own}/`));
  return taken === undefined
    ? []
    : [
        {
          path: ['listen', 'path'],
          message: `listen.path: ${taken} is an address of the gateway itself. Choose another.`,
        },
      ];
}
