import { print } from 'graphql';
import { headOf } from './merge-head.ts';
import type { Merge } from './merge.ts';
import type { MemberNode, Entry, SchemaText } from './schema-text.ts';
import { notesAbove, type Span } from './notes-above.ts';
import { insertionAbove, type TextEdit } from './text-edits.ts';

/** `words` are the same where two say the same, however they are laid out. */
type Thing = { readonly words: string; readonly span: Span };

/** What stands in mine, with the same of the other two texts. */
type Sides = { readonly own: Thing; readonly next: Thing; readonly before: Thing | undefined };

/**
 * Brings the `# TODO`s of the description into mine: new ones, and away with those whose reason is gone. One that a person
 * has taken out is not new. A `# CONFLICT` whose place is now as the description has it goes too.
 */
export function mergeNotes(merge: Merge): void {
  for (const sides of commonThings(merge)) merge.edits.push(...noteEdits(sides, merge));
}

function commonThings({ base, mine, next }: Merge): readonly Sides[] {
  return next.entries.flatMap((entry) => {
    const [own] = mine.named(entry.name);
    const [before] = base.named(entry.name);
    if (own === undefined) return [];
    const heads = { own: thingOfHead(own), next: thingOfHead(entry), before: before && thingOfHead(before) };
    const members = entry.members.flatMap((member): readonly Sides[] => {
      const [kept, earlier] = [mine, base].map((text) => text.member(entry.name, member.name.value));
      if (kept === undefined) return [];
      return [{ own: thingOf(kept), next: thingOf(member), before: earlier && thingOf(earlier) }];
    });
    return [heads, ...members];
  });
}

function thingOfHead(entry: Entry): Thing {
  return { words: headOf(entry), span: entry };
}

function thingOf(node: MemberNode): Thing {
  return { words: print(node), span: node.loc ?? { start: 0, end: 0 } };
}

function noteEdits({ own, next, before }: Sides, merge: Merge): readonly TextEdit[] {
  const wanted = todosAbove(merge.next, next);
  const known = before === undefined ? [] : todosAbove(merge.base, before);
  const gone = known.filter((line) => !wanted.includes(line));
  const there = notesAbove(merge.mine.text, own.span.start);
  const isSettled = own.words === next.words;
  const removals = there.flatMap(({ line, start, end }) =>
    gone.includes(line) || (isSettled && line.startsWith('# CONFLICT')) ? [{ start, end, text: '' }] : [],
  );
  const fresh = wanted.filter((line) => !known.includes(line) && there.every((note) => note.line !== line));
  const indent = /[ \t]*$/.exec(merge.mine.text.slice(0, own.span.start))?.[0] ?? '';
  return [...removals, ...fresh.map((line) => insertionAbove(merge.mine.text, own.span.start, indent + line))];
}

function todosAbove({ text }: SchemaText, { span }: Thing): readonly string[] {
  return notesAbove(text, span.start).flatMap(({ line }) => (line.startsWith('# TODO: ') ? [line] : []));
}

/** The coordinates at which a `# CONFLICT` stands. */
export function standingConflicts({ text, entries }: SchemaText): readonly string[] {
  const isConflict = (place: number): boolean =>
    notesAbove(text, place).some(({ line }) => line.startsWith('# CONFLICT'));
  return entries.flatMap((entry) => [
    ...(isConflict(entry.start) ? [entry.name] : []),
    ...entry.members.flatMap(({ name, loc }) =>
      loc !== undefined && isConflict(loc.start) ? [`${entry.name}.${name.value}`] : [],
    ),
  ]);
}
