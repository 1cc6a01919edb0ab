import { insertionAbove, type TextEdit } from './text-edits.ts';

export type Span = { readonly start: number; readonly end: number };
type Note = Span & { readonly line: string };

/** The comments right above a place, each with its whole line. */
export function notesAbove(text: string, place: number): readonly Note[] {
  const notes: Note[] = [];
  for (let end = text.lastIndexOf('\n', place - 1) + 1; end > 0;) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const line = text.slice(start, end).trim();
    if (!line.startsWith('#')) break;
    notes.unshift({ line, start, end });
    end = start;
  }
  return notes;
}

/** Says above a place what the description has there now, instead of what was said of it before. */
export function conflictNote(text: string, place: number, next: string): readonly TextEdit[] {
  const indent = /[ \t]*$/.exec(text.slice(0, place))?.[0] ?? '';
  const earlier = notesAbove(text, place).filter(({ line }) => line.startsWith('# CONFLICT'));
  const removals = earlier.map(({ start, end }) => ({ start, end, text: '' }));
  return [...removals, insertionAbove(text, place, `${indent}# CONFLICT the description has now: ${next}`)];
}
