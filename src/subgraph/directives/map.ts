import type { DirectiveDeclaration } from './declaration.ts';

export const mapDirective: DirectiveDeclaration = {
  name: 'map',
  sdl: /* GraphQL */ `
    """
    Where in the service's answer the field's value is, when the names differ. An entity of another subgraph is made by its
    key: \`maker: Maker @map(from: "{ id: maker_id }")\`.
    """
    directive @map(
      """
      JMESPath over the object that the service answered for the type.
      """
      from: String!
    ) on FIELD_DEFINITION
  `,
};

export type MapArguments = { readonly from: string };
