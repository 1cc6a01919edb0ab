import { type GraphQLCompositeType, isCompositeType, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { CallPolicy } from '../../model/call.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { stricter } from '../../subgraph/fetch-policy.ts';
import type { SelectionPart, SelectionScope } from './selections.ts';

/**
 * The strictest of a call's policy and of what the fields it serves declare themselves; the schema's default is no
 * bound of theirs. Fields that are called for by themselves have their own.
 */
export function toServedPolicy(
  coordinate: string,
  served: { readonly type: GraphQLCompositeType; readonly parts: readonly SelectionPart[] } | undefined,
  scope: SelectionScope & { readonly subgraph: SubgraphSchema },
): CallPolicy {
  const { subgraph } = scope;
  const coordinates = served === undefined ? [] : servedCoordinates(served.type, served.parts, scope);
  return coordinates.map((at) => subgraph.ownPolicyOf(at)).reduce(stricter, subgraph.policyOf(coordinate));
}

function servedCoordinates(
  type: GraphQLCompositeType,
  parts: readonly SelectionPart[],
  { schema, fragments, subgraph }: SelectionScope & { readonly subgraph: SubgraphSchema },
): readonly string[] {
  const found = new Set<string>();
  const walk = (part: Pick<SelectionPart, 'selectionSet'>, on: GraphQLCompositeType): void => {
    const typeInfo = new TypeInfo(schema, on);
    visit(
      part.selectionSet,
      visitWithTypeInfo(typeInfo, {
        Field: (node) => {
          const coordinate = `${typeInfo.getParentType()?.name}.${node.name.value}`;
          if (subgraph.fieldBindings.has(coordinate)) return false;
          found.add(coordinate);
          return undefined;
        },
        FragmentSpread: (node) => {
          const fragment = fragments.get(node.name.value);
          const target = schema.getType(fragment?.typeCondition.name.value ?? '');
          if (fragment !== undefined && isCompositeType(target)) walk(fragment, target);
        },
      }),
    );
  };
  for (const part of parts) walk(part, type);
  return [...found];
}
