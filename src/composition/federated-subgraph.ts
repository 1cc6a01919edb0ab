import { Kind } from 'graphql';
import type { ConstDirectiveNode, FieldDefinitionNode } from 'graphql';
import type { SubgraphSchema } from '../model/subgraph.ts';
import { indexTypes, namedTypeOf } from '../subgraph/type-index.ts';
import type { TypeEntry, TypeIndex } from '../subgraph/type-index.ts';
import { readSpecLinks } from './spec-links.ts';

type Annotated = { readonly directives?: readonly ConstDirectiveNode[] | undefined };

/** A subgraph by its types' names, with Federation's directives found under whatever names it imports them. */
export type FederatedSubgraph = {
  readonly schema: SubgraphSchema;
  readonly name: string;
  readonly types: TypeIndex['types'];
  readonly index: TypeIndex;
  readonly isFederation2: boolean;
  /** A node's applications of Federation's `@own`. */
  readonly directives: (node: Annotated, own: string) => readonly ConstDirectiveNode[];
  readonly has: (node: Annotated, own: string) => boolean;
  /** Whether a field is not resolved here, by its own `@external` or its type's. */
  readonly isExternal: (type: TypeEntry, field: FieldDefinitionNode) => boolean;
};

/** A field where a subgraph defines it. */
export type FieldInSubgraph = {
  readonly subgraph: FederatedSubgraph;
  readonly type: TypeEntry;
  readonly field: FieldDefinitionNode;
};

const NONE: readonly ConstDirectiveNode[] = [];

export function toFederated(schema: SubgraphSchema): FederatedSubgraph {
  const index = indexTypes(schema.federationDocument);
  const link = readSpecLinks(schema.federationDocument).find(({ feature }) => feature === 'federation');
  const names = (own: string): readonly string[] =>
    link === undefined ? [own] : [link.imports.get(own) ?? `${link.prefix}__${own}`, `${link.prefix}__${own}`];
  const directives = (node: Annotated, own: string): readonly ConstDirectiveNode[] => {
    if (node.directives === undefined || node.directives.length === 0) return NONE;
    const known = names(own);
    return node.directives.filter((directive) => known.includes(directive.name.value));
  };
  const has = (node: Annotated, own: string): boolean => directives(node, own).length > 0;
  return {
    schema,
    name: schema.name,
    types: index.types,
    index,
    isFederation2: link !== undefined,
    directives,
    has,
    isExternal: (type, field) => has(field, 'external') || has(type, 'external'),
  };
}

/** Where a field is resolved: not where it is external, or overridden for good. */
export function resolvingIn(defined: readonly FieldInSubgraph[]): readonly FieldInSubgraph[] {
  const overridden = new Set(
    defined
      .filter(({ field }) => field.directives !== undefined && field.directives.length > 0)
      .flatMap(({ subgraph, field }) => subgraph.directives(field, 'override'))
      .filter((override) => stringArgument(override, 'label') === undefined)
      .map((override) => stringArgument(override, 'from')),
  );
  return defined.filter(
    ({ subgraph, type, field }) => !subgraph.isExternal(type, field) && !overridden.has(subgraph.name),
  );
}

/** Whether a field's type is an `@interfaceObject` there: its objects can be of any type that others know. */
export function isOfInterfaceObject({ subgraph, field }: FieldInSubgraph): boolean {
  const type = subgraph.types.get(namedTypeOf(field.type).name.value);
  return type !== undefined && subgraph.has(type, 'interfaceObject');
}

/** Whether a subgraph has a field, and not as an external one. */
export function isResolvedIn(subgraph: FederatedSubgraph | undefined, typeName: string, fieldName: string): boolean {
  const type = subgraph?.types.get(typeName);
  const field = type?.fields.get(fieldName);
  return subgraph !== undefined && type !== undefined && field !== undefined && !subgraph.isExternal(type, field);
}

/** The object types that a type can be at run time, as one subgraph knows them. */
export function runtimeTypes({ types }: FederatedSubgraph, name: string): ReadonlySet<string> {
  const type = types.get(name);
  if (type?.kind === 'union') return new Set(unionMembers(type));
  if (type?.kind !== 'interface') return new Set([name]);
  const objects = [...types.values()].filter(({ kind, interfaces }) => kind === 'object' && interfaces.has(name));
  return new Set(objects.map((object) => object.name));
}

/** A directive's argument where it is a string. */
export function stringArgument(directive: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = directive?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function unionMembers(type: TypeEntry): readonly string[] {
  return type.nodes.flatMap((node) => ('types' in node ? (node.types ?? []) : [])).map((member) => member.name.value);
}
