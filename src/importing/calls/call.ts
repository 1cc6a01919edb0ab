import type { Todo } from '../draft.ts';
import type { FlatSchema } from '../json-schema/flat-schema.ts';
import { questionVerbs, withoutReadVerbs } from '../read-verbs.ts';
import type { Unwrapped } from '../unwrap.ts';
import { toCamelCase } from '../words.ts';

/** One thing that a service does, by a message: a method of gRPC, or an operation on a topic. */
export type Call = {
  readonly directive: 'grpc' | 'request' | 'publish' | 'subscribe';
  /** The directive's first argument: `{ method: "shop.v1.Stock/Get" }`, `{ topic: "orders.{id}.shipped" }`. */
  readonly place: Readonly<Record<string, string>>;
  /** The directive's argument that makes the message. */
  readonly expression: 'request' | 'payload';
  /** What it belongs to, for names that are not enough by themselves. */
  readonly service: string;
  readonly words: readonly string[];
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly notes: { readonly [name: string]: unknown };
  readonly isDeprecated: boolean;
  /** What its description leaves open. */
  readonly todos: readonly Todo[];
  /** What is sent: an object, or a schema that says nothing where nothing is. */
  readonly request: FlatSchema;
  /** What in the place is an argument. */
  readonly parameters: readonly PlaceParameter[];
  /** Undefined where that it was done is all that is answered. */
  readonly answer: Unwrapped | undefined;
  /** All messages of a stream are the answer. */
  readonly isGathered: boolean;
};

/** `values` are all that it may be, where that is said. */
export type PlaceParameter = {
  readonly name: string;
  readonly description: string | undefined;
  readonly values: readonly string[];
};

/** What `x-selvedge-name` says. */
export function saidName({ notes }: Call): string | undefined {
  const name = notes['x-selvedge-name'];
  return typeof name === 'string' ? name : undefined;
}

/** Names for the field, the best first: a service `Inventory` with a `Get` has a field `inventory`. */
export function callFieldNames(call: Call): readonly string[] {
  const said = saidName(call);
  if (said !== undefined) return [said];
  const { kind, words, service } = call;
  const rest = kind === 'mutation' ? words : withoutReadVerbs(isWatching(words) ? words.slice(1) : words);
  const names = rest.length === 0 ? [[service]] : [rest, [service, ...rest]];
  return [...names, words, [service, ...words]].map((all) => toCamelCase(all.join(' ')));
}

const watchVerbs = /^(watch|subscribe|stream|listen|follow|tail|observe)$/i;

/** Whether a name asks for what happens, not for what there is. */
export function isWatching([first = '']: readonly string[]): boolean {
  return watchVerbs.test(first);
}

/** Whether a name asks, and changes nothing. */
export function isQuestion(words: readonly string[]): boolean {
  const verb = words.find((word) => !/^(batch|bulk|multi|m)$/i.test(word)) ?? '';
  return questionVerbs.has(verb.toLowerCase());
}

/** Whether a name asks for one thing. */
export function isGet([first = '']: readonly string[]): boolean {
  return /^get$/i.test(first);
}
