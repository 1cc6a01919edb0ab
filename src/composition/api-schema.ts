import { buildASTSchema, isTypeDefinitionNode, Kind, specifiedDirectives, validateSchema, visit } from 'graphql';
import type {
  ConstDirectiveNode,
  DefinitionNode,
  DirectiveDefinitionNode,
  DocumentNode,
  GraphQLError,
  GraphQLSchema,
  NamedTypeNode,
  TypeDefinitionNode,
} from 'graphql';
import { directiveNameOf, isMachinery, isMachineryDirective } from './spec-links.ts';
import type { SpecLink } from './spec-links.ts';

const KEPT_DIRECTIVES = new Set(specifiedDirectives.map((directive) => directive.name));

// Directives that clients may write; all others say something to the graph's makers only.
const EXECUTABLE_LOCATIONS = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
]);

/**
 * What clients see of a supergraph: no inaccessible elements, nothing of the specifications it links, no directives
 * but GraphQL's own and executable ones. Descriptions and deprecations stay.
 */
export function buildApiSchema(
  supergraph: DocumentNode,
  links: readonly SpecLink[],
): { readonly schema: GraphQLSchema; readonly errors: readonly GraphQLError[] } {
  const schema = buildASTSchema(toApiDocument(supergraph, links), { assumeValidSDL: true });
  return { schema, errors: validateSchema(schema) };
}

function toApiDocument(supergraph: DocumentNode, links: readonly SpecLink[]): DocumentNode {
  const inaccessible = directiveNameOf(links, 'inaccessible');
  const isHidden = (node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }): boolean =>
    node.directives?.some((directive) => directive.name.value === inaccessible) ?? false;
  const kept = supergraph.definitions.filter(
    (definition) => !isHidden(definition as TypeDefinitionNode) && isOfTheGraph(definition, links),
  );
  const keptTypes = new Set(kept.filter(isTypeDefinitionNode).map((definition) => definition.name.value));
  const onlyKept = (types: readonly NamedTypeNode[] | undefined): readonly NamedTypeNode[] =>
    types?.filter((type) => keptTypes.has(type.name.value)) ?? [];
  const removeHidden = (node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }) =>
    isHidden(node) ? null : undefined;

  return visit(
    { kind: Kind.DOCUMENT, definitions: kept },
    {
      FieldDefinition: { enter: removeHidden },
      InputValueDefinition: { enter: removeHidden },
      EnumValueDefinition: { enter: removeHidden },
      ObjectTypeDefinition: { leave: (node) => ({ ...node, interfaces: onlyKept(node.interfaces) }) },
      InterfaceTypeDefinition: { leave: (node) => ({ ...node, interfaces: onlyKept(node.interfaces) }) },
      UnionTypeDefinition: { leave: (node) => ({ ...node, types: onlyKept(node.types) }) },
      OperationTypeDefinition: { enter: (node) => (keptTypes.has(node.type.name.value) ? undefined : null) },
      Directive: { leave: (node) => (KEPT_DIRECTIVES.has(node.name.value) ? undefined : null) },
    },
  );
}

function isOfTheGraph(definition: DefinitionNode, links: readonly SpecLink[]): boolean {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) return isForClients(definition, links);
  if (definition.kind === Kind.SCHEMA_DEFINITION) return true;
  return isTypeDefinitionNode(definition) && !isMachinery(links, definition.name.value);
}

function isForClients(definition: DirectiveDefinitionNode, links: readonly SpecLink[]): boolean {
  const name = definition.name.value;
  if (isMachineryDirective(links, name) || KEPT_DIRECTIVES.has(name)) return false;
  return definition.locations.some((location) => EXECUTABLE_LOCATIONS.has(location.value));
}
