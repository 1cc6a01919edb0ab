import type { BoundModel } from './bind-model.ts';
import { keyFields, namedType, type FieldModel, type GraphModel } from './graph-model.ts';
import { selectSent } from './sent-values.ts';
import type { World, WorldObject } from './world.ts';

type Json = Readonly<Record<string, unknown>>;

/** Answered in place of a single object or leaf that may be null. */
export const NOT_FOUND = Symbol('not found');

/** What a service of the model answers to a call at `subgraph/Type` or `subgraph/Type/field`. Throws where it fails. */
export function answerCall(model: GraphModel, bound: BoundModel, world: World) {
  return ({ place, body }: { readonly place: string; readonly body: Json }): unknown => {
    const [subgraph = '', typeName = '', fieldName] = place.split('/');
    const write = createWriter(subgraph, { model, bound, world });
    const toSource = (key: Json) => world.find({ __typename: typeName, ...key });
    const key = (body['key'] ?? {}) as Json;
    if (fieldName === undefined) {
      if (!bound.isBatched(subgraph, typeName)) return write.entity(toSource(key), true);
      return {
        items: toKeys(key)
          .map((one) => write.entity(toSource(one), true))
          .toReversed(),
      };
    }
    const found = world.findField(typeName, fieldName);
    if (found === undefined) throw new Error(`there is no ${typeName}.${fieldName}`);
    const { field } = found;
    const form = bound.formOf(subgraph, typeName, field);
    if (form.kind !== 'call') throw new Error(`${place} has no call of its own`);
    if (form.isBatched) {
      return {
        items: toKeys(key)
          .map((one) => ({ ...one, [fieldName]: write.held(toSource(one), field) }))
          .toReversed(),
      };
    }
    const source = model.types.get(typeName)?.kind === 'root' ? undefined : toSource(key);
    const args = (body['args'] ?? {}) as Json;
    const value =
      field.requires.length === 0
        ? world.resolve(source, typeName, fieldName, args)
        : world.compute(source, found, args, selectSent(body['required'] as Json, field.requires));
    const written = write.value(value, { isWhole: form.isWhole, provided: field.provides.get(subgraph) });
    if (form.isSelected) return { answer: { value: written } };
    return written === null && !/[[!]/.test(field.type) ? NOT_FOUND : written;
  };
}

/** A batch's lists as keys. */
function toKeys(lists: Json): readonly Json[] {
  const entries = Object.entries(lists) as [string, unknown[]][];
  return entries[0]![1].map((_, index) => Object.fromEntries(entries.map(([name, values]) => [name, values[index]])));
}

type Asked = { readonly model: GraphModel; readonly bound: BoundModel; readonly world: World };
type Extent = { readonly isWhole: boolean; readonly provided?: readonly string[] | undefined };

function createWriter(subgraph: string, { model, bound, world }: Asked) {
  function value(found: unknown, extent: Extent): unknown {
    if (Array.isArray(found)) return found.map((item) => value(item, extent));
    if (typeof found !== 'object' || found === null) return found;
    const object = found as WorldObject;
    return model.types.get(object.__typename)?.kind === 'entity'
      ? entity(object, extent.isWhole, extent.provided)
      : record(object, fieldsOf(object.__typename));
  }

  function entity(object: WorldObject, isWhole: boolean, provided: readonly string[] = []): Json {
    const type = model.types.get(object.__typename);
    if (type?.kind !== 'entity') throw new Error(`${object.__typename} is no entity`);
    const keys = (type.members.get(subgraph)?.keys ?? []).flatMap((key) => keyFields(type.name, key));
    const entries = keys.map(([name]) => [name, keyOf(object, name)] as const);
    const own = type.fields.filter((field) => field.owners.has(subgraph));
    const shown = own.filter((field) => isWhole || bound.isMentioned(subgraph, type.name, field));
    const brought = type.fields.filter(({ name }) => provided.includes(name));
    return { ...Object.fromEntries(entries), ...record(object, shown), ...plain(object, brought) };
  }

  const keyOf = (object: WorldObject, name: string) => {
    const found = world.keyValue(object, name);
    return name === 'info' ? { tag: world.keyValue(object, 'tag') } : found;
  };

  const fieldsOf = (typeName: string): readonly FieldModel[] => model.types.get(typeName)?.fields ?? [];

  /** The fields that stand in an answer around them. One that fails is what it can't be. */
  function record(object: WorldObject, fields: readonly FieldModel[]): Json {
    const out: Record<string, unknown> = { __typename: object.__typename };
    for (const field of fields) {
      const form = bound.formOf(subgraph, object.__typename, field);
      if (form.kind !== 'inline') continue;
      put(out, form.from ?? field.name, held(object, field));
    }
    return out;
  }

  const plain = (object: WorldObject, fields: readonly FieldModel[]): Json =>
    Object.fromEntries(fields.map((field) => [field.name, held(object, field, [])]));

  function held(object: WorldObject, field: FieldModel, provided = field.provides.get(subgraph)): unknown {
    let found: unknown;
    try {
      found = world.resolve(object, object.__typename, field.name, {});
    } catch {
      return model.types.has(namedType(field.type)) || field.type.startsWith('[') ? 7 : {};
    }
    return value(found, { isWhole: false, provided });
  }

  return { value, entity, held };
}

function put(out: Record<string, unknown>, from: string, held: unknown): void {
  const [first = '', second] = from.replaceAll('"', '').split('.');
  if (second === undefined) out[first] = held;
  else out[first] = { ...(out[first] as Json | undefined), [second]: held };
}
