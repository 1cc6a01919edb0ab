/** A piece of a text, and what shall stand there instead. Edits of one text never overlap. */
export type TextEdit = { readonly start: number; readonly end: number; readonly text: string };

/** Everything outside of the edits stays as it is, comments and layout too. Edits at one place keep their order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let done = 0;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(done, Math.max(start, done)) + inserted;
    done = Math.max(end, done);
  }
  return result + text.slice(done);
}

/** Takes away what stands between, with its lines where nothing else stands on them, and the notes right above. */
export function removal(text: string, start: number, end: number): TextEdit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = endOfLine(text, end);
  const isAlone = text.slice(lineStart, start).trim() === '' && /^\s*(#.*)?$/.test(text.slice(end, lineEnd));
  if (!isAlone) return { start, end, text: '' };
  const above = text.slice(0, lineStart).replace(/(^|\n)([ \t]*# (?:TODO|CONFLICT)[^\n]*\n)+$/, '$1');
  const isBetweenBlankLines = above.endsWith('\n\n') && /^\n?(\n|$)/.test(text.slice(lineEnd));
  return { start: Math.max(above.length - (isBetweenBlankLines ? 2 : 1), 0), end: lineEnd, text: '' };
}

/** Puts lines below the line on which a place is, after a comment that stands there too. */
export function insertionBelow(text: string, place: number, lines: string): TextEdit {
  const lineEnd = endOfLine(text, place);
  const isLast = /^\s*(#.*)?$/.test(text.slice(place, lineEnd));
  const at = isLast ? lineEnd : place;
  return { start: at, end: at, text: `\n${lines}` };
}

/** Where a comment above a place goes: the beginning of its line. */
export function insertionAbove(text: string, place: number, lines: string): TextEdit {
  const at = text.lastIndexOf('\n', place - 1) + 1;
  return { start: at, end: at, text: `${lines}\n` };
}

function endOfLine(text: string, place: number): number {
  const end = text.indexOf('\n', place);
  return end < 0 ? text.length : end;
}
