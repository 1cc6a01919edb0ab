import { Kind } from 'graphql';
import type {
  ConstDirectiveNode,
  FieldDefinitionNode,
  InterfaceTypeDefinitionNode,
  ObjectTypeDefinitionNode,
} from 'graphql';
import type { FederatedSubgraph } from '../federated-subgraph.ts';
import { mapTypes } from '../map-types.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 loses `@inaccessible` on the arguments of interfaces' fields, and on those
 * that types take over from an `@interfaceObject`: what a team hides would be in the API schema.
 */
export const hiddenInterfaceArguments: Correction = {
  finish: (supergraph, { subgraphs }) =>
    mapTypes(supergraph, (type) => {
      if (type.kind === Kind.INTERFACE_TYPE_DEFINITION)
        return withHiddenArguments(type, subgraphs, () => [type.name.value]);
      const interfaces = type.interfaces?.map(({ name }) => name.value) ?? [];
      if (interfaces.length === 0) return type;
      return withHiddenArguments(type, subgraphs, ({ types, has }) =>
        interfaces.filter((name) => has(types.get(name) ?? {}, 'interfaceObject')),
      );
    }),
};

const INACCESSIBLE: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'inaccessible' } };

/** A type with the arguments hidden that a subgraph hides in one of the types that its fields come from. */
function withHiddenArguments<T extends InterfaceTypeDefinitionNode | ObjectTypeDefinitionNode>(
  type: T,
  subgraphs: readonly FederatedSubgraph[],
  originsIn: (subgraph: FederatedSubgraph) => readonly string[],
): T {
  const origins = subgraphs.flatMap((subgraph) =>
    originsIn(subgraph).flatMap((name) => {
      const origin = subgraph.types.get(name);
      return origin === undefined ? [] : [{ origin, has: subgraph.has }];
    }),
  );
  const fields = type.fields?.map((field) => {
    const hidden = origins.flatMap(({ origin, has }) =>
      (origin.fields.get(field.name.value)?.arguments ?? []).filter((argument) => has(argument, 'inaccessible')),
    );
    return hidden.length === 0 ? field : hideArguments(field, new Set(hidden.map(({ name }) => name.value)));
  });
  return fields?.some((field, index) => field !== type.fields?.[index]) ? { ...type, fields } : type;
}

function hideArguments(field: FieldDefinitionNode, hidden: ReadonlySet<string>): FieldDefinitionNode {
  return {
    ...field,
    arguments: field.arguments?.map((argument) =>
      hidden.has(argument.name.value) && !argument.directives?.some(({ name }) => name.value === 'inaccessible')
        ? { ...argument, directives: [...(argument.directives ?? []), INACCESSIBLE] }
        : argument,
    ),
  };
}
