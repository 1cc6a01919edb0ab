import type { EntityTarget } from '../model/plan.ts';
import type { TypeRelations } from './type-relations.ts';

/** What a service is told of the entities of one object type: `__typename` and fields without fields of their own. */
export type FlatRequirement = {
  readonly typename: string;
  /** By `name`; without `__typename`. */
  readonly fields: readonly { readonly name: string; readonly responseKey: string }[];
  /** Response keys of each key that is told whole. */
  readonly keys: readonly (readonly string[])[];
};

/** A target's requirements, one for each type; undefined where any is nested, conditional, rewritten or of an abstract type. */
export function readFlatRequirements(
  { requires, inputRewrites }: Pick<EntityTarget, 'requires' | 'inputRewrites'>,
  relations: TypeRelations,
): readonly FlatRequirement[] | undefined {
  if (inputRewrites.length > 0 || requires.length === 0) return undefined;
  const flat = requires.map((selection) => readFlat(selection, relations)).filter((found) => found !== undefined);
  const typenames = new Set(flat.map(({ typename }) => typename));
  return typenames.size === requires.length ? flat : undefined;
}

function readFlat(
  selection: EntityTarget['requires'][number],
  { isAbstract }: TypeRelations,
): FlatRequirement | undefined {
  if (selection.kind === 'field' || isAbstract(selection.typeCondition)) return undefined;
  const fields = selection.selections.flatMap((inner) =>
    inner.kind === 'field' && inner.selections.length === 0 ? [inner] : [],
  );
  const rest = fields.filter(({ name }) => name !== '__typename');
  const isTyped = fields.some(({ name, responseKey }) => name === '__typename' && responseKey === '__typename');
  const isPlain =
    fields.length === selection.selections.length && new Set(rest.map(({ name }) => name)).size === rest.length;
  if (!isTyped || !isPlain || rest.length === 0) return undefined;
  return {
    typename: selection.typeCondition,
    fields: rest.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    keys: selection.keys,
  };
}
