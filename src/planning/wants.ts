import type { Scope, Scopes } from './scope.ts';
import { bothConditions, NO_CONDITIONS, type Conditions, type FieldSelection, type Selections } from './selection.ts';

/** One field that is wanted of the objects at a place, whatever fragments it was written in. */
export type Want = {
  readonly name: string;
  readonly responseKey: string;
  readonly call: string;
  readonly variables: readonly string[];
  readonly conditions: Conditions;
  readonly scope: Scope;
  readonly selections: Selections | undefined;
};

/** CollectFields of the GraphQL specification (section 6.3.2), for all types at once; the same input gives the same wants. */
export type CollectWants = (selections: Selections, scope: Scope) => readonly Want[];

export function createCollectWants({ narrow }: Pick<Scopes, 'narrow'>): CollectWants {
  const known = new WeakMap<Selections, Map<Scope, readonly Want[]>>();
  return (selections, scope) => {
    const byScope = known.get(selections) ?? new Map<Scope, readonly Want[]>();
    known.set(selections, byScope);
    const found = byScope.get(scope) ?? collect(selections, scope, narrow);
    byScope.set(scope, found);
    return found;
  };
}

function collect(selections: Selections, scope: Scope, narrow: Scopes['narrow']): readonly Want[] {
  const wants = new Map<string, Want>();
  const seen = new Map<Selections, Set<string>>();
  visit(selections, scope, NO_CONDITIONS);
  return [...wants.values()];

  function visit(inner: Selections, at: Scope, conditions: Conditions): void {
    const places = seen.get(inner) ?? new Set<string>();
    const place = `${at.id} ${conditions.join(' ')}`;
    if (places.has(place)) return;
    seen.set(inner, places.add(place));
    for (const selection of inner) {
      const all = bothConditions(conditions, selection.conditions);
      if (all === null) continue;
      if (selection.kind === 'field') {
        add(selection, at, all);
      } else {
        const narrowed = narrow(at, selection.typeCondition);
        if (narrowed !== undefined) visit(selection.selections, narrowed, all);
      }
    }
  }

  function add(field: FieldSelection, at: Scope, conditions: Conditions): void {
    const responseKey = field.responseKey ?? field.name;
    const id = `${responseKey} ${at.id} ${conditions.join(' ')}`;
    const wanted = wants.get(id);
    const selections = joinSelections(wanted?.selections, field.selections);
    const { name, call, variables } = field;
    wants.set(id, { name, call, variables, responseKey, conditions, scope: at, selections });
  }
}

function joinSelections(one: Selections | undefined, other: Selections | undefined): Selections | undefined {
  if (one === undefined || one === other) return other;
  return other === undefined ? one : [...one, ...other];
}
