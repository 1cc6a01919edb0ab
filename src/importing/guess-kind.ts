/** What may be handed to an import. `schema` is what comes out of one. */
export type DescriptionKind = 'openapi' | 'asyncapi' | 'proto' | 'schema';

/** What a description looks like; undefined where nothing speaks for anything. */
export function guessKind(text: string): DescriptionKind | undefined {
  return signs.find(([, sign]) => sign.test(text))?.[0];
}

const signs: readonly (readonly [DescriptionKind, RegExp])[] = [
  ['openapi', /^\s*["']?(openapi|swagger)["']?\s*:/m],
  ['asyncapi', /^\s*["']?asyncapi["']?\s*:/m],
  ['proto', /^\s*(syntax\s*=|edition\s*=|package\s+[\w.]+\s*;|service\s+\w+\s*\{|message\s+\w+\s*\{)/m],
  ['schema', /^\s*(extend\s+)?(type|schema|input|interface|union|enum|scalar)\b[^:\n]*(\{|@|=|$)/m],
];
