import { Kind, print } from 'graphql';
import type { FieldDefinitionNode, InterfaceTypeDefinitionNode, ObjectTypeDefinitionNode, TypeNode } from 'graphql';
import { namedTypeOf } from '../../subgraph/type-index.ts';
import { runtimeTypes } from '../federated-subgraph.ts';
import type { FederatedSubgraph, FieldInSubgraph } from '../federated-subgraph.ts';
import { argument, readGraphNames, withJoinField } from '../join-fields.ts';
import { mapTypes } from '../map-types.ts';
import type { Correction } from './correction.ts';

/**
 * `@theguild/federation-composition` 0.27.0 gives a field that is an object in one subgraph and a union with that object
 * in another the object's type, so that clients cannot ask for the union's other members; and on root types it does not
 * say which subgraph has which type. Apollo takes the type that all others are subtypes of.
 */
export const abstractFieldTypes: Correction = {
  finish(supergraph, { subgraphs, fields }) {
    const graphs = readGraphNames(supergraph);
    const correct = (typeName: string, field: FieldDefinitionNode): FieldDefinitionNode => {
      const defined = fields.get(`${typeName}.${field.name.value}`) ?? [];
      const type = mergedType(defined, subgraphs);
      return type === undefined ? field : withTypes({ ...field, type }, defined, graphs);
    };
    return mapTypes(supergraph, (type) => withFields(type, correct));
  },
};

function withFields<T extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(
  type: T,
  correct: (typeName: string, field: FieldDefinitionNode) => FieldDefinitionNode,
): T {
  return { ...type, fields: type.fields?.map((field) => correct(type.name.value, field)) };
}

/** The loosest of a field's types, where they differ in more than nullability. */
function mergedType(
  defined: readonly FieldInSubgraph[],
  subgraphs: readonly FederatedSubgraph[],
): TypeNode | undefined {
  if (defined.length < 2) return undefined;
  const resolving = defined.filter(({ subgraph, type, field }) => !subgraph.isExternal(type, field));
  const types = resolving.map(({ field }) => field.type);
  const names = [...new Set(types.map((type) => namedTypeOf(type).name.value))];
  if (names.length < 2) return undefined;
  const possible = (name: string): ReadonlySet<string> =>
    new Set(
      subgraphs.filter((subgraph) => subgraph.types.has(name)).flatMap((subgraph) => [...runtimeTypes(subgraph, name)]),
    );
  const widest = names.find((name) => names.every((other) => possible(other).isSubsetOf(possible(name))));
  return widest === undefined ? undefined : types.reduce((left, right) => loosest(left, right, widest));
}

function loosest(left: TypeNode, right: TypeNode, name: string): TypeNode {
  if (left.kind === Kind.NON_NULL_TYPE && right.kind === Kind.NON_NULL_TYPE) {
    const inner = loosest(left.type, right.type, name);
    return inner.kind === Kind.NON_NULL_TYPE ? inner : { kind: Kind.NON_NULL_TYPE, type: inner };
  }
  if (left.kind === Kind.NON_NULL_TYPE) return loosest(left.type, right, name);
  if (right.kind === Kind.NON_NULL_TYPE) return loosest(left, right.type, name);
  if (left.kind === Kind.LIST_TYPE && right.kind === Kind.LIST_TYPE)
    return { kind: Kind.LIST_TYPE, type: loosest(left.type, right.type, name) };
  return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } };
}

function withTypes(
  merged: FieldDefinitionNode,
  defined: readonly FieldInSubgraph[],
  graphs: ReadonlyMap<string, string>,
): FieldDefinitionNode {
  return defined.reduce((joined, { subgraph, field }) => {
    const type = argument('type', { kind: Kind.STRING, value: print(field.type) });
    return withJoinField(joined, graphs.get(subgraph.name) ?? '', [type]);
  }, merged);
}
