import type { GraphIndex } from './graph-index.ts';

/** Which objects selections concern, at one place of the response. The same objects give the same scope. */
export type Scope = {
  /** What the objects can be: object types, and interfaces of which only an interface object is known. */
  readonly types: readonly string[];
  /** Of interface objects, only those that are one of these; undefined: all of them. */
  readonly inside: ReadonlySet<string> | undefined;
  /** The type that the selections were written on. */
  readonly declared: string;
  readonly id: number;
};

export type Scopes = {
  readonly of: (types: ReadonlySet<string>, declared: string) => Scope;
  /** What is left of a scope inside a fragment; undefined if nothing is. */
  readonly narrow: (scope: Scope, typeCondition: string | undefined) => Scope | undefined;
};

export function createScopes({ types }: Pick<GraphIndex, 'types'>): Scopes {
  const whole = new Map<ReadonlySet<string>, Map<string, Scope>>();
  const narrowed = new Map<Scope, Map<string, Scope | undefined>>();
  let lastId = 0;
  const create = (scope: Omit<Scope, 'id'>): Scope => ({ ...scope, id: (lastId += 1) });
  const objectsOf = (name: string): ReadonlySet<string> => types.get(name)?.objects ?? new Set([name]);

  function keep(scope: Scope, declared: string): Scope | undefined {
    const objects = objectsOf(declared);
    const isUnknown = (name: string) => types.get(name)?.kind === 'interface';
    const isPossible = (name: string) => objects.has(name) || !objects.isDisjointFrom(objectsOf(name));
    const kept = scope.types.filter((name) => (isUnknown(name) ? isPossible(name) : objects.has(name)));
    if (kept.length === 0) return undefined;
    // Execution must know the type of an interface object to tell whether a fragment on another type applies.
    const isWhole = kept.every((name) => !isUnknown(name) || types.get(name)?.interfaces.includes(declared) === true);
    const inside = isWhole ? scope.inside : (scope.inside?.intersection(objects) ?? objects);
    if (inside?.size === 0) return undefined;
    return create({ types: kept.length === scope.types.length ? scope.types : kept, inside, declared });
  }

  return {
    of: (objects, declared) => {
      const known = whole.get(objects) ?? new Map<string, Scope>();
      whole.set(objects, known);
      const scope = known.get(declared) ?? create({ types: [...objects], inside: undefined, declared });
      known.set(declared, scope);
      return scope;
    },
    narrow: (scope, typeCondition) => {
      if (typeCondition === undefined || typeCondition === scope.declared) return scope;
      const known = narrowed.get(scope) ?? new Map<string, Scope | undefined>();
      narrowed.set(scope, known);
      if (!known.has(typeCondition)) known.set(typeCondition, keep(scope, typeCondition));
      return known.get(typeCondition);
    },
  };
}
