import type { RequiresSelection } from '../model/plan.ts';
import type { Planning } from './planning.ts';
import type { FieldSelection, Selections } from './selection.ts';

type RequiredField = Extract<RequiresSelection, { kind: 'field' }>;

/** An object's type, as its representation has it. */
export const TYPENAME: RequiresSelection = {
  kind: 'field',
  name: '__typename',
  responseKey: '__typename',
  selections: [],
};

/** A field set, whose response keys are chosen, as what a representation tells of objects of a type. */
export function toRequires(planning: Planning, typeName: string, selections: Selections): readonly RequiresSelection[] {
  return selections.map((selection): RequiresSelection => {
    if (selection.kind === 'field') return toRequiredField(planning, typeName, selection);
    const typeCondition = selection.typeCondition ?? typeName;
    const inner = toRequires(planning, typeCondition, selection.selections);
    return { kind: 'fragment', typeCondition, selections: inner, keys: [] };
  });
}

function toRequiredField(
  planning: Planning,
  typeName: string,
  { name, responseKey, selections }: FieldSelection,
): RequiredField {
  const { types } = planning.index;
  const below = types.get(typeName)?.fields.get(name)?.type ?? '';
  const inner = toRequires(planning, below, selections ?? []);
  const isAbstract = inner.length > 0 && types.get(below)?.kind !== 'object';
  return {
    kind: 'field',
    name,
    responseKey: responseKey ?? name,
    selections: isAbstract ? [TYPENAME, ...inner] : inner,
  };
}

/** Everything once: a field's inner fields together. */
export function mergeRequires(selections: readonly RequiresSelection[]): readonly RequiresSelection[] {
  const merged = new Map<string, RequiresSelection>();
  for (const selection of selections) {
    const id = selection.kind === 'field' ? `.${selection.name} ${selection.responseKey}` : selection.typeCondition;
    const known = merged.get(id);
    const inner =
      known === undefined ? selection.selections : mergeRequires([...known.selections, ...selection.selections]);
    merged.set(id, { ...selection, selections: inner });
  }
  return [...merged.values()];
}

/** Whether no field would have two values in one representation: with other arguments, it would. */
export function canBeTold(selections: readonly RequiresSelection[]): boolean {
  return [...Map.groupBy(flatten(selections), ({ name }) => name).values()].every((fields) => {
    const [first] = fields;
    const isOne = fields.every(({ responseKey }) => responseKey === first?.responseKey);
    return isOne && (fields.length === 1 || canBeTold(fields.flatMap((field) => field.selections)));
  });
}

const flatten = (selections: readonly RequiresSelection[]): readonly RequiredField[] =>
  selections.flatMap((selection) => (selection.kind === 'field' ? [selection] : flatten(selection.selections)));
