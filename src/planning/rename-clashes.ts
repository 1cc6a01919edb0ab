import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';

export type RenamedOperation = {
  readonly document: DocumentNode;
  /** The client's response key, an alias or a field's name → its replacement. */
  readonly responseKeys: ReadonlyMap<string, string>;
  /** A variable's replacement → the client's variable. */
  readonly variableNames: ReadonlyMap<string, string>;
};

/** Names of the supergraph's fields: all of them, those that some `@requires` selects, and those it gives arguments. */
export type SupergraphNames = {
  readonly fields: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
  readonly requiredWithArguments: ReadonlySet<string>;
};

/**
 * Renames what would clash with what the native planner adds: aliases that are names of fields (it puts keys and
 * required fields beside them), required fields that the client selects with other arguments, and variables that
 * have the names of the planner's.
 */
export function renameClashes(document: DocumentNode, names: SupergraphNames): RenamedOperation {
  const responseKeys = new Map<string, string>();
  const variableNames = new Map<string, string>();
  const taken = namesInUse(document, names.fields);
  const aliasesRenamed = visit(document, {
    Field(field) {
      if (isRequiredOtherwise(field, names)) rename(field.name.value, responseKeys, taken);
      return renameAlias(field, names, { responseKeys, taken });
    },
  });
  const renamed = visit(aliasesRenamed, {
    Field: (field) => renameUnaliased(field, responseKeys),
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

/** The native planner does not tell `price(unit: EUR)` from a required `price` where types are distinguished. */
function isRequiredOtherwise(field: FieldNode, { required, requiredWithArguments }: SupergraphNames): boolean {
  const name = field.name.value;
  const isAliased = field.alias !== undefined && field.alias.value !== name;
  return !isAliased && ((field.arguments ?? []).length > 0 ? required : requiredWithArguments).has(name);
}

function renameAlias(
  field: FieldNode,
  { fields }: SupergraphNames,
  { responseKeys, taken }: Renames,
): FieldNode | undefined {
  const alias = field.alias?.value;
  const name = field.name.value;
  if (alias === undefined) return undefined;
  // The native planner loses what is selected under an alias that is the field's own name. Execution looks for
  // `__typename` under its own name only.
  if (alias === name || name === '__typename') return { ...field, alias: undefined };
  if (!fields.has(alias) && !alias.startsWith('_') && !(alias in Object.prototype)) return undefined;
  return { ...field, alias: { kind: Kind.NAME, value: rename(alias, responseKeys, taken) } };
}

function renameUnaliased(
  { alias, name, ...field }: FieldNode,
  responseKeys: ReadonlyMap<string, string>,
): FieldNode | undefined {
  const value = alias === undefined ? responseKeys.get(name.value) : undefined;
  return value === undefined ? undefined : { ...field, name, alias: { kind: Kind.NAME, value } };
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
