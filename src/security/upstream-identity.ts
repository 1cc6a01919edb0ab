import type { Config } from '../config/schema.ts';
import type { RequestContext } from '../model/request-context.ts';
import { headerValue } from './header-value.ts';
import { readClaim } from './read-claim.ts';

/** The headers that tell a subgraph's service who is calling. Lower-case names; values fit to be sent. */
export type UpstreamIdentity = (context: RequestContext) => Record<string, string>;

type Upstream = NonNullable<Config['auth']['upstream']>;
type SubgraphUpstream = Upstream[string];

const NOTHING: UpstreamIdentity = () => ({});

/**
 * What each subgraph is told of the caller: headers of the client's request, and claims of the checked token as headers.
 * Nothing that the config does not name.
 */
export function createUpstreamIdentity(upstream: Upstream | undefined = {}): (subgraph: string) => UpstreamIdentity {
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
