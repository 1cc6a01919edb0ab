import { Kind, print } from 'graphql';
import { printEnumValue, printField, printInput } from '../print-draft.ts';
import { isSame, mergeDirectives, mergeField, mergeInputField, readDirectives } from './merge-field.ts';
import { conflictNote } from './notes-above.ts';
import { type Merge, oneLine, sliceWithNotes } from './merge.ts';
import type { Entry, MemberNode } from './schema-text.ts';
import { insertionBelow, removal } from './text-edits.ts';
import { type MergePart, threeWay } from './three-way.ts';

/** A field, input field or enum value that the description has. What a person has taken out stays out. */
export function mergeMember(entry: Entry, member: MemberNode, home: Entry, merge: Merge): void {
  const coordinate = `${entry.name}.${member.name.value}`;
  const own = merge.mine.member(entry.name, member.name.value);
  const before = merge.base.member(entry.name, member.name.value);
  if (own !== undefined) mergeBoth({ before, own, next: member, coordinate }, merge);
  else if (before === undefined) addMember({ entry, member, home, coordinate }, merge);
}

type Sides = {
  readonly before: MemberNode | undefined;
  readonly own: MemberNode;
  readonly next: MemberNode;
  readonly coordinate: string;
};

function mergeBoth({ before, own, next, coordinate }: Sides, merge: Merge): void {
  if (isSame(own, next) || (before !== undefined && isSame(before, next)) || own.loc === undefined) return;
  const { start, end } = own.loc;
  let isConflict = before === undefined;
  const current = merge.mine.text.slice(start, end).trim();
  const onConflict = (): void => void (isConflict = true);
  const printed = before === undefined ? current : mergeNodes(before, own, next, onConflict).trim();
  if (isConflict) {
    merge.conflicts.push({ coordinate, mine: oneLine(own, true), next: oneLine(next, true) });
    merge.edits.push(...conflictNote(merge.mine.text, start, oneLine(next, true)));
  }
  if (printed === current) return;
  merge.edits.push({ start, end, text: printed });
  if (!isConflict) merge.changed.push(coordinate);
}

/** The member as both changes make it; mine where they contradict each other. */
function mergeNodes(before: MemberNode, own: MemberNode, next: MemberNode, onConflict: () => void): string {
  const mergePart = threeWay(onConflict);
  if (own.kind === Kind.FIELD_DEFINITION) {
    if (before.kind === own.kind && next.kind === own.kind) return printField(mergeField(before, own, next, mergePart));
  } else if (own.kind === Kind.INPUT_VALUE_DEFINITION) {
    if (before.kind === own.kind && next.kind === own.kind)
      return printInput(mergeInputField(before, own, next, mergePart), '  ');
  } else {
    return mergeEnumValue(before, own, next, mergePart);
  }
  onConflict();
  return print(own);
}

function mergeEnumValue(before: MemberNode, own: MemberNode, next: MemberNode, mergePart: MergePart): string {
  return printEnumValue({
    name: own.name.value,
    description: mergePart(before.description?.value, own.description?.value, next.description?.value, String),
    directives: mergeDirectives(
      readDirectives(before.directives),
      readDirectives(own.directives),
      readDirectives(next.directives),
      mergePart,
    ),
  });
}

type Addition = {
  readonly entry: Entry;
  readonly member: MemberNode;
  readonly home: Entry;
  readonly coordinate: string;
};

/** Below the member that it follows in the description, if that is still there; else at the end. */
function addMember({ entry, member, home, coordinate }: Addition, merge: Merge): void {
  const { text } = merge.mine;
  const lines = `  ${sliceWithNotes(merge.next.text, member.loc)}`;
  const before = entry.members
    .slice(0, entry.members.indexOf(member))
    .map(({ name }) => merge.mine.member(entry.name, name.value));
  const place = (before.findLast((node) => node !== undefined) ?? home.members.at(-1))?.loc?.end;
  if (place === undefined) merge.edits.push({ start: home.end, end: home.end, text: ` {\n${lines}\n}` });
  else merge.edits.push(insertionBelow(text, place, lines));
  merge.added.push(coordinate);
}

/** What the description has no more goes, unless a person has changed it: then it stays, as a conflict. */
export function removeMember(entry: Entry, before: MemberNode, merge: Merge): void {
  const name = before.name.value;
  const own = merge.mine.member(entry.name, name);
  if (own?.loc === undefined || entry.members.some((member) => member.name.value === name)) return;
  const coordinate = `${entry.name}.${name}`;
  if (!isSame(before, own)) {
    merge.conflicts.push({ coordinate, mine: oneLine(own), next: 'nothing' });
    merge.edits.push(...conflictNote(merge.mine.text, own.loc.start, 'nothing of it'));
    return;
  }
  merge.edits.push(removal(merge.mine.text, own.loc.start, own.loc.end));
  merge.removed.push(coordinate);
}
