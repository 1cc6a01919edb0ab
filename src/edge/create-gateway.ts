import { loadConfig, parseConfig } from '../config/load-config.ts';
import type { Config, ConfigInput } from '../config/schema.ts';
import { type LoadedGraph } from '../gateway/load-graph.ts';
import { openGateway } from '../gateway/open-gateway.ts';
import type { TapeOptions } from '../gateway/open-tape.ts';
import { type Log, silentLog } from '../observability/log.ts';
import { createEdge } from './edge.ts';
import type { Listener } from './listen-http.ts';

export type GatewayOptions = TapeOptions & {
  /** Where the gateway's log goes. Nothing is logged without it. */
  readonly log?: Log | undefined;
  /** What relative paths of a config given as an object are relative to; the working directory by default. */
  readonly base?: string | undefined;
};

/** A whole gateway: one GraphQL endpoint over the services its config names. */
export type Gateway = {
  /** Answers a request without a port: a path (`/graphql?query=…`) with fetch's `init`, or a Request. */
  readonly request: (pathOrRequest: string | Request, init?: RequestInit) => Promise<Response>;
  /** Opens the port of `listen`. Rejects with Node's error (`EADDRINUSE`) where it can't. */
  readonly listen: () => Promise<{ readonly url: string; readonly port: number }>;
  /** What is served; undefined while a registry of its own is empty. */
  readonly graph: () => LoadedGraph | undefined;
  /**
   * Builds the graph again beside the one that serves, then swaps. Throws ProblemsError and changes nothing if it is broken, or
   * if `listen`, `workers` or `graph.registry` differ, which a running gateway cannot follow.
   */
  readonly reload: (config?: Config) => Promise<void>;
  /** Stops accepting, lets open requests and streams end within `drainMs` (30 s), then closes everything. A second call ends at once. */
  readonly close: (options?: { readonly drainMs?: number }) => Promise<void>;
};

const DRAIN_MS = 30_000;

/** Makes a gateway from a config: an object, or the path of its file. Throws ProblemsError with everything that is wrong. */
export async function createGateway(config: ConfigInput | string, options: GatewayOptions = {}): Promise<Gateway> {
  const { config: loaded } =
    typeof config === 'string' ? await loadConfig(config) : await parseConfig(config, { base: options.base });
  return createLoadedGateway(loaded, options);
}

/** The same, from a config that has been loaded. */
export async function createLoadedGateway(
  config: Config,
  { log = silentLog, record, replay }: GatewayOptions = {},
): Promise<Gateway> {
  const open = await openGateway(config, log, { record, replay });
  const edge = createEdge({
    handle: open.handle,
    admit: open.admit,
    webSocket: config.listen.webSocket,
    streams: config.listen.streams,
    unreadBytes: config.listen.unreadBytes,
    path: config.listen.path,
    graphiql: () => open.config().graphiql ?? open.config().mode === 'development',
    bodyBytes: () => open.config().limits.bodyBytes,
    isReady: () => open.graph() !== undefined,
    registry: open.registry,
    log,
  });
  const { host, port } = config.listen;
  let listener: Listener | undefined;
  let closing: Promise<void> | undefined;
  return {
    request: (pathOrRequest, init) => edge.fetch(toRequest(pathOrRequest, init, `http://${toAuthority(host, port)}`)),
    listen: async () => {
      listener = await edge.listen({ host, port });
      return { port: listener.port, url: `http://${toAuthority(host, listener.port)}${config.listen.path}` };
    },
    graph: open.graph,
    reload: (next = open.config()) => open.reload(next),
    close: async ({ drainMs = DRAIN_MS } = {}) => {
      const ending = listener?.close({ drainMs });
      closing ??= (ending ?? Promise.resolve()).then(() => open.close(0));
      await closing;
    },
  };
}

function toRequest(pathOrRequest: string | Request, init: RequestInit | undefined, origin: string): Request {
  return typeof pathOrRequest === 'string'
    ? new Request(new URL(pathOrRequest, origin), init)
    : new Request(pathOrRequest, init);
}

function toAuthority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
