import type { Config } from '../config/schema.ts';
import { ProblemsError } from '../errors/problem.ts';
import type { Problem } from '../errors/problem.ts';
import type { RequestContext } from '../model/request-context.ts';
import { headerValue } from './header-value.ts';
import { readClaim } from './read-claim.ts';

/** The headers that tell a subgraph's service who is calling. Lower-case names; values fit to be sent. */
export type UpstreamIdentity = (context: RequestContext) => Record<string, string>;

type Upstream = NonNullable<Config['auth']['upstream']>;
type SubgraphUpstream = Upstream[string];

const NOTHING: UpstreamIdentity = () => ({});

// Connection-specific headers (RFC 9110, 7.6.1), what frames the message, and what says how to read it: the gateway's own.
const NOT_THE_CLIENTS = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What each subgraph is told of the caller: headers of the client's request, and claims of the checked token as headers.
 * Nothing that the config does not name. Throws ProblemsError for headers that may not be passed on.
 */
export function createUpstreamIdentity(upstream: Upstream | undefined = {}): (subgraph: string) => UpstreamIdentity {
  const problems = Object.entries(upstream).flatMap(([subgraph, settings]) => checkHeaders(subgraph, settings));
  if (problems.length > 0) throw new ProblemsError(problems);
  const identities = new Map(
    Object.entries(upstream).map(([subgraph, settings]) => [subgraph, compileIdentity(settings)]),
  );
  return (subgraph) => identities.get(subgraph) ?? NOTHING;
}

function compileIdentity({ forward = [], claims = {} }: SubgraphUpstream): UpstreamIdentity {
  const forwarded = forward.map((name) => name.toLowerCase());
  const claimed = Object.entries(claims).map(([name, claim]) => [name.toLowerCase(), claim] as const);
  return ({ header, caller }) => {
    const headers: Record<string, string> = {};
    for (const name of forwarded) {
      const value = header(name);
      if (value !== null) headers[name] = value;
    }
    if (caller.kind === 'anonymous') return headers;
    for (const [name, claim] of claimed) {
      const value = headerValue(readClaim(caller.claims, claim));
      if (value !== undefined) headers[name] = value;
    }
    return headers;
  };
}

function checkHeaders(subgraph: string, { forward = [], claims = {} }: SubgraphUpstream): readonly Problem[] {
  const names = [
    ...forward.map((name) => ({ name, key: `auth.upstream.${subgraph}.forward` })),
    ...Object.keys(claims).map((name) => ({ name, key: `auth.upstream.${subgraph}.claims` })),
  ];
  const seen = new Set<string>();
  return names.flatMap(({ name, key }) => {
    const fault = faultOf(name, seen);
    seen.add(name.toLowerCase());
    return fault === undefined ? [] : [{ ...fault, severity: 'error', coordinate: key, subgraph, places: [] }];
  });
}

function faultOf(name: string, seen: ReadonlySet<string>): Pick<Problem, 'code' | 'message' | 'remedy'> | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    return {
      code: 'INVALID_HEADER_NAME',
      message: `"${name}" cannot be the name of a header.`,
      remedy: 'Use letters, digits and "-".',
    };
  }
  if (NOT_THE_CLIENTS.has(name.toLowerCase())) {
    const remedy = 'Take it away, or pass the value on under another name.';
    return {
      code: 'HEADER_NOT_FORWARDABLE',
      message: `The header "${name}" is the gateway's own: it belongs to the connection or the body.`,
      remedy,
    };
  }
  if (seen.has(name.toLowerCase())) {
    const remedy = 'Name it once: a client could else send what only the token may say.';
    return { code: 'HEADER_NAMED_TWICE', message: `The header "${name}" is named twice.`, remedy };
  }
  return undefined;
}
