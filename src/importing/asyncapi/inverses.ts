import type { Call } from '../calls/call.ts';
import type { DraftField } from '../draft.ts';
import { quoteName } from '../json-path.ts';
import type { ReadSchema } from '../json-schema/flat-schema.ts';
import { writeOutput } from '../json-schema/write-output.ts';
import type { Writing } from '../json-schema/writing.ts';
import { toCamelCase, toSingular } from '../words.ts';
import type { Located } from '../description.ts';

/**
 * A request by the keys of another subgraph's entity: `byOrder(orderIds)` gives shipments, each with the `orderId` that
 * `x-selvedge-entity: Order.id` says is an Order's key. It gives that entity a field.
 */
export type Inverse = {
  readonly call: Call;
  readonly items: Located;
  /** The request's list of keys, and the items' property. */
  readonly sent: string;
  readonly property: string;
  readonly entity: { readonly type: string; readonly key: string };
};

/** One for each entity: a type has one call. */
export function findInverses(calls: readonly Call[], read: ReadSchema): readonly Inverse[] {
  const found = calls.flatMap((call) => {
    const items = call.directive === 'request' && call.answer !== undefined ? read(call.answer.at).items : undefined;
    if (items === undefined) return [];
    return [...read(items).properties].flatMap(([property, at]): readonly Inverse[] => {
      const said = read(at).extensions['x-selvedge-entity'];
      const [, type, key] = typeof said === 'string' ? (/^(\w+)\.(\w+)$/.exec(said) ?? []) : [];
      const sent = [...call.request.properties.keys()].find((name) => toSingular(name) === property);
      if (type === undefined || key === undefined || sent === undefined) return [];
      return [{ call, items, sent, property, entity: { type, key } }];
    });
  });
  return [...Map.groupBy(found, ({ entity }) => entity.type).values()].flatMap(([first]) => first ?? []);
}

/** The entity with the field that each of these gives it, and the call. */
export function writeInverses(inverses: readonly Inverse[], writing: Writing): void {
  for (const { call, items, sent, property, entity } of inverses) {
    const { type } = writeOutput(items, '', writing);
    const name = toCamelCase(type);
    const key: DraftField = { name: entity.key, type: 'ID!', args: [], directives: [] };
    const way = (call.answer?.path ?? []).map(quoteName).join('.');
    const select = `${way}[].{ ${entity.key}: ${quoteName(property)}, ${name}: @ }`;
    writing.types.set(entity.type, {
      kind: 'object',
      name: entity.type,
      directives: [
        { name: 'key', args: { fields: entity.key } },
        {
          name: 'request',
          args: {
            ...call.place,
            payload: `{ ${quoteName(sent)}: this.${entity.key} }`,
            select,
            batch: {
              max: writing.read(call.request.properties.get(sent) ?? items).limits.maxItems ?? 100,
              match: entity.key,
            },
          },
        },
      ],
      fields: [key, { name, type, args: [], directives: [] }],
    });
  }
}
