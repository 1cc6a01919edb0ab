import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql';

/** The fragments that an operation spreads, and those that they spread. */
export function reachableFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlyMap<string, FragmentDefinitionNode> {
  const reached = new Map<string, FragmentDefinitionNode>();
  const queue = [operation.selectionSet];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const selection of next.selections) {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        if (selection.selectionSet !== undefined) queue.push(selection.selectionSet);
        continue;
      }
      const fragment = fragments.get(selection.name.value);
      if (fragment === undefined || reached.has(fragment.name.value)) continue;
      reached.set(fragment.name.value, fragment);
      queue.push(fragment.selectionSet);
    }
  }
  return reached;
}
