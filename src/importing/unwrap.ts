import type { Located } from './description.ts';
import type { FlatSchema, ReadSchema } from './json-schema/flat-schema.ts';

/** What is meant in an answer, and the way there. */
export type Unwrapped = { readonly at: Located; readonly path: readonly string[]; readonly isList: boolean };

const MAX_LEVELS = 4;

/** Takes off what only carries an answer: `{ data: … }`, `{ droplet: … }`, and pages `{ items: […], next_page }`. */
export function unwrap(at: Located, read: ReadSchema): Unwrapped {
  const path: string[] = [];
  let current = at;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const schema = read(current);
    const inner = innerProperty(schema, read);
    const next = inner === undefined ? undefined : schema.properties.get(inner);
    if (inner === undefined || next === undefined) break;
    path.push(inner);
    current = next;
  }
  return { at: current, path, isList: read(current).items !== undefined };
}

function innerProperty(schema: FlatSchema, read: ReadSchema): string | undefined {
  if (schema.items !== undefined || schema.choices.length > 0) return undefined;
  const names = [...schema.properties.keys()];
  const carried = names.filter((name) => isCarried(name, schema, read));
  const [only] = carried;
  return only !== undefined && carried.length === 1 ? only : undefined;
}

/** The one property that all others are about: a list among a page's numbers, or what an envelope holds. */
function isCarried(name: string, schema: FlatSchema, read: ReadSchema): boolean {
  const { properties } = schema;
  const at = properties.get(name);
  if (at === undefined) return false;
  const inner = read(at);
  const others = [...properties.keys()].filter((other) => other !== name);
  if (inner.items !== undefined) {
    const isListing = others.length > 0 || listNames.test(name);
    return isListing && others.every((other) => aboutPages.test(other) || aboutEnvelopes.test(other));
  }
  const isObject = inner.properties.size > 0 || inner.choices.length > 0;
  const carries = envelopes.test(name) || isWrapper(schema, inner);
  return isObject && carries && others.every((other) => aboutEnvelopes.test(other));
}

/** `{ droplet: { … } }`: what has no name of its own, or one that only says that it answers, is not what is meant. */
function isWrapper({ name }: FlatSchema, inner: FlatSchema): boolean {
  return inner.name !== undefined && (name === undefined || /(Response|Result|Reply|Envelope|Wrapper)$/i.test(name));
}

const listNames = /^(data|items|results?|records|entries|list|values|elements|rows|content)$/i;
const envelopes = /^(data|result|response|payload)$/i;
const aboutPages =
  /^_?(next|prev|previous|first|last|self|start|end|page|pages|per_?page|limit|offset|total|count|size|cursor|has_?(more|next|prev)|incomplete_?results|number|number_?of_?elements|empty|sort|pageable|search|query|from|to)(_?(page|pages|token|url|uri|link|cursor|count|size|items|results|elements|number|id|key|href))*$/i;
const aboutEnvelopes =
  /^_?(meta|metadata|links?|pagination|paging|page_?info|kind|api_?version|object|url|href|etag|success|ok|errors?|status|code|messages?|warnings?|request_?id|info|jsonapi|result_?info|response_?metadata)$/i;
