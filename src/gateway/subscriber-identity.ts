import { type DocumentNode, Kind, visit } from 'graphql';
import type { RequestContext } from '../model/request-context.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';
import type { UpstreamIdentity } from '../security/upstream-identity.ts';
import type { IdentityOf } from '../sources/share-subscriptions.ts';

/**
 * What a subgraph's service can be told of a subscriber: the headers that the config names and, where the schema reads claims
 * in its calls, all claims. Subscribers of whom it is told the same may share a stream. Undefined for resolvers, which are
 * given the whole caller.
 */
export function createIdentityOf(
  subgraph: SubgraphSchema | undefined,
  { headers, forward }: { readonly headers: UpstreamIdentity; readonly forward: readonly string[] },
): IdentityOf | undefined {
  if (subgraph?.kind === 'resolvers') return undefined;
  const readsClaims = subgraph?.kind === 'bound' && mentionsClaims(subgraph.document);
  return (context) =>
    JSON.stringify([
      headers(context),
      forward.map((name) => context.header(name.toLowerCase())),
      readsClaims ? claimsOf(context) : null,
    ]);
}

function claimsOf({ caller }: RequestContext): unknown {
  return caller.kind === 'authenticated' ? caller.claims : null;
}

/** Whether any text of the schema names `claims`, as a template or expression that reads them would. */
function mentionsClaims(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.STRING]: ({ value }) => {
      found ||= value.includes('claims');
    },
  });
  return found;
}
