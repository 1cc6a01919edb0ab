import type { DirectiveDeclaration } from './declaration.ts';

export const mapDirective: DirectiveDeclaration = {
  name: 'map',
  sdl: /* GraphQL */ `
    """
    Where in the service's answer the field's value is, when the names differ. An entity of another subgraph is made by its
    key: \`maker: Maker @map(from: "{ id: maker_id }")\`. On an argument, an input field or an enum value: what the service
    calls it.
    """
    directive @map(
      """
      JMESPath over the object that the service answered for the type; of an argument, an input field or an enum value
      the name itself.
      """
      from: String!
    ) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  `,
};

export type MapArguments = { readonly from: string };
