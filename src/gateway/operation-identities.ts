import type { Config } from '../config/schema.ts';
import type { RequestContext } from '../model/request-context.ts';
import { createUpstreamIdentity } from '../security/upstream-identity.ts';
import type { LoadedGraph } from './load-graph.ts';
import { createIdentityOf } from './subscriber-identity.ts';

/** What the services of these subgraphs can be told of a caller; undefined where resolvers are given all of it. */
export type IdentitiesOf = (
  subgraphs: ReadonlySet<string>,
) => ((context: RequestContext) => readonly string[]) | undefined;

/** Callers who give the same may share what an operation asks of those subgraphs. */
export function createIdentities(subgraphs: LoadedGraph['subgraphs'], { auth }: Config): IdentitiesOf {
  const upstreamOf = createUpstreamIdentity(auth.upstream);
  const identityOf = (name: string) =>
    createIdentityOf(subgraphs.get(name), {
      headers: upstreamOf(name),
      forward: auth.upstream?.[name]?.forward ?? [],
    });
  return (asked) => {
    const identities = [...asked].map(identityOf).filter((identity) => identity !== undefined);
    return identities.length === asked.size ? (context) => identities.map((identity) => identity(context)) : undefined;
  };
}
