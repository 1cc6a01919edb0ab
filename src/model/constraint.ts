/**
 * What `@constraint` asks of an argument or an input field. `minItems` and `maxItems` count a list's items; all other
 * rules hold for each item, or for the value itself. null is not held against any.
 */
export type Constraint = {
  readonly min?: number;
  readonly max?: number;
  /** Lengths are Unicode code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** RE2 syntax; it may match anywhere in the text. */
  readonly pattern?: string;
  /** A name of `CONSTRAINT_FORMATS`. */
  readonly format?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
};
