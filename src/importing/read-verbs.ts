/** What a name begins with that only says "read this": a field is called by what it gives. */
export const readVerbs: ReadonlySet<string> = new Set(
  'get list show find fetch read retrieve load view describe browse index all'.split(' '),
);

/** The words behind such verbs. */
export function withoutReadVerbs(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !readVerbs.has(word.toLowerCase()));
  return first < 0 ? [] : words.slice(first);
}

/** Verbs of what changes nothing. */
export const questionVerbs: ReadonlySet<string> = new Set([
  ...readVerbs,
  ...'search query count lookup check estimate calculate compute preview resolve exists is has'.split(' '),
]);
