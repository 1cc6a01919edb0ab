import type { Exactly, Selected, Selection } from './selection.ts';

type Item<Value> = Value extends readonly (infer Inner)[] ? Item<NonNullable<Inner>> : Value;

/** A root field of a subgraph: `services.orders.Query.order({ id }, { placedOn: true })`. */
export type RootField<Arguments, Value> = [Item<NonNullable<Value>>] extends [{ readonly __typename: string }]
  ? <const Asked extends Selection<Item<NonNullable<Value>>>>(
      args: Arguments,
      selection: Asked & Exactly<Selection<Item<NonNullable<Value>>>, Asked>,
    ) => Promise<Selected<Value, Asked>>
  : (args: Arguments) => Promise<Value>;

/** A subscription of a subgraph: `for await (const order of services.orders.Subscription.placed({}, { id: true }))`. */
export type RootStream<Arguments, Value> = [Item<NonNullable<Value>>] extends [{ readonly __typename: string }]
  ? <const Asked extends Selection<Item<NonNullable<Value>>>>(
      args: Arguments,
      selection: Asked & Exactly<Selection<Item<NonNullable<Value>>>, Asked>,
    ) => AsyncIterable<Selected<Value, Asked>>
  : (args: Arguments) => AsyncIterable<Value>;

/**
 * An entity by its key: `services.accounts.User({ id }, { name: true })`, or null if there is no such entity.
 * Calls for the same selection are sent together, each key once a request.
 */
export type EntityByKey<Key, Type> = <const Asked extends Selection<Type>>(
  key: Key,
  selection: Asked & Exactly<Selection<Type>, Asked>,
) => Promise<Selected<Type, Asked> | null>;
