import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** Where in the answers to one operation names of types stand. */
type Shape = { readonly typenames: Set<string>; readonly children: Map<string, Shape> };

/** Replaces names of types in an answer. */
export type ReplaceTypenames = (data: unknown, names: ReadonlyMap<string, string>) => unknown;

/** Finds every `__typename` of an operation, by its response keys. The answer itself is changed. */
export function compileTypenames(document: DocumentNode): ReplaceTypenames {
  const shape: Shape = { typenames: new Set(), children: new Map() };
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) collect(node.selectionSet, shape, fragments);
  return (data, names) => {
    replace(data, shape, names);
    return data;
  };
}

function collect(
  { selections }: SelectionSetNode,
  shape: Shape,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (inner !== undefined) collect(inner.selectionSet, shape, fragments);
      continue;
    }
    const key = selection.alias?.value ?? selection.name.value;
    if (selection.name.value === '__typename') shape.typenames.add(key);
    if (selection.selectionSet === undefined) continue;
    const child = shape.children.get(key) ?? { typenames: new Set(), children: new Map() };
    shape.children.set(key, child);
    collect(selection.selectionSet, child, fragments);
  }
}

function replace(value: unknown, shape: Shape, names: ReadonlyMap<string, string>): void {
  if (Array.isArray(value)) {
    for (const item of value) replace(item, shape, names);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, unknown>;
  for (const key of shape.typenames) {
    const name = object[key];
    const presented = typeof name === 'string' ? names.get(name) : undefined;
    if (presented !== undefined) object[key] = presented;
  }
  for (const [key, child] of shape.children) replace(object[key], child, names);
}
