/**
 * How generated types write a field that takes arguments. There are no values of this type: it only tells `Selection`
 * and `Selected` what may be asked for and what comes of it.
 */
export type FieldWithArguments<Arguments, Value> = { readonly $args: Arguments; readonly $value: Value };

/** A generated object type. Without `__typename` a type is a scalar to us, whatever its shape. */
type ObjectValue = { readonly __typename: string };

type Item<Value> = Value extends readonly (infer Inner)[] ? Item<NonNullable<Inner>> : Value;

type SelectionOfValue<Value> = unknown extends Value
  ? true
  : Item<NonNullable<Value>> extends ObjectValue
    ? Selection<Item<NonNullable<Value>>>
    : true;

type SelectionOfField<Field> = [Field] extends [FieldWithArguments<infer Arguments, infer Value>]
  ? SelectionOfValue<Value> extends true
    ? object extends Arguments
      ? true | { readonly $args: Arguments }
      : { readonly $args: Arguments }
    : SelectionOfValue<Value> &
        (object extends Arguments ? { readonly $args?: Arguments } : { readonly $args: Arguments })
  : SelectionOfValue<Field>;

/**
 * What to fetch of a type: `true` for a scalar or enum, an object for an object. Arguments of a field stand under
 * `$args`, what only some types of an interface or union have under `$on: { Type: { … } }`.
 */
export type Selection<Type, Field extends PropertyKey = keyof Type> = {
  readonly [Name in Field]?: SelectionOfField<Type[Name & keyof Type]>;
} & {
  readonly $on?: OnTypes<Type>;
};

type OnTypes<Type> = [Type] extends [ObjectValue]
  ? { readonly [Name in Type['__typename']]?: Selection<Extract<Type, { readonly __typename: Name }>> }
  : never;

type KeysOf<Type> = Type extends unknown ? keyof Type : never;
type ValueAt<Type, Key> = Type extends unknown ? (Key extends keyof Type ? Type[Key] : never) : never;

/** `Given`, with a type error at each key that `Allowed` has not: a misspelt field is not fetched silently. */
export type Exactly<Allowed, Given> = {
  readonly [Key in keyof Given]: Key extends KeysOf<Allowed>
    ? Given[Key] extends object
      ? Key extends '$args'
        ? Given[Key]
        : Exactly<NonNullable<ValueAt<Allowed, Key>>, Given[Key]>
      : Given[Key]
    : never;
};

type ValueOfField<Field> = [Field] extends [FieldWithArguments<unknown, infer Value>] ? Value : Field;

type SelectedObject<Type, Asked> = {
  readonly [Field in keyof Asked & keyof Type]: Selected<ValueOfField<Type[Field]>, Asked[Field]>;
} & (Asked extends { readonly $on: infer On }
  ? Type extends { readonly __typename: infer Name extends keyof On }
    ? SelectedObject<Type, On[Name]>
    : unknown
  : unknown);

/** What comes of asking for a selection of a value: its type is decided by what was asked for. */
export type Selected<Value, Asked> = Value extends null | undefined
  ? Value
  : Value extends readonly (infer Inner)[]
    ? readonly Selected<Inner, Asked>[]
    : Value extends ObjectValue
      ? SelectedObject<Value, Asked>
      : Value;
