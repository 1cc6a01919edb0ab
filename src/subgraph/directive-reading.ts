import { type ConstDirectiveNode, getArgumentValues } from 'graphql';
import { builtInDirective } from './known-directives.ts';
import type { Federation } from './federation.ts';

/** The uses of our directives that are in order, with their arguments. */
export type DirectiveReading = {
  /** The arguments of each use of the directive among these, typed by its declaration. */
  readonly read: <Arguments>(
    directives: readonly ConstDirectiveNode[] | undefined,
    name: string,
  ) => readonly Use<Arguments>[];
  /** Whether the directive is used at all, in order or not. */
  readonly isUsed: (directives: readonly ConstDirectiveNode[] | undefined, name: string) => boolean;
  /** Whether one of these uses is wrong (and reported): what it would have said is not known to be missing. */
  readonly isFaulty: (directives: readonly ConstDirectiveNode[] | undefined) => boolean;
};

export type Use<Arguments> = { readonly node: ConstDirectiveNode; readonly args: Arguments };

/** Reads what `checkDirectives` found in order. */
export function readingOf(valid: ReadonlySet<ConstDirectiveNode>, federation: Federation): DirectiveReading {
  const usesOf = (directives: readonly ConstDirectiveNode[] | undefined, name: string) =>
    federation.selvedge.has(name) ? (directives ?? []).filter((node) => node.name.value === name) : [];
  return {
    isFaulty: (directives) => (directives ?? []).some((node) => !valid.has(node)),
    isUsed: (directives, name) => usesOf(directives, name).length > 0,
    read: <Arguments>(directives: readonly ConstDirectiveNode[] | undefined, name: string) => {
      const definition = builtInDirective(name);
      if (definition === undefined) return [];
      return (
        usesOf(directives, name)
          .filter((node) => valid.has(node))
          // The arguments were checked against this definition, of which `Arguments` is the TypeScript form.
          .map((node) => ({ node, args: withoutNulls(getArgumentValues(definition, node)) as Arguments }))
      );
    },
  };
}

/** An argument given as null is one that is not given. */
function withoutNulls(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
