import { print } from 'graphql';
import type { SchemaText } from './schema-text.ts';
import type { TextEdit } from './text-edits.ts';

/** A place that both a person and the description have changed: the person's stays, the other is told. */
export type Conflict = { readonly coordinate: string; readonly mine: string; readonly next: string };

/** A merge under way: what the three schemas say, and what has been decided. */
export type Merge = {
  readonly base: SchemaText;
  readonly mine: SchemaText;
  readonly next: SchemaText;
  readonly edits: TextEdit[];
  readonly conflicts: Conflict[];
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
};

/** A node as it stands in its text, with the comments right above it. */
export function sliceWithNotes(
  text: string,
  loc: { readonly start: number; readonly end: number } | undefined,
): string {
  const { start = 0, end = 0 } = loc ?? {};
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const above = /((?:^|\n)[ \t]*#[^\n]*)+\n$/.exec(text.slice(0, lineStart));
  const notes = above === null || above.index === 0 ? '' : above[0].trim();
  return notes === '' ? text.slice(start, end) : `${notes}\n${text.slice(lineStart, end)}`;
}

/** A node on one line, for people. */
export function oneLine(node: Parameters<typeof print>[0], isDescribed = false): string {
  const text = 'description' in node && !isDescribed ? print({ ...node, description: undefined }) : print(node);
  return text.replaceAll('"""', '"').replaceAll(/\s+/g, ' ');
}
