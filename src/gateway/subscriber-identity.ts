import { type ASTNode, type DocumentNode, Kind, visit } from 'graphql';
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
  const readsClaims = subgraph?.kind === 'bound' && mayReadClaims(subgraph.document);
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

/** Arguments that are templates: what they read, they name. All other texts may be expressions. */
const TEMPLATES = new Set(['topic', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Whether any text in a directive can read the claims: by their name, or as a part of all that there is (`@`, `*` in
 * JMESPath). A text that only looks so costs some sharing; one that is overlooked would mix callers up.
 */
function mayReadClaims(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.DIRECTIVE]: (directive) => {
      for (const argument of directive.arguments ?? []) {
        const pattern = TEMPLATES.has(argument.name.value) ? /claims/ : /claims|[@*]/;
        found ||= textsIn(argument).some((text) => pattern.test(text));
      }
    },
  });
  return found;
}

function textsIn(node: ASTNode): string[] {
  const texts: string[] = [];
  visit(node, { [Kind.STRING]: ({ value }) => void texts.push(value) });
  return texts;
}
