import { parseTemplate } from 'url-template';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Template } from '../model/expression.ts';
import { assertVariable, splitTemplate, toText } from './template-text.ts';

type Variable = {
  readonly name: string;
  readonly key: string;
  /** How many characters of the value are taken (`{sku:3}`); all, if undefined. */
  readonly length: number | undefined;
};
type Spec = { readonly name: string; readonly explode: string; readonly length: number | undefined };
type Place = {
  readonly operator: string;
  readonly variables: readonly Variable[];
  readonly expand: (values: Values) => string;
  /** The name in a plain `{name}`, the commonest place by far, which needs no more than its value encoded. */
  readonly sole: string | undefined;
};
type Values = Record<string, string | readonly string[] | undefined>;
type Part = string | Place;

/**
 * Compiles the path of a `@rest` call (RFC 6570). Names in `{?a,b}` are query parameters as `toWireName` gives them.
 * Throws an Error that says what is wrong with the text.
 */
export function compileUriTemplate(text: string, toWireName: (name: string) => string = (name) => name): Template {
  assertPath(text);
  const parts = splitTemplate(text).map((part): Part =>
    part.kind === 'literal' ? parseTemplate(part.text).expand({}) : compilePlace(part.text, toWireName),
  );
  const variables = parts.flatMap((part) => (typeof part === 'string' ? [] : part.variables.map(({ name }) => name)));
  return {
    text,
    variables: [...new Set(variables)],
    expand: (read) => {
      let path = '';
      for (const part of parts) path += typeof part === 'string' ? part : expandPlace(part, read);
      if (variables.length > 0) assertNoDotSegment(path);
      return path;
    },
  };
}

function assertPath(text: string): void {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text))
    throw new Error('it must be a path; the service’s URL stands in the gateway’s config');
  if (!/^(\/(?!\/)|\{\/)/.test(text)) throw new Error('it must begin with one "/"');
  const literals = text.replace(/\{[^{}]*\}/g, '');
  if (/[\s\\#]/.test(literals)) throw new Error('a path holds no white space, "\\" or "#"');
  if (/(^|\/)\.\.?(\/|\?|$)/.test(text)) throw new Error('a path holds no "." or ".." segments');
  assertQuery(text);
}

/** What is left out takes its "?" with it: whatever would stand behind it then must not be written. */
function assertQuery(text: string): void {
  const start = text.indexOf('?');
  const path = start < 0 ? text : text.slice(0, start);
  if (path.includes('{&')) throw new Error('"{&…}" goes on with a query that no "?" has begun; write "{?…}"');
  const place = text.indexOf('{?');
  if (place < 0) return;
  if (text.lastIndexOf('?') > start)
    throw new Error('the query begins twice; begin it once, and go on with "{&…}", or name all in one "{?…}"');
  if (text.includes('&', place))
    throw new Error(
      '"&" stands behind "{?…}", which may be empty; put constants first ("?a=1{&b}"), or name all in one',
    );
}

function compilePlace(text: string, toWireName: (name: string) => string): Place {
  const [, operator = '', list = ''] = /^([^\w]?)(.*)$/s.exec(text) ?? [];
  assertOperator(operator);
  const specs = list.split(',').map((spec) => {
    const [, name = '', modifier = ''] = /^(.*?)(\*|:[1-9]\d{0,3})?$/s.exec(spec) ?? [];
    assertVariable(name);
    return { name, explode: modifier === '*' ? '*' : '', length: Number(modifier.slice(1)) || undefined };
  });
  const isNamed = ['?', '&', ';'].includes(operator);
  const variables = specs.map(({ name, length }, index) => ({
    name,
    length,
    key: isNamed ? toWireName(lastOf(name)) : `v${index}`,
  }));
  if (new Set(variables.map(({ key }) => key)).size < variables.length)
    throw new Error(`"{${text}}" names one parameter twice`);
  if (isNamed) return { operator, variables, sole: undefined, expand: compileNamed(operator, variables, specs) };
  const keys = variables.map(({ key }, index) => `${key}${specs[index]?.explode ?? ''}`);
  const template = parseTemplate(`{${operator}${keys.join(',')}}`);
  const sole = operator === '' ? readSole(specs) : undefined;
  return { operator, variables, sole, expand: (values) => template.expand(values as Record<string, string>) };
}

function readSole(specs: readonly Spec[]): string | undefined {
  const [only] = specs;
  return specs.length === 1 && only?.explode === '' && only.length === undefined ? only.name : undefined;
}

function assertOperator(operator: string): void {
  if (operator === '+' || operator === '#') {
    throw new Error(
      `the operator "${operator}" would let a value leave its place; take it off, and the value is encoded`,
    );
  }
  if (!['', '/', '.', ';', '?', '&'].includes(operator))
    throw new Error(`"${operator}" is not an operator of RFC 6570`);
}

/**
 * `{?a,b*}`, `{&a}` and `{;a}`: each name with its value. Names may hold what a template gives a meaning (`id:in`).
 * Written here, for a batch has many values, and the library takes four times as long.
 */
function compileNamed(operator: string, variables: readonly Variable[], specs: readonly Spec[]): Place['expand'] {
  const separator = operator === ';' ? ';' : '&';
  const names = variables.map(({ key }, index) => {
    const name = `${encodeValue(key)}=`;
    return { key, name, between: specs[index]?.explode === '*' ? separator + name : ',' };
  });
  return (values) => {
    let text = '';
    for (const { key, name, between } of names) {
      const value = values[key];
      if (value === undefined) continue;
      text += (text === '' ? operator : separator) + name;
      text += typeof value === 'string' ? encodeValue(value) : value.map(encodeValue).join(between);
    }
    return text;
  };
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function expandPlace({ operator, variables, expand, sole }: Place, read: (variable: string) => unknown): string {
  if (sole !== undefined) {
    const value = toValue(sole, read(sole));
    assertStandsInPath(sole, value, true);
    if (typeof value === 'string') return encodeValue(value);
  }
  const isQuery = operator === '?' || operator === '&';
  const values: Values = Object.create(null) as Values;
  for (const { name, key, length } of variables) {
    const value = cut(toValue(name, read(name)), length);
    if (!isQuery) assertStandsInPath(name, value, operator === '');
    values[key] = value;
  }
  return expand(values);
}

/** The first characters, which are Unicode's (RFC 6570, 2.4.1): a pair of surrogates is one. */
function cut(value: Values[string], length: number | undefined): Values[string] {
  if (length === undefined || value === undefined) return value;
  const first = (text: string): string => Array.from(text).slice(0, length).join('');
  return typeof value === 'string' ? first(value) : value.map(first);
}

const UNRESERVED = /^[\w.~-]*$/;

/** All but the unreserved characters (RFC 3986, 2.3). */
function encodeValue(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function toValue(name: string, value: unknown): string | readonly string[] | undefined {
  if (!Array.isArray(value)) return toText(name, value);
  const items: string[] = [];
  for (const item of value) {
    const text = toText(name, item);
    if (text !== undefined) items.push(text);
  }
  return items.length === 0 ? undefined : items;
}

/** An empty or missing value would make another path of it: `/products/` is not a product. */
function assertStandsInPath(name: string, value: string | readonly string[] | undefined, isRequired: boolean): void {
  const items = typeof value === 'string' ? [value] : (value ?? []);
  if (isRequired && items.length === 0) throw new GatewayError('BAD_USER_INPUT', `"${name}" must have a value.`);
  if (items.includes('')) throw new GatewayError('BAD_USER_INPUT', `"${name}" must not be empty.`);
  if (items.includes('.') || items.includes('..')) {
    throw new GatewayError('BAD_USER_INPUT', `"${name}" must not be "." or "..".`);
  }
}

/** Two harmless values side by side, or one after a literal dot, can still make `..`. */
function assertNoDotSegment(path: string): void {
  if (/(^|\/)\.\.?(\/|\?|$)/.test(path)) {
    throw new GatewayError('BAD_USER_INPUT', 'The arguments make a path that leaves its place.');
  }
}
