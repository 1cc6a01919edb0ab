/** The environment that `${NAME}` is read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

// YAML's flow style would read the braces of `{ token: ${TOKEN} }` as a mapping. While YAML is parsed, they are two
// characters of the private use area, of the same width, so that lines and columns stay.
const OPEN = '\uE000\uE001';
const CLOSE = '\uE002';
// A quote that ends the YAML value ends the reference, which then lacks its brace.
const REFERENCE = /(\$?)\$\{((?:[^{}\n"']|["'](?=[^\s,}]))*)\}/g;
const UNCLOSED = /(?<!\$)\$\{[^\s"',}]*/g;
const NAMED = /^([A-Za-z_]\w*)(?::-(.*))?$/;
const HIDDEN = /(\$?)\uE000\uE001([^\uE002\n]*)\uE002/g;

/** The text with every `${…}` in a form that means nothing to YAML. */
export function hideReferences(text: string): string {
  return text.replace(REFERENCE, (_, escape: string, inner: string) => `${escape}${OPEN}${inner}${CLOSE}`);
}

/** Hidden references as they were written. */
export function showReferences(text: string): string {
  return text.replaceAll(OPEN, '${').replaceAll(CLOSE, '}');
}

/** Text with its references replaced; `missing` are variables that are not set, `malformed` what is no reference. */
export type Interpolated = {
  readonly text: string;
  readonly changed: boolean;
  readonly missing: readonly string[];
  readonly malformed: readonly string[];
};

/** Replaces hidden `${NAME}` and `${NAME:-default}`; `$${` stands for a literal `${`. An empty variable takes the default. */
export function interpolate(hidden: string, env: Environment): Interpolated {
  const missing: string[] = [];
  const malformed: string[] = [];
  const text = hidden.replace(HIDDEN, (_, escape: string, inner: string) => {
    if (escape !== '') return `\${${inner}}`;
    const reference = NAMED.exec(inner);
    if (reference === null) {
      malformed.push(`\${${inner}}`);
      return '';
    }
    const [, name = '', fallback] = reference;
    const value = env[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback === undefined) missing.push(name);
    return fallback ?? '';
  });
  malformed.push(...[...hidden.matchAll(UNCLOSED)].map(([found]) => found));
  return { text: showReferences(text), changed: text !== hidden, missing, malformed };
}

/** What in a text with hidden references is none, and where: it may be what keeps the text from being YAML. */
export function findMalformed(hidden: string): readonly { readonly text: string; readonly offset: number }[] {
  const unnamed = [...hidden.matchAll(HIDDEN)].filter(([, escape, inner = '']) => escape === '' && !NAMED.test(inner));
  return [...unnamed, ...hidden.matchAll(UNCLOSED)].map((found) => ({
    text: showReferences(found[0]),
    offset: found.index,
  }));
}
