import { GatewayError } from '../errors/gateway-error.ts';

type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'place'; readonly text: string };

/** `a{b}c` → its literals and places. Throws an Error for a brace that has no partner. */
export function splitTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (const [part] of text.matchAll(/\{[^{}]*\}|[^{}]+|[{}]/g)) {
    if (part === '{' || part === '}') throw new Error(`the brace "${part}" has no partner`);
    const isPlace = part.startsWith('{');
    if (part === '{}') throw new Error('"{}" names nothing');
    parts.push(isPlace ? { kind: 'place', text: part.slice(1, -1) } : { kind: 'literal', text: part });
  }
  return parts;
}

/** The names in a template's places, each once. Throws an Error for one that is no variable. */
export function readVariables(parts: readonly TemplatePart[]): readonly string[] {
  const variables = parts.flatMap((part) => (part.kind === 'place' ? [part.text] : []));
  variables.forEach(assertVariable);
  return [...new Set(variables)];
}

const name = /^(?:[A-Za-z_]\w*|(?:args|this|claims)(?:\.\w[\w:/-]*)+|headers\.[\w-]+)$/;

/** Throws an Error for what is not a variable: a bare name, or a path that begins with a root. */
export function assertVariable(variable: string): void {
  if (name.test(variable)) return;
  const meant = name.test(`args.${variable}`) ? `: did you mean "args.${variable}"?` : '';
  throw new Error(`"${variable}" is not a name, nor a path that begins with args, this, claims or headers${meant}`);
}

/** A single value as text; undefined when there is none. Throws BAD_USER_INPUT for objects, lists and broken Unicode. */
export function toText(variable: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isSingle(value)) {
    throw new GatewayError('BAD_USER_INPUT', `"${variable}" must be a single value, not an object or a list.`);
  }
  const text = String(value);
  // encodeURIComponent throws on lone surrogates, and a broker's or a service's decoder may do worse.
  if (!text.isWellFormed()) throw new GatewayError('BAD_USER_INPUT', `"${variable}" is not well-formed Unicode text.`);
  return text;
}

function isSingle(value: unknown): value is string | number | bigint | boolean {
  return (
    typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
  );
}
