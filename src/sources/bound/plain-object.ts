/**
 * An object without Object's prototype, so that a response key may be called `__proto__` or `constructor`. Made by a
 * constructor it has a shape that V8 knows: `Object.create(null)` makes a hash table, which is twice as dear to fill and
 * to print.
 */
export function createPlainObject(): Record<string, unknown> {
  return new PlainObject() as Record<string, unknown>;
}

const PlainObject = function PlainObject() {} as unknown as new () => object;
PlainObject.prototype = Object.freeze(Object.create(null));

/** For what has no fields, as the arguments of an entity's call. */
export const EMPTY_OBJECT: Readonly<Record<string, unknown>> = Object.freeze(createPlainObject());
