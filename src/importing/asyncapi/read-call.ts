import { type Call, isQuestion } from '../calls/call.ts';
import { type Description, fieldsOf, isRecord, type Located, textOf } from '../description.ts';
import type { FlatSchema, ReadSchema } from '../json-schema/flat-schema.ts';
import { unwrap } from '../unwrap.ts';
import { splitWords, toCamelCase } from '../words.ts';
import { type AsyncOperation, payloadOf } from './operations.ts';
import { replyTodos } from './reply-todos.ts';
import { toTopic } from './topic.ts';

type Reading = {
  readonly description: Description;
  readonly read: ReadSchema;
  readonly all: readonly AsyncOperation[];
};

/** What the gateway does for an operation of the service: ask it, publish to it, or subscribe to what it sends. */
export function readAsyncCall(
  operation: AsyncOperation,
  { description, read, all }: Reading,
): Call | { readonly why: string } {
  const topic = topicOf(operation);
  if ('why' in topic) return topic;
  const payload = joinPayloads(operation.messages, operation, description);
  if ('why' in payload) return payload;
  const reply = operation.reply === undefined ? undefined : joinPayloads(operation.reply, operation, description);
  if (reply !== undefined && 'why' in reply) return reply;
  return {
    place: topic,
    expression: 'payload',
    service: textOf(description.root, 'id') ?? 'service',
    notes: notesOf(operation),
    todos: replyTodos(operation, all),
    isDeprecated: fieldsOf(operation.at)['deprecated'] === true,
    parameters: operation.parameters.map((parameter) => ({ ...parameter, name: toCamelCase(parameter.name) })),
    isGathered: false,
    ...exchangeOf(operation, { payload, reply }, read),
  };
}

function topicOf({ address, action, reply }: AsyncOperation): ReturnType<typeof toTopic> {
  if (address === undefined) return { why: 'its channel has no address' };
  if (action === 'send' && reply !== undefined) return { why: 'the service asks, and the gateway has no answers' };
  return toTopic(address);
}

type Payloads = { readonly payload: Located; readonly reply: Located | undefined };
type Exchange = Pick<Call, 'directive' | 'kind' | 'words' | 'request' | 'answer'>;

function exchangeOf(operation: AsyncOperation, { payload, reply }: Payloads, read: ReadSchema): Exchange {
  const words = splitWords(operation.id);
  const request = read(payload);
  if (operation.action === 'send') {
    return {
      directive: 'subscribe',
      kind: 'subscription',
      words: withoutVerb(words, sendVerbs),
      request: emptySchema(request, operation),
      answer: unwrapped(payload, read),
    };
  }
  if (reply !== undefined) {
    const kind = isQuestion(words) ? 'query' : 'mutation';
    return { directive: 'request', kind, words, request, answer: unwrap(reply, read) };
  }
  const isObject = request.properties.size > 0 || request.choices.length > 0;
  const event = withoutVerb(words, receiveVerbs);
  return {
    directive: 'publish',
    kind: 'mutation',
    words: event === words ? words : ['publish', ...event],
    request,
    answer: isObject ? unwrapped(payload, read) : undefined,
  };
}

const sendVerbs = /^(send|emit|publish|broadcast|notify|produce|on|subscribe)$/i;
const receiveVerbs = /^(receive|on|handle|consume|process|listen|read)$/i;

/** The service's side of it is said by the directive. */
function withoutVerb(words: readonly string[], verbs: RegExp): readonly string[] {
  return words.length > 1 && verbs.test(words[0] ?? '') ? words.slice(1) : words;
}

/** An event is what it is: nothing carries it. */
function unwrapped(at: Located, read: ReadSchema): Call['answer'] {
  return { at, path: [], isList: read(at).items !== undefined };
}

function emptySchema(schema: FlatSchema, { at }: AsyncOperation): FlatSchema {
  return {
    ...schema,
    key: `${at.file}#${at.pointer}/nothing`,
    properties: new Map(),
    required: new Set(),
    choices: [],
    items: undefined,
    types: new Set(),
    values: undefined,
  };
}

function notesOf({ at, summary }: AsyncOperation): Call['notes'] {
  const said = Object.entries(fieldsOf(at)).filter(([name]) => name.startsWith('x-selvedge-'));
  return { ...Object.fromEntries(said), ...(summary === undefined ? {} : { description: summary }) };
}

/** One of several messages is a choice of their payloads. */
function joinPayloads(
  messages: readonly Located[],
  { at }: AsyncOperation,
  description: Description,
): Located | { readonly why: string } {
  const payloads = messages.map((message) => payloadOf(message, description));
  const fault = payloads.find((payload) => 'why' in payload);
  if (fault !== undefined) return fault;
  const schemas = payloads.filter((payload) => 'pointer' in payload);
  const [only, ...others] = schemas;
  if (only === undefined) return { ...at, value: {}, pointer: `${at.pointer}/payload` };
  if (others.length === 0) return only;
  const isOneFile = schemas.every(({ file }) => file === at.file);
  const oneOf = schemas.map((schema) =>
    isOneFile && isRecord(schema.value) ? { $ref: `#${encodeURI(schema.pointer)}` } : schema.value,
  );
  return { ...at, value: { oneOf }, pointer: `${at.pointer}/payload` };
}
