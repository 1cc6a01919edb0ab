import { readVerbs, verbFirst, withoutReadVerbs } from '../read-verbs.ts';
import { isPlural, splitWords, toCamelCase, toPlural, toSingular } from '../words.ts';
import type { Operation } from './operation.ts';

const prepositions: ReadonlySet<string> = new Set(['for', 'in', 'of', 'by', 'from', 'with', 'to', 'on', 'at', 'as']);

/** Names for an operation's field, the best first; later ones are for where the first are taken. */
export function fieldNames(operation: Operation, isList: boolean): readonly string[] {
  const names = operation.method === 'GET' ? queryNames(operation, isList) : mutationNames(operation);
  return [...new Set(names.filter((name) => name !== ''))];
}

function queryNames(operation: Operation, isList: boolean): readonly string[] {
  const { tag, words } = readId(operation);
  const byPath = number(pathWords(operation.path), isList, operation);
  const rest = withoutReadVerbs(withoutKeys(words, operation));
  const [first] = rest;
  if (first === undefined) return [byTag(tag, [], isList), byPath].filter((name) => name !== '');
  const plain = number(rest, isList, operation);
  const tagged = byTag(tag, rest, isList);
  const isShort = rest.length < 2 || prepositions.has(first.toLowerCase());
  return isShort && tagged !== '' ? [tagged, plain, byPath] : [plain, tagged, byPath];
}

function byTag(tag: string | undefined, rest: readonly string[], isList: boolean): string {
  if (tag === undefined) return '';
  const [first] = rest;
  if (first === undefined) return isList ? toPlural(toCamelCase(tag)) : toSingular(toCamelCase(tag));
  const isOfTag = prepositions.has(first.toLowerCase());
  const noun = isOfTag && isList ? toPlural(toCamelCase(tag)) : toSingular(toCamelCase(tag));
  return joinWords([noun, ...rest]);
}

/** The last word in the singular or plural that the answer has. */
function number(words: readonly string[], isList: boolean, { path }: Operation): string {
  const name = joinWords(words);
  if (name === '' || words.some((word) => prepositions.has(word.toLowerCase()))) return name;
  if (isList) return toPlural(name);
  return path.endsWith('}') ? toSingular(name) : name;
}

function mutationNames(operation: Operation): readonly string[] {
  const { tag, words } = readId(operation);
  const nouns = pathWords(operation.path);
  const byPath = joinWords([pathVerb(operation, nouns), ...nouns.slice(0, -1), toSingular(nouns.at(-1) ?? '')]);
  const [verb, ...rest] = withoutKeys(words, operation);
  if (verb === undefined) return [actionName(operation, nouns) ?? byPath, byPath];
  const [first] = rest;
  const noun = toSingular(toCamelCase(tag ?? nouns.at(-1) ?? ''));
  const tagged = joinWords([verb, noun, ...rest]);
  const plain = joinWords([verb, ...rest]);
  if (first === undefined || prepositions.has(first.toLowerCase())) return [tagged, byPath];
  return tag !== undefined && rest.length < 2 ? [tagged, plain, byPath] : [plain, tagged, byPath];
}

/** POST to `/charges/{id}/capture` captures a charge. */
function actionName({ method, path }: Operation, nouns: readonly string[]): string | undefined {
  const action = nouns.at(-1) ?? '';
  const isAction = method === 'POST' && !path.endsWith('}') && /\}\/[^/{}]+$/.test(path) && !isPlural(action);
  return isAction ? joinWords([action, ...nouns.slice(0, -1)]) : undefined;
}

function pathVerb({ method, path }: Operation, nouns: readonly string[]): string {
  switch (method) {
    case 'POST':
      return path.endsWith('}') ? 'update' : isPlural(nouns.at(-1) ?? '') ? 'create' : 'post';
    case 'PUT':
      return 'replace';
    case 'PATCH':
      return 'update';
    case 'DELETE':
      return 'delete';
    case 'GET':
      return 'get';
  }
}

/** The path's own words, those that a parameter follows in the singular: `/orders/{id}/items` is [order, items]. */
function pathWords(path: string): readonly string[] {
  const segments =
    path
      .split('?')[0]
      ?.split('/')
      .filter((segment) => segment !== '') ?? [];
  return segments.flatMap((segment, index) => {
    const plain = segment.replaceAll(/\{[^}]*\}/g, ' ').trim();
    if (plain === '' || /^(api|rest|v\d+(\.\d+)*)$/i.test(plain)) return [];
    const isOfParameter = segments[index + 1]?.startsWith('{') === true;
    const name = toCamelCase(plain);
    return name === 'unnamed' ? [] : [isOfParameter ? toSingular(name) : name];
  });
}

/** An operation's id in words. `tag` is what stands before its slash (`repos/list-branches`). */
function readId({ id, method, path }: Operation): {
  readonly tag: string | undefined;
  readonly words: readonly string[];
} {
  if (id === undefined || isMadeOfPath(id, method, path)) return { tag: undefined, words: [] };
  const withoutPath = stripPathSuffix(id, method, path);
  const [tag, ...rest] = withoutPath.split('/');
  const text = rest.length === 0 ? withoutPath : rest.join(' ');
  const words = text.includes('.') ? verbFirst(splitWords(text), trailingVerbs) : splitWords(text);
  return { tag: rest.length === 0 ? undefined : tag, words };
}

const trailingVerbs: ReadonlySet<string> = new Set(
  [...readVerbs, 'create', 'update', 'delete', 'insert', 'patch', 'remove'].filter((verb) => verb !== 'all'),
);

/** A generator made `GetCustomersCustomer` of `GET /v1/customers/{customer}`. */
function isMadeOfPath(id: string, method: string, path: string): boolean {
  const segments = path.split('/').filter((segment) => !/^(v\d+)?$/.test(segment));
  return letters(id) === letters(method + segments.join(''));
}

/** A generator made `read_items_items__item_id__get` of a function's name, the path and the method. */
function stripPathSuffix(id: string, method: string, path: string): string {
  const suffix = letters(path) + letters(method);
  if (!letters(id).endsWith(suffix)) return id;
  const length = letters(id).length - suffix.length;
  let end = 0;
  for (let seen = 0; seen < length; end++) if (/[a-z0-9]/i.test(id.charAt(end))) seen++;
  return end === 0 ? id : id.slice(0, end);
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Without `by id` and its like at the end: the argument says it. */
function withoutKeys(words: readonly string[], { path }: Operation): readonly string[] {
  const by = words.findIndex((word, index) => index > 0 && word.toLowerCase() === 'by');
  if (by < 1) return words;
  const keys = letters(words.slice(by + 1).join(''));
  const parameters = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => letters(name));
  const isKey = keys === 'id' || parameters.some((name) => name === keys || name.endsWith(keys) || keys.endsWith(name));
  return isKey && by > 1 ? words.slice(0, by) : words;
}

function joinWords(words: readonly string[]): string {
  const text = words.join(' ').trim();
  return text === '' ? '' : toCamelCase(text);
}
