import { isTypeDefinitionNode, Kind } from 'graphql';
import type { ConstDirectiveNode, ConstValueNode, DocumentNode } from 'graphql';
import type { AccessRule } from '../model/supergraph.ts';
import { directiveNameOf } from './spec-links.ts';
import type { SpecLink } from './spec-links.ts';

type Directives = readonly ConstDirectiveNode[] | undefined;

/** Who may see what, by coordinate: `@authenticated` and `@requiresScopes` of a supergraph's types and fields. */
export function readAccessRules(supergraph: DocumentNode, links: readonly SpecLink[]): ReadonlyMap<string, AccessRule> {
  const authenticated = directiveNameOf(links, 'authenticated');
  const requiresScopes = directiveNameOf(links, 'requiresScopes');
  const rules = new Map<string, AccessRule>();
  for (const [coordinate, directives] of directivesByCoordinate(supergraph)) {
    const scopes = readScopes(directives?.find((directive) => directive.name.value === requiresScopes));
    const isAuthenticated = directives?.some((directive) => directive.name.value === authenticated) ?? false;
    if (isAuthenticated || scopes !== null) rules.set(coordinate, { authenticated: isAuthenticated, scopes });
  }
  return rules;
}

/** The coordinates of a supergraph's types and fields with the directives that stand on them. */
export function* directivesByCoordinate(supergraph: DocumentNode): Generator<readonly [string, Directives]> {
  for (const definition of supergraph.definitions.filter(isTypeDefinitionNode)) {
    const typeName = definition.name.value;
    yield [typeName, definition.directives];
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) yield [`${typeName}.${field.name.value}`, field.directives];
  }
}

/** The scopes that a `@requiresScopes` names: sets, one of which is needed whole. */
function readScopes(directive: ConstDirectiveNode | undefined): readonly (readonly string[])[] | null {
  if (directive === undefined) return null;
  const value = directive.arguments?.find((argument) => argument.name.value === 'scopes')?.value;
  return items(value).map((conjunction) =>
    items(conjunction).flatMap((scope) => (scope.kind === Kind.STRING ? [scope.value] : [])),
  );
}

// A single value stands for a list of one, as everywhere in GraphQL.
function items(value: ConstValueNode | undefined): readonly ConstValueNode[] {
  if (value === undefined) return [];
  return value.kind === Kind.LIST ? value.values : [value];
}
