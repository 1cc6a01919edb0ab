import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';

export type RenamedOperation = {
  readonly document: DocumentNode;
  /** The client's alias → its replacement. */
  readonly responseKeys: ReadonlyMap<string, string>;
  /** A variable's replacement → the client's variable. */
  readonly variableNames: ReadonlyMap<string, string>;
};

/**
 * Renames what would clash with what the native planner adds: aliases that are names of fields (it puts keys and
 * required fields beside them) and variables that have the names of its own.
 */
export function renameClashes(document: DocumentNode, fieldNames: ReadonlySet<string>): RenamedOperation {
  const responseKeys = new Map<string, string>();
  const variableNames = new Map<string, string>();
  const taken = namesInUse(document, fieldNames);
  const renamed = visit(document, {
    Field: (field) => renameAlias(field, fieldNames, { responseKeys, taken }),
    Variable(variable) {
      if (!isPlannerVariable(variable.name.value)) return undefined;
      const value = rename(variable.name.value, variableNames, taken);
      return { ...variable, name: { ...variable.name, value } };
    },
  });
  return {
    document: renamed,
    responseKeys,
    variableNames: new Map(Array.from(variableNames, ([from, to]) => [to, from])),
  };
}

function namesInUse(document: DocumentNode, fieldNames: ReadonlySet<string>): Set<string> {
  const taken = new Set(fieldNames);
  visit(document, {
    Field(field) {
      if (field.alias) taken.add(field.alias.value);
    },
    Variable(variable) {
      taken.add(variable.name.value);
    },
  });
  return taken;
}

const isPlannerVariable = (name: string) => name === 'representations' || name.startsWith('__');

type Renames = { readonly responseKeys: Map<string, string>; readonly taken: Set<string> };

function renameAlias(
  field: FieldNode,
  fieldNames: ReadonlySet<string>,
  { responseKeys, taken }: Renames,
): FieldNode | undefined {
  const alias = field.alias?.value;
  if (alias === undefined) return undefined;
  // The native planner loses what is selected under an alias that is the field's own name. Execution looks for
  // `__typename` under its own name only.
  if (alias === field.name.value || field.name.value === '__typename') return { ...field, alias: undefined };
  if (!fieldNames.has(alias) && !alias.startsWith('_') && !(alias in Object.prototype)) return undefined;
  return { ...field, alias: { kind: Kind.NAME, value: rename(alias, responseKeys, taken) } };
}

function rename(name: string, renames: Map<string, string>, taken: Set<string>): string {
  const known = renames.get(name);
  if (known !== undefined) return known;
  let free = `${name.replace(/^_+/, '') || 'a'}_`;
  while (taken.has(free) || free in Object.prototype) free += '_';
  taken.add(free);
  renames.set(name, free);
  return free;
}
