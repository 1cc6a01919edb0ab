import { Kind } from 'graphql';
import type { DocumentNode, InterfaceTypeDefinitionNode, ObjectTypeDefinitionNode } from 'graphql';

type FieldsType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** A document with its object types and interfaces changed; all else stays, and is not visited. */
export function mapTypes(document: DocumentNode, change: <T extends FieldsType>(type: T) => T): DocumentNode {
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
      ? change(definition)
      : definition,
  );
  return { ...document, definitions };
}
