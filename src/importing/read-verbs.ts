/** What a name begins with that only says "read this": a field is called by what it gives. */
export const readVerbs: ReadonlySet<string> = new Set(
  'get list show find fetch read retrieve load view describe browse index all'.split(' '),
);

/** The words behind such verbs. */
export function withoutReadVerbs(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !readVerbs.has(word.toLowerCase()));
  return first < 0 ? [] : words.slice(first);
}

/** The verb in front, where it stands behind what it is about: `MemberList` and `users.list`. */
export function verbFirst(words: readonly string[], verbs: ReadonlySet<string>): readonly string[] {
  const [first = ''] = words;
  const last = words.at(-1) ?? '';
  const isBehind = words.length > 1 && verbs.has(last.toLowerCase()) && !readVerbs.has(first.toLowerCase());
  return isBehind ? [last, ...words.slice(0, -1)] : words;
}

/** Verbs of what changes nothing. */
export const questionVerbs: ReadonlySet<string> = new Set([
  ...readVerbs,
  ...'search query count lookup check estimate calculate compute preview resolve exists is has'.split(' '),
]);
