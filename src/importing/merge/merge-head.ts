import { type NamedTypeNode, print } from 'graphql';
import { printHead } from '../print-draft.ts';
import { conflictNote } from './notes-above.ts';
import { mergeDirectives, readDirectives } from './merge-field.ts';
import type { Merge } from './merge.ts';
import type { Entry } from './schema-text.ts';
import { threeWay } from './three-way.ts';

/** What stands before a definition's members: description, directives, a union's types. */
export function mergeHead(before: Entry, own: Entry, next: Entry, merge: Merge): void {
  const [was, is, willBe] = [before, own, next].map(headOf);
  if (own.node.kind !== next.node.kind || was === willBe || is === willBe) return;
  let isConflict = false;
  const onConflict = (): void => {
    if (isConflict) return;
    isConflict = true;
    const [mine, theirs] = [own, next].map(printOnOneLine);
    merge.conflicts.push({ coordinate: own.name, mine: mine ?? '', next: theirs ?? '' });
    merge.edits.push(...conflictNote(merge.mine.text, own.start, theirs ?? ''));
  };
  const mergePart = threeWay(onConflict);
  const head = printHead({
    keyword: own.keyword,
    name: own.name,
    description: mergePart(before.description?.value, own.description?.value, next.description?.value, String),
    directives: mergeDirectives(
      readDirectives(before.directives),
      readDirectives(own.directives),
      readDirectives(next.directives),
      mergePart,
    ),
    interfaces: mergePart(before.interfaces, own.interfaces, next.interfaces, printNames).map(print),
    types: mergePart(before.types, own.types, next.types, printNames).map(print),
  });
  const { start, end } = headRange(own, merge.mine.text);
  if (head === merge.mine.text.slice(start, end).trimEnd()) return;
  merge.edits.push({ start, end, text: own.members.length > 0 ? `${head} ` : head });
  merge.changed.push(own.name);
}

function printNames(nodes: readonly NamedTypeNode[]): string {
  return nodes.map(print).join(' ');
}

function printOnOneLine({ keyword, name, description, directives, interfaces, types }: Entry): string {
  const head = printHead({
    keyword,
    name,
    description: description?.value,
    interfaces: interfaces.map(print),
    directives: readDirectives(directives),
    types: types.map(print),
  });
  return head.replaceAll('"""', '"').replaceAll(/\s+/g, ' ');
}

/** The same for heads that say the same. */
export function headOf({ description, interfaces, directives, types }: Entry): string {
  return [description?.value ?? '', printNames(interfaces), ...directives.map(print), printNames(types)].join(' ');
}

/** From the description to the brace that opens the members, or to the end. */
function headRange({ start, end, members }: Entry, text: string): { readonly start: number; readonly end: number } {
  const [first] = members;
  if (first?.loc === undefined) return { start, end };
  let token = first.loc.startToken.prev;
  while (token !== null && token.kind !== '{') token = token.prev;
  return { start, end: token?.start ?? text.length };
}
