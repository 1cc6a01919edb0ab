import { Kind, type SelectionSetNode } from 'graphql';
import type { Binding } from '../model/binding.ts';
import { readBindingNames } from './binding-names.ts';
import { type EntityKey, topLevelNames } from './entity-keys.ts';
import { isWrong, type Report } from './report.ts';
import type { TypeIndex } from './type-index.ts';

type Context = {
  readonly index: TypeIndex;
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
  readonly bindings: readonly Binding[];
  readonly report: Report;
};

/** What a call by key has to do with the keys of its type. */
type KeyedCall = {
  readonly binding: Binding;
  readonly isOfEntity: boolean;
  readonly keys: readonly EntityKey[];
  /** Fields of the keys that the call sends. */
  readonly carried: readonly string[];
};

/** Checks that calls for an entity, or for many parents at once, tell one from another. */
export function checkKeys(context: Context): void {
  for (const binding of context.bindings) {
    const [typeName = '', fieldName] = binding.coordinate.split('.');
    const isByKey = fieldName === undefined || binding.batch !== undefined;
    if (!isByKey || isWrong(context.report, binding.coordinate)) continue;
    const keys = context.keys.get(typeName) ?? [];
    const carried = carriedFields(binding, keys, context.index);
    const call = { binding, isOfEntity: fieldName === undefined, keys, carried };
    checkCall(call, binding.batch?.match ?? [], context.report);
  }
}

function checkCall(call: KeyedCall, match: readonly string[], report: Report): void {
  const { binding, keys, carried } = call;
  const { coordinate, place: at, batch } = binding;
  const unmatched = carried.filter((name) => !match.includes(name));
  if (carried.length === 0) {
    report.error({
      code: 'BINDING_WITHOUT_KEY',
      message: `${coordinate} is fetched by its key, but the call does not carry the key.`,
      remedy: sayWhereToPut(binding, keys),
      coordinate,
      at,
    });
  } else if (batch !== undefined && unmatched.length > 0 && !isWhole(match, keys)) {
    report.error({
      code: 'BATCH_INVALID',
      message: `${coordinate} is asked for by ${quote(carried)}, but its answers are matched by ${quote(match)} alone: those that differ in ${quote(unmatched)} would get each other's.`,
      remedy: `Match by all of it: match: "${[...match, ...unmatched].join(' ')}".`,
      coordinate,
      at,
    });
  } else if (call.isOfEntity && !isWhole(carried, keys)) {
    hintAtPart(call, report);
  }
}

function isWhole(names: readonly string[], keys: readonly EntityKey[]): boolean {
  return keys.some(({ selection }) => topLevelNames(selection).every((name) => names.includes(name)));
}

function hintAtPart({ binding: { coordinate, place: at }, keys, carried }: KeyedCall, report: Report): void {
  const wanted = keys.find(({ isResolvable }) => isResolvable);
  if (wanted === undefined) return;
  const missing = topLevelNames(wanted.selection).filter((name) => !carried.includes(name));
  report.hint({
    code: 'KEY_NOT_WHOLE',
    message: `${coordinate} is fetched by ${quote(carried)}, a part of its key "${wanted.fields}": those that differ in ${quote(missing)} get the same answer.`,
    remedy: `Send ${quote(missing)} too, or make ${quote(carried)} a key: @key(fields: "${carried.join(' ')}").`,
    coordinate,
    at,
  });
}

function carriedFields(binding: Binding, keys: readonly EntityKey[], { types }: TypeIndex): readonly string[] {
  const [typeName = '', fieldName = ''] = binding.coordinate.split('.');
  const args = types.get(typeName)?.fields.get(fieldName)?.arguments ?? [];
  const { named, takesAll, takesKeys } = readBindingNames(
    binding,
    args.map(({ name }) => name.value),
  );
  const inKeys = new Set(keys.flatMap(({ selection }) => topLevelNames(selection)));
  const whole = binding.batch === undefined ? [...inKeys] : binding.batch.match;
  return [...new Set([...named, ...(takesAll || takesKeys ? whole : [])])].filter((name) => inKeys.has(name));
}

function sayWhereToPut({ kind, batch }: Binding, keys: readonly EntityKey[]): string {
  const paths = [...new Set(keys.flatMap(({ selection }) => leafPaths(selection)))];
  if (kind === 'rest') {
    const places = paths.map((path) => (path.includes('.') ? `{this.${path}}` : `{${path}}`));
    return `Put a field of the key into the path: ${places.join(', ')}.`;
  }
  const whole = batch === undefined ? '' : ', or `keys`';
  return `Send a field of the key: ${paths.map((path) => `this.${path}`).join(', ')}${whole}.`;
}

/** `id region { name }` as `id`, `region.name`. */
function leafPaths(selection: SelectionSetNode): readonly string[] {
  return selection.selections.flatMap((node) => {
    if (node.kind !== Kind.FIELD) return [];
    const { value: name } = node.name;
    return node.selectionSet === undefined ? [name] : leafPaths(node.selectionSet).map((path) => `${name}.${path}`);
  });
}

function quote(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' and ');
}
