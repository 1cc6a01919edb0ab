import type { DraftDirective } from '../draft.ts';
import { quoteName, quotePath } from '../json-path.ts';
import type { FlatSchema, ReadSchema } from '../json-schema/flat-schema.ts';
import { leafType } from '../json-schema/leaf-type.ts';
import { toCamelCase, toSingular } from '../words.ts';
import type { Method } from './method.ts';

/** A message that is fetched by a key: `BatchGetStock(skus)` gives Stocks, each with its `sku`; or `GetStock(sku)` one. */
export type ProtoEntity = {
  readonly schema: FlatSchema;
  readonly method: Method;
  /** The request's field → the message's. */
  readonly keys: ReadonlyMap<string, string>;
  readonly isBatched: boolean;
};

/** By the message's key. What many can be fetched by at once comes before what gives one. */
export function findProtoEntities(methods: readonly Method[], read: ReadSchema): ReadonlyMap<string, ProtoEntity> {
  const found = methods.filter(({ kind, isGathered }) => kind === 'query' && !isGathered);
  const batches = found.flatMap((method) => readBatch(method, read) ?? []);
  const singles = found.flatMap((method) => readSingle(method, read) ?? []);
  const entities = new Map<string, ProtoEntity>();
  for (const entity of [...batches, ...singles]) {
    if (!entities.has(entity.schema.key)) entities.set(entity.schema.key, entity);
  }
  return entities;
}

function readBatch(method: Method, read: ReadSchema): ProtoEntity | undefined {
  const { request, answer } = method;
  const items = answer === undefined ? undefined : read(answer.at).items;
  if (items === undefined) return undefined;
  const schema = read(items);
  for (const [name, at] of request.properties) {
    const of = read(at).items;
    if (of === undefined || read(of).properties.size > 0) continue;
    const key = matchKey(toSingular(name), schema, read);
    const isFree = [...request.required].every((other) => other === name);
    if (key !== undefined && isFree) return { schema, method, keys: new Map([[name, key]]), isBatched: true };
  }
  return undefined;
}

function readSingle(method: Method, read: ReadSchema): ProtoEntity | undefined {
  const { request, answer, words } = method;
  const [first] = request.properties;
  if (answer === undefined || answer.isList || first === undefined || !/^get$/i.test(words[0] ?? '')) return undefined;
  const [name] = first;
  const schema = read(answer.at);
  const isFree = [...request.required].every((other) => other === name);
  const key = isFree ? matchKey(name, schema, read) : undefined;
  return key === undefined ? undefined : { schema, method, keys: new Map([[name, key]]), isBatched: false };
}

/** `sku` is `sku`; `stockId` and `stock` of a Stock are its `id`. */
function matchKey(name: string, schema: FlatSchema, read: ReadSchema): string | undefined {
  if (schema.name === undefined || schema.properties.size < 2) return undefined;
  const own = toCamelCase(schema.name.split('.').at(-1) ?? '');
  const keys = [name, ...['id', 'name'].filter((key) => name === own || name === toCamelCase(`${own} ${key}`))];
  return keys.find((key) => {
    const at = schema.properties.get(key);
    const type = at === undefined || read(at).items !== undefined ? undefined : leafType(read(at));
    return type === 'String' || type === 'Int' || type === 'BigInt';
  });
}

export function protoEntityDirectives({ method, keys, isBatched }: ProtoEntity): readonly DraftDirective[] {
  const [[sent, key] = ['', '']] = keys;
  const isSame = sent === key && !isBatched;
  const path = method.answer?.path ?? [];
  return [
    { name: 'key', args: { fields: key } },
    {
      name: 'grpc',
      args: {
        method: method.name,
        ...(isSame ? {} : { request: `{ ${quoteName(sent)}: this.${key} }` }),
        ...(path.length === 0 ? {} : { select: quotePath(path) }),
        ...(isBatched ? { batch: { max: 100, match: key } } : {}),
      },
    },
  ];
}
