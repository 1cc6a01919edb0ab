import {
  type ConstDirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  valueFromASTUntyped,
} from 'graphql';
import type { DirectiveDeclaration } from './declaration.ts';

export const renameDirective: DirectiveDeclaration = {
  name: 'rename',
  sdl: /* GraphQL */ `
    """
    What a plain GraphQL service calls the type or field: \`type OrderItem @rename(from: "Item")\`, \`lines: [OrderItem!]! @rename(from: "items")\`.
    Everything else in the subgraph's schema uses the new name.
    """
    directive @rename(
      """
      The name in the service.
      """
      from: String!
      """
      The service that calls it so, by its name in the config; every service that does by default.
      """
      service: String
    ) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR | FIELD_DEFINITION
  `,
};

/** A type or field that a service calls otherwise. */
export type Rename = {
  readonly type: string;
  /** Undefined where the type itself is renamed. */
  readonly field: string | undefined;
  readonly from: string;
  /** Undefined: every stitched service that has it. */
  readonly service: string | undefined;
};

/** The `@rename` of a stitched subgraph's SDL. */
export function readRenames(document: DocumentNode): Rename[] {
  return document.definitions.flatMap((node) => {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) return [];
    const type = node.name.value;
    const fields = 'fields' in node ? (node.fields ?? []) : [];
    return [
      ...readDirectives(type, undefined, node.directives),
      ...fields.flatMap((field) => readDirectives(type, field.name.value, field.directives)),
    ];
  });
}

function readDirectives(
  type: string,
  field: string | undefined,
  directives: readonly ConstDirectiveNode[] = [],
): Rename[] {
  return directives
    .filter(({ name }) => name.value === 'rename')
    .map((directive) => {
      const args = new Map(
        (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
      );
      const service = args.get('service');
      return {
        type,
        field,
        from: String(args.get('from')),
        service: typeof service === 'string' ? service : undefined,
      };
    });
}
