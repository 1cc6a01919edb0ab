import type protobuf from 'protobufjs';
import { childOf, type Description, type Located } from '../description.ts';
import type { FlatSchema, ReadSchema } from '../json-schema/flat-schema.ts';
import { type Unwrapped, unwrap } from '../unwrap.ts';
import { readVerbs, withoutReadVerbs } from '../read-verbs.ts';
import { splitWords, toCamelCase } from '../words.ts';
import { fullName } from './message-schemas.ts';
import { type Notes, readNotes } from './notes.ts';

/** One method of a service as a field. */
export type Method = {
  /** `package.Service/Method`. */
  readonly name: string;
  readonly service: string;
  readonly words: readonly string[];
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly notes: Notes;
  readonly isDeprecated: boolean;
  readonly request: FlatSchema;
  /** Undefined for google.protobuf.Empty. */
  readonly answer: Unwrapped | undefined;
  /** All messages of its stream are the answer. */
  readonly isGathered: boolean;
};

/** Undefined for a method that takes a stream. */
export function readMethod(method: protobuf.Method, description: Description, read: ReadSchema): Method | undefined {
  const { resolvedRequestType: request, resolvedResponseType: response, parent } = method;
  if (method.requestStream === true || request === null || response === null || parent === null) return undefined;
  const words = splitWords(method.name);
  const at = locate(description, 'messages', fullName(response));
  return {
    name: `${fullName(parent)}/${method.name}`,
    service: parent.name,
    words,
    ...kindOf(method, words),
    notes: readNotes(method.comment),
    isDeprecated: method.options?.['deprecated'] === true,
    request: read(locate(description, 'requests', fullName(request))),
    answer: fullName(response) === 'google.protobuf.Empty' ? undefined : unwrapResponse(at, response.name, read),
  };
}

/** A stream is a list where the method asks for what there is, not for what happens. */
function kindOf(method: protobuf.Method, words: readonly string[]): Pick<Method, 'kind' | 'isGathered'> {
  const isRead = isReading(method, words);
  if (method.responseStream !== true) return { kind: isRead ? 'query' : 'mutation', isGathered: false };
  const isGathered = isRead && !isWatching(words);
  return { kind: isGathered ? 'query' : 'subscription', isGathered };
}

function locate({ root }: Description, use: string, name: string): Located {
  return childOf(root, use, name) ?? { ...root, value: {} };
}

/** A response that was made for one method only carries what is meant: its one field, or the list of a page. */
function unwrapResponse(at: Located, name: string, read: ReadSchema): Unwrapped {
  const { properties } = read(at);
  const [only] = properties;
  if (only === undefined || properties.size > 1 || !/(Response|Reply|Result)$/.test(name)) return unwrap(at, read);
  const [property, inner] = only;
  return { at: inner, path: [property], isList: read(inner).items !== undefined };
}

const watchVerbs = /^(watch|subscribe|stream|listen|follow|tail|observe)$/i;
const questionVerbs: ReadonlySet<string> = new Set([
  ...readVerbs,
  ...'search query count lookup check estimate calculate compute preview resolve exists is has'.split(' '),
]);

function isWatching([first = '']: readonly string[]): boolean {
  return watchVerbs.test(first);
}

/** What it says of itself, else its HTTP method or its verb. */
function isReading(method: protobuf.Method, words: readonly string[]): boolean {
  const options: unknown = method.options ?? {};
  const said = options as Readonly<Record<string, unknown>>;
  if (said['idempotency_level'] === 'NO_SIDE_EFFECTS' || '(google.api.http).get' in said) return true;
  const verb = words.find((word) => !/^(batch|bulk|multi|m)$/i.test(word)) ?? '';
  return questionVerbs.has(verb.toLowerCase());
}

/** Names for the field, the best first: a service `Inventory` with a `Get` has a field `inventory`. */
export function methodFieldNames({ kind, words, service }: Method): readonly string[] {
  const rest = kind === 'mutation' ? words : withoutReadVerbs(isWatching(words) ? words.slice(1) : words);
  const names = rest.length === 0 ? [[service]] : [rest, [service, ...rest]];
  return [...names, words, [service, ...words]].map((all) => toCamelCase(all.join(' ')));
}
