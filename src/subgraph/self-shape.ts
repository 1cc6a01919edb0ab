import type { CallContext, CallUse } from './create-call-site.ts';
import { parseFieldSet, stringArgument, topLevelNames } from './entity-keys.ts';
import { federationDirectives } from './federation.ts';
import { type ObjectShape, objectShape, type Shape, shapeOfOutput, shapeOfSelection } from './shape.ts';
import type { TypeEntry } from './type-index.ts';

/** What `this` holds for a call: of an entity, its key; of a field, what its parent has without another call. */
export function selfShape({ entry, field }: Pick<CallUse, 'entry' | 'field'>, context: CallContext): ObjectShape {
  if (field === undefined) return objectShape(`the key of ${entry.name}`, keyFields(entry, context));
  const required = federationDirectives(field.directives, 'requires', context.federation).flatMap((node) => {
    const selection = parseFieldSet(stringArgument(node, 'fields') ?? '');
    return selection === undefined ? [] : [...shapeOfSelection(entry, selection, context.index)];
  });
  const fields = new Map([...plainFields(entry, context), ...anyKeyFields(entry, context), ...required]);
  return objectShape(entry.name, fields);
}

/** Why a field of the type is not in `this`, and what to do; undefined for what is no field of it, or is there. */
export function whyAbsentFromParent(
  name: string,
  { entry, field }: Pick<CallUse, 'entry' | 'field'>,
  { keys, index, isCalled, federation }: CallContext,
): readonly [why: string, remedy: string] | undefined {
  const node = entry.fields.get(name);
  if (node === undefined || index.roots.has(entry.name)) return undefined;
  if (field === undefined) {
    const names = (keys.get(entry.name) ?? []).flatMap(({ selection }) => topLevelNames(selection));
    return names.includes(name)
      ? [`which is not in every key of ${entry.name}`, 'Mark the keys that are without it `resolvable: false`.']
      : ['which is no field of the key', `Choose from: ${names.join(', ')}.`];
  }
  if (isCalled(`${entry.name}.${name}`))
    return ['which has a call of its own', 'Name a field that the answer for the type holds.'];
  return federationDirectives(node.directives, 'external', federation).length === 0
    ? undefined
    : ['which is @external', `Say that it is needed: @requires(fields: "${name}").`];
}

/** An entity may be asked for by any of its resolvable keys: only what all of them have is always there. */
function keyFields(entry: TypeEntry, { keys, index }: CallContext): ReadonlyMap<string, () => Shape> {
  const [first, ...others] = (keys.get(entry.name) ?? []).filter(({ isResolvable }) => isResolvable);
  if (first === undefined) return new Map();
  const fields = shapeOfSelection(entry, first.selection, index);
  return new Map(
    [...fields].filter(([name]) => others.every(({ selection }) => topLevelNames(selection).includes(name))),
  );
}

function anyKeyFields(entry: TypeEntry, { keys, index }: CallContext): readonly (readonly [string, () => Shape])[] {
  return (keys.get(entry.name) ?? []).flatMap(({ selection }) => [...shapeOfSelection(entry, selection, index)]);
}

/** External fields are there only where `@requires` names them; fields with a call of their own would need that call first. */
function plainFields(
  entry: TypeEntry,
  { federation, index, isCalled }: CallContext,
): readonly (readonly [string, () => Shape])[] {
  return [...entry.fields]
    .filter(
      ([name, node]) =>
        !isCalled(`${entry.name}.${name}`) &&
        federationDirectives(node.directives, 'external', federation).length === 0,
    )
    .map(([name, node]) => [name, () => shapeOfOutput(node.type, index)] as const);
}
