import { visit, type DocumentNode } from 'graphql';
import type { RequiresSelection, Rewrite } from '../model/plan.ts';

/** Object types behind an interface that an operation has fragments on. */
export type MentionedTypes = (interfaceName: string) => readonly string[];

export function readMentionedTypes(
  document: DocumentNode,
  possibleTypes: ReadonlyMap<string, ReadonlySet<string>>,
): MentionedTypes {
  const mentioned = new Set<string>();
  visit(document, {
    InlineFragment({ typeCondition }) {
      if (typeCondition) mentioned.add(typeCondition.name.value);
    },
  });
  return (interfaceName) => [...mentioned].filter((name) => possibleTypes.get(interfaceName)?.has(name));
}

/**
 * A fetch of an interface object that the native planner merged for several types is given the requirements of one of
 * them only: objects of the other types would stay empty. They are given to all types that the operation asks about.
 */
export function completeRequires(
  requires: readonly RequiresSelection[],
  inputRewrites: readonly Rewrite[],
  mentionedTypes: MentionedTypes,
): readonly RequiresSelection[] {
  const interfaceName = inputRewrites.map(readInterfaceName).find((name) => name !== undefined);
  if (interfaceName === undefined) return requires;
  const listed = new Set(
    requires.flatMap((selection) => (selection.kind === 'fragment' ? [selection.typeCondition] : [])),
  );
  const mentioned = mentionedTypes(interfaceName);
  const known = requires.find(
    (selection) => selection.kind === 'fragment' && mentioned.includes(selection.typeCondition),
  );
  if (known === undefined || listed.has(interfaceName)) return requires;
  const missing = mentioned.filter((typeCondition) => !listed.has(typeCondition));
  return [...requires, ...missing.map((typeCondition) => ({ ...known, typeCondition }))];
}

/** The interface whose name is sent in the place of an object's own type. */
function readInterfaceName(rewrite: Rewrite): string | undefined {
  const last = rewrite.path.at(-1);
  const isTypename = rewrite.kind === 'set' && last?.kind === 'key' && last.name === '__typename';
  return isTypename && typeof rewrite.value === 'string' ? rewrite.value : undefined;
}
