/** The values an expression or template can name. In answers only `answer` is set; in requests the others. */
export type ExpressionRoots = {
  /** The service's answer: the whole input of a `select` or `@map` expression. */
  readonly answer?: unknown;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  /** The parent object, or the entity's representation. */
  readonly this?: Readonly<Record<string, unknown>> | undefined;
  /** Of a batched call: the fields that its answers are matched by, of each key one object. */
  readonly keys?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
};

/** A compiled JMESPath expression. Simple paths are compiled to property reads. */
export type Expression = {
  readonly text: string;
  /**
   * Evaluates against the whole value: an answer (`select`, `@map`), or `{ args, this, claims, headers }`.
   * What is not there is null. Throws an Error when a function is given a value of a type it does not take.
   */
  readonly evaluate: (input: unknown) => unknown;
};

/** A compiled RFC 6570 URI template, or a topic template. */
export type Template = {
  readonly text: string;
  /** Variable names in order, e.g. `sku`, `claims.sub`. */
  readonly variables: readonly string[];
  /**
   * Expands with every value encoded. Throws GatewayError BAD_USER_INPUT for values that may not stand there.
   * A header's template gives "" when one of its values is missing: that header is left out.
   */
  readonly expand: (read: (variable: string) => unknown) => string;
};
