import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  valueFromASTUntyped,
} from 'graphql';
import type { DirectiveDeclaration } from './declaration.ts';

export const renameDirective: DirectiveDeclaration = {
  name: 'rename',
  sdl: /* GraphQL */ `
    """
    What a plain GraphQL service calls the type, field, argument, input field or value: \`type OrderItem @rename(from: "Item")\`, \`lines: [OrderItem!]! @rename(from: "items")\`.
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
    ) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  `,
};

/** A type, one of its fields or values, or an argument, that a service calls otherwise. */
export type Rename = {
  readonly type: string;
  /** A field, an input field or an enum's value; undefined where the type itself is renamed. */
  readonly field: string | undefined;
  /** Undefined where the field itself is renamed. */
  readonly argument: string | undefined;
  readonly from: string;
  /** Undefined: every stitched service that has it. */
  readonly service: string | undefined;
};

/** The `@rename` of a stitched subgraph's SDL. */
export function readRenames(document: DocumentNode): Rename[] {
  return document.definitions.flatMap((node) => {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) return [];
    const type = node.name.value;
    return [
      ...readDirectives({ type, field: undefined, argument: undefined }, node.directives),
      ...membersOf(node).flatMap((member) => {
        const field = member.name.value;
        const args = 'arguments' in member ? (member.arguments ?? []) : [];
        return [
          ...readDirectives({ type, field, argument: undefined }, member.directives),
          ...args.flatMap(({ name, directives }) => readDirectives({ type, field, argument: name.value }, directives)),
        ];
      }),
    ];
  });
}

type Member = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

function membersOf(node: TypeDefinitionNode | TypeExtensionNode): readonly Member[] {
  if ('fields' in node) return node.fields ?? [];
  return 'values' in node ? (node.values ?? []) : [];
}

function readDirectives(
  of: Pick<Rename, 'type' | 'field' | 'argument'>,
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
        ...of,
        from: String(args.get('from')),
        service: typeof service === 'string' ? service : undefined,
      };
    });
}
