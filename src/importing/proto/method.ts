import type protobuf from 'protobufjs';
import { type Call, isQuestion, isWatching } from '../calls/call.ts';
import { childOf, type Description, type Located } from '../description.ts';
import type { ReadSchema } from '../json-schema/flat-schema.ts';
import { type Unwrapped, unwrap } from '../unwrap.ts';
import { splitWords, toPlural } from '../words.ts';
import { verbFirst } from '../read-verbs.ts';
import { fullName, hasOwnForm } from './message-schemas.ts';
import { readNotes } from './notes.ts';

/** `ListMembers` and `MemberList` alike. */
function wordsOf(name: string): readonly string[] {
  const said = splitWords(name);
  const words = verbFirst(said, trailingVerbs);
  const isList = words !== said && /^list$/i.test(words[0] ?? '');
  return isList ? [...words.slice(0, -1), toPlural(words.at(-1) ?? '')] : words;
}

/** What may stand behind its noun: `MemberList`, `UserGet`. */
const trailingVerbs: ReadonlySet<string> = new Set(['get', 'list', 'find', 'search', 'count', 'lookup']);

/** Why a method cannot be a field; undefined for one that can. */
export function findObstacle({ requestStream, resolvedRequestType }: protobuf.Method): string | undefined {
  if (requestStream === true) return 'it takes a stream of requests';
  return resolvedRequestType !== null && hasOwnForm(resolvedRequestType)
    ? `it takes a ${fullName(resolvedRequestType)} by itself, which has no names to be arguments`
    : undefined;
}

/** Undefined for a method with an obstacle. */
export function readMethod(method: protobuf.Method, description: Description, read: ReadSchema): Call | undefined {
  const { resolvedRequestType: request, resolvedResponseType: response, parent } = method;
  if (findObstacle(method) !== undefined || request === null || response === null || parent === null) return undefined;
  const words = wordsOf(method.name);
  const at = locate(description, 'messages', fullName(response));
  return {
    directive: 'grpc',
    place: { method: `${fullName(parent)}/${method.name}` },
    expression: 'request',
    parameters: [],
    service: parent.name,
    words,
    ...kindOf(method, words),
    notes: readNotes(method.comment),
    todos: [],
    isDeprecated: method.options?.['deprecated'] === true,
    request: read(locate(description, 'requests', fullName(request))),
    answer: holdsNothing(response) ? undefined : unwrapResponse(at, response.name, read),
  };
}

/** Then that the call was made is all that its answer says. */
function holdsNothing(response: protobuf.Type): boolean {
  return response.fieldsArray.length === 0 && !/^google\.protobuf\.(?!Empty$)/.test(fullName(response));
}

/** A stream is a list where the method asks for what there is, not for what happens. */
function kindOf(method: protobuf.Method, words: readonly string[]): Pick<Call, 'kind' | 'isGathered'> {
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

/** What it says of itself, else its HTTP method or its verb. */
function isReading(method: protobuf.Method, words: readonly string[]): boolean {
  const options: unknown = method.options ?? {};
  const said = options as Readonly<Record<string, unknown>>;
  if (said['idempotency_level'] === 'NO_SIDE_EFFECTS' || '(google.api.http).get' in said) return true;
  return isQuestion(words);
}
