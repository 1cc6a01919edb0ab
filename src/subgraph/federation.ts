import { type ConstDirectiveNode, type DocumentNode, visit } from 'graphql';
import { directivesOf, type FederationVersion, isFederation2Only, newestFederation } from './federation-directives.ts';
import { type FederationLink, readFederationLink } from './federation-links.ts';
import type { Report } from './report.ts';
import type { TypeIndex } from './type-index.ts';

/** How a schema is to be read: by which Federation, and what its directive names mean. */
export type Federation = {
  readonly version: FederationVersion;
  readonly link: FederationLink | undefined;
  /** Directive names as the schema writes them → the specification's. */
  readonly names: ReadonlyMap<string, string>;
  /** Names of Selvedge's directives that stand for them here: not those the schema defines itself. */
  readonly selvedge: ReadonlySet<string>;
  /** For a schema without `@link` that is Federation 2 all the same: what its link must import. */
  readonly missingImports: readonly string[] | undefined;
};

/**
 * With `@link`, what it says counts. Without: Federation 2 if a directive is used that only it has, or one of ours;
 * else Federation 1.
 */
export function readFederation(
  document: DocumentNode,
  index: TypeIndex,
  builtIn: readonly string[],
  report: Report,
): Federation {
  const selvedge = new Set(builtIn.filter((name) => !index.directiveDefinitions.has(name)));
  const link = readFederationLink(index, report);
  if (link !== undefined)
    return { version: link.version, link, names: link.names, selvedge, missingImports: undefined };
  const used = usedDirectives(document);
  const isDefinedHere = (name: string) => index.directiveDefinitions.has(name);
  const isNewer = [...used].some((name) => selvedge.has(name) || (isFederation2Only(name) && !isDefinedHere(name)));
  const version = isNewer ? newestFederation : 'v1';
  const names = directivesOf(version).filter(
    (name) => version === 'v1' || !isDefinedHere(name) || !isFederation2Only(name),
  );
  return {
    version,
    link,
    names: new Map(names.map((name) => [name, name])),
    selvedge,
    missingImports: isNewer ? names.filter((name) => used.has(name)) : undefined,
  };
}

/** The applications of a directive of the specification, whatever the schema calls it. */
export function federationDirectives(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
  federation: Federation,
): readonly ConstDirectiveNode[] {
  return (directives ?? []).filter((node) => federation.names.get(node.name.value) === name);
}

function usedDirectives(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  visit(document, {
    Directive: (node) => {
      used.add(node.name.value);
    },
  });
  return used;
}
