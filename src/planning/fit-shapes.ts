import type { LocalField, LocalSelection } from './drafts.ts';
import type { GraphIndex } from './graph-index.ts';

/** Keys that a fetch uses for fields whose own keys are taken: by a field of another type of object, with another shape. */
export type SentKeys = ReadonlyMap<LocalField, string>;

/**
 * Fields of objects that exclude each other may share a response key only if their types have the same shape (GraphQL,
 * section 5.3.2, SameResponseShape). Services may disagree about shapes where the whole graph does not: `Int` and `Int!`.
 */
export function fitShapes(selection: LocalSelection, { types }: Pick<GraphIndex, 'types'>): SentKeys {
  const sent = new Map<LocalField, string>();
  visit([selection], new Set());
  return sent;

  function visit(selections: readonly LocalSelection[], seen: Set<LocalSelection>): void {
    const fields = selections.flatMap((one) => [...one.fields.values()]);
    for (const [key, group] of Map.groupBy(fields, ({ responseKey }) => responseKey)) {
      for (const shape of groupByShape(key, group)) {
        const below = new Set(shape.flatMap((field) => field.below?.local ?? []));
        const isNew = [...below].some((local) => !seen.has(local));
        for (const local of below) seen.add(local);
        if (isNew) visit([...below], seen);
      }
    }
  }

  function groupByShape(key: string, fields: readonly LocalField[]): readonly (readonly LocalField[])[] {
    const shapes: LocalField[][] = [];
    for (const field of fields) {
      const shape = shapes.find((group) => group.every((other) => haveSameShape(field, other)));
      if (shape !== undefined) shape.push(field);
      else shapes.push([field]);
    }
    for (const shape of shapes.slice(1)) {
      const sentKey = `_as${sent.size + 1}_${key}`; // no key of the client's begins so
      for (const field of shape) sent.set(field, sentKey);
    }
    return shapes;
  }

  function haveSameShape(one: LocalField, other: LocalField): boolean {
    if (one.field === other.field && one.below === other.below) return true;
    if (one.below === undefined || other.below === undefined)
      return one.field.typeText === other.field.typeText && one.below === other.below;
    return wrappers(one) === wrappers(other) && haveSameShapes(one.below.local, other.below.local);
  }

  function haveSameShapes(one: LocalSelection, other: LocalSelection): boolean {
    if (one === other) return true;
    const others = Map.groupBy(other.fields.values(), ({ responseKey }) => responseKey);
    return [...one.fields.values()].every((field) =>
      (others.get(field.responseKey) ?? []).every((another) => haveSameShape(field, another)),
    );
  }

  function wrappers({ field }: LocalField): string {
    return types.has(field.type) ? field.typeText.replace(field.type, '') : field.typeText;
  }
}
