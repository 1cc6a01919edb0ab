import { getNamedType, isInterfaceType } from 'graphql';
import type { GraphQLCompositeType, GraphQLField, GraphQLInterfaceType, GraphQLObjectType } from 'graphql';
import type { Caller } from '../model/request-context.ts';
import type { AccessRule, Supergraph } from '../model/supergraph.ts';
import { describeRule, isSatisfied } from './access-rule.ts';

/** Why a caller may not see a field selected on a type, or undefined if the caller may. */
export type FieldAccess = (parent: GraphQLCompositeType, fieldName: string) => string | undefined;

/**
 * A field is denied if the rule of the field, of its type or of the type it returns fails. Selected on an interface, it
 * is denied also if one of the types behind the interface would deny it: otherwise it could be read through the interface.
 * (Federation's `@authenticated` and `@requiresScopes`; Apollo's router does the same.) `__typename` and introspection
 * are never denied.
 */
export function fieldAccess(
  { apiSchema, accessRules }: Pick<Supergraph, 'apiSchema' | 'accessRules'>,
  caller: Caller,
): FieldAccess {
  const known = new Map<string, string | undefined>();

  function rulesOf(type: GraphQLObjectType | GraphQLInterfaceType, fieldName: string): readonly AccessRule[] {
    const field = ownField(type, fieldName);
    if (field === undefined) return [];
    const coordinates = [`${type.name}.${fieldName}`, type.name, getNamedType(field.type).name];
    const behind = isInterfaceType(type) ? apiSchema.getPossibleTypes(type) : [];
    return [
      ...coordinates.flatMap((coordinate) => accessRules.get(coordinate) ?? []),
      ...behind.flatMap((possible) => rulesOf(possible, fieldName)),
    ];
  }

  return (parent, fieldName) => {
    if (fieldName.startsWith('__') || !('getFields' in parent)) return undefined;
    const coordinate = `${parent.name}.${fieldName}`;
    if (!known.has(coordinate)) {
      const failed = rulesOf(parent, fieldName).find((rule) => !isSatisfied(rule, caller));
      known.set(coordinate, failed && `"${coordinate}" ${describeRule(failed)}.`);
    }
    return known.get(coordinate);
  };
}

function ownField(
  type: GraphQLObjectType | GraphQLInterfaceType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  const fields = type.getFields();
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
