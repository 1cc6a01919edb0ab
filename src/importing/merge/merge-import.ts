import { GraphQLError, Kind, print } from 'graphql';
import { importFault } from '../import-fault.ts';
import { type Conflict, type Merge, oneLine, sliceWithNotes } from './merge.ts';
import { mergeNotes, standingConflicts } from './merge-notes.ts';
import { conflictNote } from './notes-above.ts';
import { isSame } from './merge-field.ts';
import { mergeHead } from './merge-head.ts';
import { mergeMember, removeMember } from './merge-member.ts';
import { type MergeTexts, renameLikeMine } from './renames.ts';
import { type Entry, type MemberNode, readSchemaText, type SchemaText } from './schema-text.ts';
import { applyEdits, removal } from './text-edits.ts';

export type Merged = {
  readonly text: string;
  readonly conflicts: readonly Conflict[];
  /** Where a `# CONFLICT` of an earlier import stands still. */
  readonly standing: readonly string[];
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
};

/**
 * Brings what is new in a description into a schema that a person has edited: additions, changes and removals go in
 * where the person has not changed the same; the rest of the text stays as it is, comments too.
 */
export function mergeImport(texts: MergeTexts, name: string): Merged {
  const { base, mine, next } = readTexts(texts, name);
  const merge: Merge = { base, mine, next, edits: [], conflicts: [], added: [], changed: [], removed: [] };
  const fresh = next.entries.flatMap((entry) => mergeEntry(entry, merge));
  for (const entry of base.entries) if (next.named(entry.name).length === 0) removeEntry(entry, merge);
  mergeNotes(merge);
  const edited = applyEdits(mine.text, merge.edits).trimEnd();
  const { conflicts, added, changed, removed } = merge;
  const wanted = [...fresh, ...restored(edited, fresh, merge)];
  const text = `${[edited, ...wanted].join('\n\n')}\n`;
  const fromNow = new Set(conflicts.map(({ coordinate }) => coordinate));
  const standing = standingConflicts(readSchemaText(text, name)).filter((coordinate) => !fromNow.has(coordinate));
  return { text, conflicts, standing, added, changed, removed };
}

function readTexts(texts: MergeTexts, name: string): { base: SchemaText; mine: SchemaText; next: SchemaText } {
  try {
    readSchemaText(texts.mine, name);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [at] = error.locations ?? [];
    throw importFault('IMPORT_MERGE_IMPOSSIBLE', `${name} cannot be read: ${error.message}`, {
      remedy: 'Correct it, then import again.',
      place: at === undefined ? undefined : { file: name, ...at },
    });
  }
  const { base, mine, next } = renameLikeMine(texts);
  return { base: readSchemaText(base, name), mine: readSchemaText(mine, name), next: readSchemaText(next, name) };
}

/** Text of definitions that are new. What a person has taken out stays out. */
function mergeEntry(entry: Entry, merge: Merge): readonly string[] {
  const own = merge.mine.named(entry.name);
  const [before] = merge.base.named(entry.name);
  const [definition] = own;
  if (definition === undefined) {
    if (before !== undefined) return [];
    merge.added.push(entry.name);
    return [sliceWithNotes(merge.next.text, entry)];
  }
  if (before !== undefined) mergeHead(before, definition, entry, merge);
  for (const member of entry.members) mergeMember(entry, member, definition, merge);
  for (const member of before?.members ?? []) removeMember(entry, member, merge);
  return [];
}

function removeEntry(before: Entry, merge: Merge): void {
  const own = merge.mine.named(before.name);
  const [only] = own;
  if (only === undefined || before.name === 'schema') return;
  if (own.length > 1 || !isSame(before.node, only.node)) {
    merge.conflicts.push({ coordinate: before.name, mine: oneLine(only.node), next: 'nothing' });
    merge.edits.push(...conflictNote(merge.mine.text, only.start, 'nothing of it'));
    return;
  }
  merge.edits.push(removal(merge.mine.text, only.start, only.end));
  merge.removed.push(before.name);
}

/** Types that a person had taken out, and that something new refers to: without them the schema would not hold. */
function restored(edited: string, fresh: readonly string[], merge: Merge): readonly string[] {
  const found: string[] = [];
  for (let isChanged = true; isChanged;) {
    const schema = readMerged([edited, ...fresh, ...found].join('\n'));
    const missing = merge.next.entries.filter(
      (entry) => schema.named(entry.name).length === 0 && isReferred(entry.name, schema),
    );
    for (const entry of missing) {
      found.push(sliceWithNotes(merge.next.text, entry));
      merge.added.push(entry.name);
    }
    isChanged = missing.length > 0;
  }
  return found;
}

function readMerged(text: string): SchemaText {
  try {
    return readSchemaText(text, 'merged');
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw importFault('IMPORT_MERGE_IMPOSSIBLE', `What comes of both is no schema: ${error.message}`, {
      remedy: 'A type that a person has emptied but for what the description has no more is the cause: take it out.',
    });
  }
}

function isReferred(name: string, { entries }: SchemaText): boolean {
  const isNamed = (text: string): boolean => text.replaceAll(/[[\]!]/g, '') === name;
  return entries.some(({ members, types, interfaces }) =>
    [...[...types, ...interfaces].map(print), ...members.flatMap(typesOf)].some(isNamed),
  );
}

function typesOf(member: MemberNode): readonly string[] {
  if (member.kind === Kind.ENUM_VALUE_DEFINITION) return [];
  const args = member.kind === Kind.FIELD_DEFINITION ? (member.arguments ?? []) : [];
  return [member, ...args].map((node) => print(node.type));
}
