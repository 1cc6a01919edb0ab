import { type ConstDirectiveNode, GraphQLError, Kind, parse, type SelectionSetNode } from 'graphql';
import { type Federation, federationDirectives } from './federation.ts';
import type { Report } from './report.ts';
import { namedTypeOf, type TypeEntry, type TypeIndex } from './type-index.ts';

/** One `@key` of a type. */
export type EntityKey = {
  /** The field set as written. */
  readonly fields: string;
  readonly selection: SelectionSetNode;
  readonly isResolvable: boolean;
  readonly node: ConstDirectiveNode;
};

/** The keys of every entity type, by type name. Field sets that name what is not there are reported. */
export function readEntityKeys(
  index: TypeIndex,
  federation: Federation,
  report: Report,
): ReadonlyMap<string, readonly EntityKey[]> {
  const keys = new Map<string, readonly EntityKey[]>();
  for (const entry of index.types.values()) {
    if (entry.kind !== 'object' && entry.kind !== 'interface') continue;
    const directives = federationDirectives(entry.directives, 'key', federation);
    const found = directives.flatMap((node) => readKey(node, entry, index, report) ?? []);
    if (found.length > 0) keys.set(entry.name, found);
  }
  return keys;
}

function readKey(node: ConstDirectiveNode, entry: TypeEntry, index: TypeIndex, report: Report): EntityKey | undefined {
  const fields = stringArgument(node, 'fields');
  // A missing or wrong `fields` is reported with the other arguments of directives.
  if (fields === undefined) return undefined;
  const onFault = (message: string, remedy: string) =>
    report.error({
      code: 'KEY_INVALID_FIELDS',
      message: `The key "${fields}" of ${entry.name} ${message}.`,
      remedy,
      coordinate: entry.name,
      at: node,
    });
  const selection = parseFieldSet(fields);
  if (selection === undefined) {
    onFault('is no field set', 'Write names with spaces between them: "id", or "id region { name }".');
    return undefined;
  }
  checkSelection(selection, entry, index, onFault);
  const resolvable = node.arguments?.find((argument) => argument.name.value === 'resolvable')?.value;
  return { fields, selection, isResolvable: !(resolvable?.kind === Kind.BOOLEAN && !resolvable.value), node };
}

/** A Federation field set (`id region { name }`) as a selection; undefined for what is none. */
export function parseFieldSet(fields: string): SelectionSetNode | undefined {
  try {
    const [definition] = parse(`{${fields}}`, { noLocation: true }).definitions;
    return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
  } catch (error) {
    // A set that is nested too deeply ends as a RangeError.
    if (error instanceof GraphQLError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The names at the top of a field set. */
export function topLevelNames(selection: SelectionSetNode): readonly string[] {
  return selection.selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []));
}

function checkSelection(
  selection: SelectionSetNode,
  entry: TypeEntry,
  index: TypeIndex,
  onFault: (message: string, remedy: string) => void,
): void {
  for (const node of selection.selections) {
    if (node.kind !== Kind.FIELD || node.name.value === '__typename') continue;
    const field = entry.fields.get(node.name.value);
    const inner = field === undefined ? undefined : index.types.get(namedTypeOf(field.type).name.value);
    if (field === undefined) {
      const remedy = `Add the field, or choose from: ${[...entry.fields.keys()].join(', ')}.`;
      onFault(`names "${node.name.value}", which ${entry.name} does not have here`, remedy);
    } else if (node.selectionSet !== undefined && inner !== undefined) {
      checkSelection(node.selectionSet, inner, index, onFault);
    }
  }
}

/** The value of a directive's string argument. */
export function stringArgument(node: ConstDirectiveNode, name: string): string | undefined {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
