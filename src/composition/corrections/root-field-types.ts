import { Kind, print } from 'graphql';
import type { DocumentNode, FieldDefinitionNode, InterfaceTypeDefinitionNode, ObjectTypeDefinitionNode } from 'graphql';
import type { FieldInSubgraph } from '../federated-subgraph.ts';
import { argument, readGraphNames, withJoinField } from '../join-fields.ts';
import { mapTypes } from '../map-types.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 does not say of a root field which subgraph has it as never null, where others
 * may have null. A null there takes all that was asked of the subgraph with it, so the planner must know.
 */
export const rootFieldTypes: Correction = {
  finish(supergraph, { fields }) {
    const graphs = readGraphNames(supergraph);
    const rootTypes = readRootTypes(supergraph);
    const correct = (typeName: string, field: FieldDefinitionNode): FieldDefinitionNode => {
      const defined = fields.get(`${typeName}.${field.name.value}`) ?? [];
      return differ(defined) ? withTypes(field, defined, graphs) : field;
    };
    return mapTypes(supergraph, (type) => (rootTypes.has(type.name.value) ? withFields(type, correct) : type));
  },
};

function readRootTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  const schema = definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  return new Set(schema?.operationTypes.map(({ type }) => type.name.value));
}

function withFields<T extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(
  type: T,
  correct: (typeName: string, field: FieldDefinitionNode) => FieldDefinitionNode,
): T {
  return { ...type, fields: type.fields?.map((field) => correct(type.name.value, field)) };
}

/** Overridden and external fields have a `@join__field` for other reasons, or none. */
function differ(defined: readonly FieldInSubgraph[]): boolean {
  const isPlain = defined.every(
    ({ subgraph, type, field }) =>
      !subgraph.isExternal(type, field) && !field.directives?.some(({ name }) => name.value === 'override'),
  );
  return isPlain && new Set(defined.map(({ field }) => print(field.type))).size > 1;
}

function withTypes(
  field: FieldDefinitionNode,
  defined: readonly FieldInSubgraph[],
  graphs: ReadonlyMap<string, string>,
): FieldDefinitionNode {
  return defined.reduce((joined, { subgraph, field: own }) => {
    const type = argument('type', { kind: Kind.STRING, value: print(own.type) });
    return withJoinField(joined, graphs.get(subgraph.name) ?? '', [type]);
  }, field);
}
