import { Kind, visit } from 'graphql';
import type { ConstDirectiveNode, FieldDefinitionNode } from 'graphql';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 loses `@inaccessible` on the arguments of interfaces' fields: what a team
 * hides would be in the API schema.
 */
export const hiddenInterfaceArguments: Correction = {
  finish: (supergraph, subgraphs) =>
    visit(supergraph, {
      InterfaceTypeDefinition(type) {
        const fields = type.fields?.map((field) => withHiddenArguments(type.name.value, field, subgraphs));
        return fields?.some((field, index) => field !== type.fields?.[index]) ? { ...type, fields } : undefined;
      },
    }),
};

const INACCESSIBLE: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'inaccessible' } };

function withHiddenArguments(
  typeName: string,
  field: FieldDefinitionNode,
  subgraphs: readonly FederatedSubgraph[],
): FieldDefinitionNode {
  const hidden = new Set(
    subgraphs.flatMap(({ types, has }) =>
      (types.get(typeName)?.fields.get(field.name.value)?.arguments ?? [])
        .filter((argument) => has(argument, 'inaccessible'))
        .map(({ name }) => name.value),
    ),
  );
  if (hidden.size === 0) return field;
  return {
    ...field,
    arguments: field.arguments?.map((argument) =>
      hidden.has(argument.name.value) && !argument.directives?.some(({ name }) => name.value === 'inaccessible')
        ? { ...argument, directives: [...(argument.directives ?? []), INACCESSIBLE] }
        : argument,
    ),
  };
}
