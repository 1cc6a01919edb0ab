import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  isObjectType,
  isInterfaceType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { CallPolicy, RetryPolicy } from '../model/call.ts';
import type { SubgraphSchema } from '../model/subgraph.ts';

// Not calls of their own: what counts is what is selected below or beside them.
const machinery: ReadonlySet<string> = new Set(['_entities', '_service', '__typename']);

/**
 * The policy of one fetch: the strictest of what is asked for (root fields, the fields of entities) and of what the
 * fields below declare themselves, in fragments too: the schema's default does not bound them again. The shortest
 * time-out, the fewest attempts, the longest wait before them, and only failures that all of them retry.
 */
export function readFetchPolicy(subgraph: SubgraphSchema, document: DocumentNode): CallPolicy {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const scope: Scope = { subgraph, fragments, walked: new Set() };
  const policies = document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const typeName = subgraph.schema.getRootType(definition.operation)?.name;
    return policiesBelow(definition.selectionSet, { typeName, isTop: true }, scope);
  });
  return policies.reduce(stricter, {});
}

type Scope = {
  readonly subgraph: SubgraphSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments that have been looked into, at the top and below: they are looked into once. */
  readonly walked: Set<string>;
};

type Level = {
  readonly typeName: string | undefined;
  /** These fields are what the fetch is made for. */
  readonly isTop: boolean;
};

function policiesBelow({ selections }: SelectionSetNode, level: Level, scope: Scope): readonly CallPolicy[] {
  return selections.flatMap((selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return policiesOfField(selection, level, scope);
      case Kind.INLINE_FRAGMENT: {
        const typeName = selection.typeCondition?.name.value ?? level.typeName;
        return policiesBelow(selection.selectionSet, { ...level, typeName }, scope);
      }
      case Kind.FRAGMENT_SPREAD: {
        const key = `${selection.name.value} ${level.isTop}`;
        const fragment = scope.fragments.get(selection.name.value);
        if (fragment === undefined || scope.walked.has(key)) return [];
        scope.walked.add(key);
        return policiesBelow(fragment.selectionSet, { ...level, typeName: fragment.typeCondition.name.value }, scope);
      }
    }
  });
}

function policiesOfField({ name, selectionSet }: FieldNode, level: Level, scope: Scope): readonly CallPolicy[] {
  const { subgraph } = scope;
  const { typeName, isTop } = level;
  const isMachinery = machinery.has(name.value);
  const inner = { typeName: fieldTypeName(subgraph, typeName, name.value), isTop: isTop && isMachinery };
  const below = selectionSet === undefined ? [] : policiesBelow(selectionSet, inner, scope);
  if (isMachinery) return below;
  const coordinate = `${typeName}.${name.value}`;
  return [isTop ? subgraph.policyOf(coordinate) : subgraph.ownPolicyOf(coordinate), ...below];
}

function fieldTypeName({ schema }: SubgraphSchema, typeName = '', fieldName: string): string | undefined {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  const field = type.getFields()[fieldName];
  return field === undefined ? undefined : getNamedType(field.type).name;
}

/** What holds for a call that both policies are for. */
export function stricter(left: CallPolicy, right: CallPolicy): CallPolicy {
  const timeoutMs = least(left.timeoutMs, right.timeoutMs);
  const retry = stricterRetry(left.retry, right.retry);
  return { ...(timeoutMs !== undefined && { timeoutMs }), ...(retry && { retry }) };
}

function stricterRetry(left: RetryPolicy | undefined, right: RetryPolicy | undefined): RetryPolicy | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const backoffMs = most(left.backoffMs, right.backoffMs);
  const maxBackoffMs = most(left.maxBackoffMs, right.maxBackoffMs);
  const on = left.on === undefined ? right.on : left.on.filter((cause) => right.on?.includes(cause) ?? true);
  return {
    attempts: Math.min(left.attempts, right.attempts),
    ...(backoffMs !== undefined && { backoffMs }),
    ...(maxBackoffMs !== undefined && { maxBackoffMs }),
    ...(on && { on }),
  };
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right);
}

function most(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.max(left, right);
}
