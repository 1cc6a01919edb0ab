import jmespath from 'jmespath';

// @types/jmespath knows `search` alone.
const { strictDeepEqual } = jmespath as unknown as {
  readonly strictDeepEqual: (left: unknown, right: unknown) => boolean;
};

/** A part of an expression as a function of the value it stands on. Gives null for what is not there. */
export type Evaluate = (value: unknown) => unknown;

/** An object's own property, else null: a name out of a schema never reaches a prototype. */
export function readOwn(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JMESPath's falsehood: null, false, and what is empty (not 0). */
export function isFalseLike(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** The comparison of this operator (the library's token names). Only numbers have an order; otherwise it gives null. */
export function compareValues(operator: string): (left: unknown, right: unknown) => boolean | null {
  if (operator === 'EQ') return strictDeepEqual;
  if (operator === 'NE') return (left, right) => !strictDeepEqual(left, right);
  const holds = orders[operator];
  if (holds === undefined) throw new Error(`"${operator}" is not a comparison`);
  return (left, right) => (typeof left === 'number' && typeof right === 'number' ? holds(left, right) : null);
}

const orders: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  GT: (left, right) => left > right,
  GTE: (left, right) => left >= right,
  LT: (left, right) => left < right,
  LTE: (left, right) => left <= right,
};
