import { childOf, childrenOf, type Description, fieldsOf, isRecord, type Located, textOf } from '../description.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'querystring';
  readonly isRequired: boolean;
  readonly schema: Located;
  /** Its value is a text in another format, such as JSON. */
  readonly isEncoded: boolean;
  readonly style: string;
  readonly isExploded: boolean;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
  /** Where it is described: several may come of one. */
  readonly source: Located;
};

/** One operation of an OpenAPI description. */
export type Operation = {
  readonly method: Method;
  readonly path: string;
  readonly at: Located;
  readonly id: string | undefined;
  readonly tag: string | undefined;
  readonly summary: string | undefined;
  readonly isDeprecated: boolean;
  /** The URL of a server of its own, or of its path. */
  readonly server: string | undefined;
  readonly parameters: readonly Parameter[];
};

const OTHER_METHOD = 'only GET, POST, PUT, PATCH and DELETE become fields';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

type Other = { readonly name: string; readonly at: Located; readonly why: string };

/** All operations, in their order. `others` are those that become no field: other methods, and what the service calls itself. */
export function readOperations(description: Description): {
  readonly operations: readonly Operation[];
  readonly others: readonly Other[];
} {
  const operations: Operation[] = [];
  const others: Other[] = [];
  for (const [path, item] of childrenOf(childOf(description.root, 'paths'))) {
    const target = description.follow(item) ?? item;
    for (const method of methods) {
      const at = childOf(target, method);
      if (at !== undefined)
        operations.push(readOperation({ method, path: tidyPath(path), at, item: target }, description));
    }
    const more = [...childrenOf(target), ...childrenOf(childOf(target, 'additionalOperations'))];
    for (const [name, at] of more.filter(([key]) => /^(head|options|trace|query|[A-Z]+)$/.test(key)))
      others.push({ name: `${name.toUpperCase()} ${path}`, at, why: OTHER_METHOD });
  }
  for (const [name, at] of childrenOf(childOf(description.root, 'webhooks')))
    others.push({ name: `webhook ${name}`, at, why: 'the service calls it' });
  return { operations, others };
}

/** Some descriptions tell operations of one path apart by a fragment, which is never sent. */
function tidyPath(path: string): string {
  return path.replace(/#[^{}]*$/, '').replaceAll(' ', '%20');
}

type Found = {
  readonly method: (typeof methods)[number];
  readonly path: string;
  readonly at: Located;
  readonly item: Located;
};

function readOperation({ method, path, at, item }: Found, description: Description): Operation {
  const own = childrenOf(childOf(at, 'parameters'));
  const shared = childrenOf(childOf(item, 'parameters'));
  const parameters = new Map<string, Parameter>();
  for (const [, parameter] of [...shared, ...own]) {
    const read = readParameter(description.follow(parameter) ?? parameter);
    if (read !== undefined) parameters.set(`${read.in} ${read.name}`, read);
  }
  const tags = fieldsOf(at)['tags'];
  const [tag] = Array.isArray(tags) ? (tags as readonly unknown[]) : [];
  return {
    method: method.toUpperCase() as Method,
    path,
    at,
    id: textOf(at, 'operationId'),
    tag: typeof tag === 'string' ? tag : undefined,
    summary: textOf(at, 'summary') ?? textOf(at, 'description'),
    isDeprecated: fieldsOf(at)['deprecated'] === true,
    server: textOf(childOf(at, 'servers', 0) ?? childOf(item, 'servers', 0), 'url'),
    parameters: [...parameters.values()],
  };
}

function readParameter(at: Located): Parameter | undefined {
  const own = fieldsOf(at);
  const { name, in: place } = own;
  if (typeof name !== 'string' || !isPlace(place)) return undefined;
  const [content] = childrenOf(childOf(at, 'content'));
  const style = textOf(at, 'style') ?? (place === 'query' || place === 'cookie' ? 'form' : 'simple');
  return {
    name,
    in: place,
    isRequired: own['required'] === true || place === 'path',
    schema: childOf(at, 'schema') ?? { ...at, value: { type: 'string' }, pointer: `${at.pointer}/schema` },
    isEncoded: content !== undefined,
    style,
    isExploded: typeof own['explode'] === 'boolean' ? own['explode'] : style === 'form' || style === 'deepObject',
    description: textOf(at, 'description'),
    isDeprecated: own['deprecated'] === true,
    source: at,
  };
}

function isPlace(value: unknown): value is Parameter['in'] {
  return value === 'path' || value === 'query' || value === 'header' || value === 'cookie' || value === 'querystring';
}

/** The request's body: its schema by media type. */
export function readBody(
  operation: Operation,
  description: Description,
):
  | {
      readonly isRequired: boolean;
      readonly schemas: ReadonlyMap<string, Located | undefined>;
    }
  | undefined {
  const given = childOf(operation.at, 'requestBody');
  const at = given === undefined ? undefined : description.follow(given);
  if (at === undefined) return undefined;
  const contents = childrenOf(childOf(at, 'content'));
  return {
    isRequired: fieldsOf(at)['required'] === true,
    schemas: new Map(contents.map(([type, content]) => [type, childOf(content, 'schema')])),
  };
}

/** What an operation answers if all is well. */
export type Answer =
  | { readonly kind: 'json'; readonly schema: Located; readonly isSometimesEmpty: boolean }
  /** A JSON text after the other, without an end. */
  | { readonly kind: 'stream'; readonly schema: Located }
  | { readonly kind: 'empty' }
  /** Media types that are not JSON. */
  | { readonly kind: 'other'; readonly mediaTypes: readonly string[] };

/** The first 2xx answer with JSON; `default` where there is no 2xx. */
export function readAnswer(operation: Operation, description: Description): Answer {
  const all = childrenOf(childOf(operation.at, 'responses'));
  const good = all.filter(([status]) => status.startsWith('2')).toSorted(([a], [b]) => a.localeCompare(b));
  const meant = good.length > 0 ? good : all.filter(([status]) => status === 'default');
  const contents = meant.map(([, response]) =>
    childrenOf(childOf(description.follow(response) ?? response, 'content')),
  );
  const isSometimesEmpty = contents.some((content) => content.length === 0);
  const json = contents.flat().find(([type]) => isJsonType(type));
  if (json !== undefined) return { kind: 'json', schema: schemaOf(json[1]), isSometimesEmpty };
  const stream = contents.flat().find(([type]) => isStreamType(type));
  if (stream !== undefined) return { kind: 'stream', schema: schemaOf(stream[1]) };
  const mediaTypes = contents.flat().map(([type]) => type);
  return mediaTypes.length === 0 ? { kind: 'empty' } : { kind: 'other', mediaTypes: [...new Set(mediaTypes)] };
}

/** Since 3.2 a stream's items have a schema of their own. */
function schemaOf(content: Located): Located {
  return (
    childOf(content, 'itemSchema') ??
    childOf(content, 'schema') ?? { ...content, value: {}, pointer: `${content.pointer}/schema` }
  );
}

function isStreamType(mediaType: string): boolean {
  return /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonlines|json-seq))\b/.test(mediaType);
}

export function isJsonType(mediaType: string): boolean {
  return /^(application|text)\/([\w.+-]*\+)?json\b|^\*\/\*/.test(mediaType);
}

/** Whether the operation says that what it is asked for may not be there. */
export function mayBeMissing({ at }: Operation): boolean {
  const responses = childOf(at, 'responses')?.value;
  return isRecord(responses) && ['404', '410', '4XX', '4xx'].some((status) => Object.hasOwn(responses, status));
}
