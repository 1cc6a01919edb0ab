import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBenchData } from './graph-data.ts';
import type { Scenario } from './scenarios.ts';
import { serviceNames } from './service-schemas.ts';

/** What a gateway is started with. */
export type Setting = {
  readonly scenario: string;
  readonly speaks: Scenario['services'];
  /** The gateway's port. */
  readonly port: number;
  /** The services' origin: each is at a path of its name; over gRPC there is one, and for queues it is the broker. */
  readonly services: string;
  /** Whether equal requests that are on their way at the same time are sent once; gateways that can't do it don't. */
  readonly isSharing: boolean;
  /** A folder of this run, with `supergraph.graphql` in it. */
  readonly folder: string;
};

export type Launch = {
  readonly command: readonly string[];
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What it answers instead of the right answer, where it is known to answer so, and is measured all the same. */
  readonly toExpected?: (answer: unknown) => unknown;
};

export type GatewayKind = {
  readonly name: string;
  /** Of `bench/peers`, which has its own packages. */
  readonly isPeer: boolean;
  readonly speaks: readonly Scenario['services'][];
  readonly launch: (setting: Setting) => Launch;
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PEERS = join(ROOT, 'bench/peers');
const TAILCALL = join(PEERS, 'node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall');
const GRAFBASE = join(PEERS, 'node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase');

export const gatewayKinds: readonly GatewayKind[] = [
  { name: 'floor', isPeer: false, speaks: ['graphql', 'rest', 'grpc', 'queue'], launch: launchFloor },
  { name: 'selvedge', isPeer: false, speaks: ['graphql', 'rest', 'grpc', 'queue'], launch: launchSelvedge },
  { name: 'grafbase', isPeer: true, speaks: ['graphql'], launch: launchGrafbase },
  {
    name: 'hive-router',
    isPeer: true,
    speaks: ['graphql'],
    launch: (setting) => launchHive(setting, ['--hive-router-runtime']),
  },
  { name: 'hive', isPeer: true, speaks: ['graphql'], launch: (setting) => launchHive(setting, ['--jit']) },
  { name: 'hive-mesh', isPeer: true, speaks: ['rest'], launch: launchHiveMesh },
  { name: 'mercurius', isPeer: true, speaks: ['graphql'], launch: (setting) => launchScript('mercurius.mjs', setting) },
  { name: 'tailcall', isPeer: true, speaks: ['rest'], launch: launchTailcall },
  { name: 'apollo', isPeer: true, speaks: ['graphql'], launch: (setting) => launchScript('apollo.mjs', setting) },
];

/** A folder for what gateways read, with the supergraph at the services' address. It goes when the process does. */
export function createRunFolder(services: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-bench-'));
  const supergraph = readBenchData('supergraph.graphql').replaceAll('http://0.0.0.0:4200', services);
  writeFileSync(join(folder, 'supergraph.graphql'), supergraph);
  for (const name of serviceNames) writeFileSync(join(folder, `${name}.graphql`), readBenchData(`${name}.graphql`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Selvedge is measured as it is published: built. Gives what the compiler complained of. */
export function buildSelvedge(): string {
  const build = spawnSync('npm', ['run', '-s', 'build'], { cwd: ROOT, encoding: 'utf8' });
  return build.status === 0 ? '' : (build.stdout + build.stderr).trim();
}

/** The peers' packages, as their lock file pins them. Throws if they can't be had. */
export function installPeers(): void {
  if (existsSync(join(PEERS, 'node_modules/.package-lock.json'))) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: PEERS, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The packages of bench/peers could not be installed.');
}

function launchFloor({ scenario, port, services }: Setting): Launch {
  const args = ['--scenario', scenario, '--port', String(port), '--services', services];
  return { command: [process.execPath, join(ROOT, 'bench/floor.ts'), ...args], path: '/' };
}

function launchSelvedge(setting: Setting): Launch {
  const own = setting.speaks === 'graphql' ? toSupergraphFlags(setting) : ['--config', writeSubgraphConfig(setting)];
  const args = ['serve', ...own, '--port', String(setting.port)];
  return { command: [process.execPath, join(ROOT, 'dist/cli/main.js'), ...args], path: '/graphql' };
}

function toSupergraphFlags({ folder, isSharing }: Setting): readonly string[] {
  const config = isSharing ? 'bench/selvedge-sharing.yaml' : 'bench/selvedge.yaml';
  return ['--config', join(ROOT, config), '--supergraph', join(folder, 'supergraph.graphql')];
}

/** Of a scenario whose services are no GraphQL: its schema is `data/SCENARIO.graphql`. */
function writeSubgraphConfig({ scenario, speaks, services, folder, isSharing }: Setting): string {
  const config = join(folder, `${scenario}.yaml`);
  const schema = join(ROOT, `bench/data/${scenario}.graphql`);
  const url = speaks === 'rest' ? `${services}/rest` : services;
  const service = speaks === 'grpc' ? { url, proto: join(ROOT, 'bench/data/grpc.proto') } : { url };
  const subgraphs = { posts: { schema, ...service } };
  writeFileSync(
    config,
    JSON.stringify({ mode: 'production', traffic: { deduplicate: isSharing }, graph: { subgraphs } }),
  );
  return config;
}

/** Its configuration is its schema. */
function launchTailcall({ scenario, port, services, folder, isSharing }: Setting): Launch {
  const dedupe = isSharing ? ', dedupe: true' : '';
  const user =
    scenario === 'rest'
      ? `@http(url: "${services}/rest/users/{{.value.userId}}"${dedupe})`
      : `@http(url: "${services}/rest/users", query: [{ key: "id", value: "{{.value.userId}}" }], batchKey: ["id"])`;
  const config = join(folder, `tailcall-${scenario}.graphql`);
  writeFileSync(
    config,
    `schema
      @server(port: ${port}, hostname: "127.0.0.1", workers: 1, queryValidation: false)
      @upstream(httpCache: 0${scenario === 'rest' ? '' : ', batch: { maxSize: 100, delay: 1 }'})
      @telemetry(requestHeaders: []) { query: Query }
    type Query { posts: [Post!]! @http(url: "${services}/rest/posts"${dedupe}) }
    type Post { id: ID! userId: Int! title: String! body: String! user: User! ${user} }
    type User { id: ID! name: String! email: String! }
    `,
  );
  return {
    command: [...tailcallLoader(), TAILCALL, 'start', config],
    path: '/graphql',
    env: { TAILCALL_TRACKER: 'false', TAILCALL_LOG_LEVEL: 'error' },
    toExpected: withNumericIds,
  };
}

/** Its IDs are numbers where the service's are, and no text as GraphQL has them. */
function withNumericIds(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => (key === 'id' ? Number(value) : value));
}

/** A dynamic loader with its arguments, for a machine whose own C library is too old for the binary. */
function tailcallLoader(): readonly string[] {
  return (process.env['TAILCALL_LOADER'] ?? '').split(' ').filter((word) => word !== '');
}

/** Mesh composes the REST service's OpenAPI description into a supergraph, which Hive Gateway serves. */
function launchHiveMesh(setting: Setting): Launch {
  const supergraph = join(setting.folder, `mesh-${setting.scenario}.graphql`);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(PEERS, 'node_modules/.bin/mesh-compose'), '-c', 'mesh.config.mjs', '-o', supergraph],
    {
      cwd: PEERS,
      encoding: 'utf8',
      env: { ...process.env, BENCH_SCENARIO: setting.scenario, BENCH_REST: `${setting.services}/rest` },
    },
  );
  if (status !== 0) throw new Error(`Mesh could not compose: ${stderr}`);
  return launchHive(setting, ['--jit'], supergraph);
}

function launchHive(
  { port, folder, isSharing }: Setting,
  flags: readonly string[],
  supergraph = join(folder, 'supergraph.graphql'),
): Launch {
  const config = join(PEERS, 'hive.config.mjs');
  const args = ['supergraph', supergraph, '--host', '127.0.0.1', '--port', String(port)];
  const cli = join(PEERS, 'node_modules/.bin/hive-gateway');
  return {
    command: [process.execPath, cli, ...args, '--config-path', config, ...flags],
    path: '/graphql',
    env: { NODE_ENV: 'production', BENCH_SHARING: String(isSharing) },
    cwd: PEERS,
  };
}

function launchScript(script: string, { port, services, folder }: Setting): Launch {
  return {
    command: [process.execPath, join(PEERS, script), String(port), services, folder],
    path: '/graphql',
    env: { NODE_ENV: 'production' },
    cwd: PEERS,
  };
}

/** It composes the subgraphs' schemas itself. */
function launchGrafbase({ port, services, folder, isSharing }: Setting): Launch {
  const home = join(folder, 'grafbase-home');
  mkdirSync(home, { recursive: true });
  const config = join(folder, 'grafbase.toml');
  const subgraphs = serviceNames.map(
    (name) => `[subgraphs.${name}]\nurl = "${services}/${name}"\nschema_path = "${name}.graphql"\n`,
  );
  const sharing = `[traffic_shaping]\ninflight_deduplication = ${isSharing}\n`;
  writeFileSync(config, `[graph]\nintrospection = false\n\n${sharing}\n${subgraphs.join('\n')}`);
  const args = ['--home', home, 'dev', '--config', config, '--listen-address', `127.0.0.1:${port}`];
  return { command: [GRAFBASE, ...args], path: '/graphql', cwd: folder };
}
