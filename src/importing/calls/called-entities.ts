import type { DraftDirective } from '../draft.ts';
import { quoteName, quotePath } from '../json-path.ts';
import { readChoice } from '../json-schema/choice.ts';
import type { FlatSchema, ReadSchema } from '../json-schema/flat-schema.ts';
import { leafType } from '../json-schema/leaf-type.ts';
import type { Writing } from '../json-schema/writing.ts';
import { toCamelCase, toSingular } from '../words.ts';
import { type Call, isGet } from './call.ts';

/** A message that is fetched by a key: `BatchGetStock(skus)` gives Stocks, each with its `sku`; or `GetStock(sku)` one. */
export type CalledEntity = {
  readonly schema: FlatSchema;
  readonly call: Call;
  /** The request's field → the message's. */
  readonly keys: ReadonlyMap<string, string>;
  readonly isBatched: boolean;
};

/** By the message's key. What many can be fetched by at once comes before what gives one. */
export function findCalledEntities(calls: readonly Call[], read: ReadSchema): ReadonlyMap<string, CalledEntity> {
  const found = calls.filter(
    ({ kind, isGathered, parameters }) => kind === 'query' && !isGathered && parameters.length === 0,
  );
  const batches = found.flatMap((call) => readBatch(call, read) ?? []);
  const singles = found.flatMap((call) => readSingle(call, read) ?? []);
  const entities = new Map<string, CalledEntity>();
  for (const entity of [...batches, ...singles]) {
    if (!entities.has(entity.schema.key)) entities.set(entity.schema.key, entity);
  }
  return entities;
}

function readBatch(call: Call, read: ReadSchema): CalledEntity | undefined {
  const { request, answer } = call;
  const items = answer === undefined ? undefined : read(answer.at).items;
  if (items === undefined) return undefined;
  const schema = read(items);
  for (const [name, at] of request.properties) {
    const of = read(at).items;
    if (of === undefined || read(of).properties.size > 0) continue;
    const key = matchKey(toSingular(name), schema, read);
    const isFree = [...request.required].every((other) => other === name);
    if (key !== undefined && isFree) return { schema, call, keys: new Map([[name, key]]), isBatched: true };
  }
  return undefined;
}

function readSingle(call: Call, read: ReadSchema): CalledEntity | undefined {
  const { request, answer, words } = call;
  const [first] = request.properties;
  if (answer === undefined || answer.isList || first === undefined || !isGet(words)) return undefined;
  const [name] = first;
  const schema = read(answer.at);
  const isFree = [...request.required].every((other) => other === name);
  const key = isFree ? matchKey(name, schema, read) : undefined;
  return key === undefined ? undefined : { schema, call, keys: new Map([[name, key]]), isBatched: false };
}

/** `sku` is `sku`; `stockId` and `stock` of a Stock are its `id`. */
function matchKey(name: string, schema: FlatSchema, read: ReadSchema): string | undefined {
  const isChoice = schema.choices.length > 0 || readChoice(schema, read) !== undefined;
  if (schema.name === undefined || schema.properties.size < 2 || isChoice) return undefined;
  const own = toCamelCase(schema.name.split('.').at(-1) ?? '');
  const keys = [name, ...['id', 'name'].filter((key) => name === own || name === toCamelCase(`${own} ${key}`))];
  return keys.find((key) => {
    const at = schema.properties.get(key);
    const type = at === undefined || read(at).items !== undefined ? undefined : leafType(read(at));
    return type === 'String' || type === 'Int' || type === 'BigInt';
  });
}

/** `@key` and the call by which the entity is fetched. */
export function calledEntityDirectives(
  { call, keys, isBatched }: CalledEntity,
  { naming, read }: Writing,
): readonly DraftDirective[] {
  const [[sent, property] = ['', '']] = keys;
  const key = naming.toField(property).name;
  const list = call.request.properties.get(sent);
  const max = Math.min((list === undefined ? undefined : read(list).limits.maxItems) ?? 100, 1000);
  const isSame = sent === property && !isBatched;
  const path = call.answer?.path ?? [];
  return [
    { name: 'key', args: { fields: key } },
    {
      name: call.directive,
      args: {
        ...call.place,
        ...(isSame ? {} : { [call.expression]: `{ ${quoteName(sent)}: this.${key} }` }),
        ...(path.length === 0 ? {} : { select: quotePath(path) }),
        ...(isBatched ? { batch: { max, match: key } } : {}),
      },
    },
  ];
}
