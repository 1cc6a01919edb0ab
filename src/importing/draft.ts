/** What an argument of a directive may hold. */
export type DraftValue =
  | string
  | number
  | boolean
  | null
  | readonly DraftValue[]
  | { readonly [name: string]: DraftValue };

export type DraftDirective = { readonly name: string; readonly args: Readonly<Record<string, DraftValue>> };

/** An argument or an input field. `initial` is its default value as GraphQL text. */
export type DraftInput = {
  readonly name: string;
  readonly type: string;
  readonly description?: string | undefined;
  readonly initial?: string | undefined;
  readonly directives: readonly DraftDirective[];
};

/** A decision that is the reader's, printed as `# TODO` above what it is about. */
export type Todo = {
  readonly kind: 'pages' | 'name' | 'server' | 'json' | 'choice' | 'entity' | 'reply' | 'security';
  readonly text: string;
};

/** A field of an object type. */
export type DraftField = {
  readonly name: string;
  readonly type: string;
  readonly description?: string | undefined;
  readonly args: readonly DraftInput[];
  readonly directives: readonly DraftDirective[];
  readonly todos?: readonly Todo[] | undefined;
};

export type DraftEnumValue = {
  readonly name: string;
  readonly description?: string | undefined;
  readonly directives: readonly DraftDirective[];
};

type Named = {
  readonly name: string;
  readonly description?: string | undefined;
  readonly todos?: readonly Todo[] | undefined;
};

export type DraftObject = Named & {
  readonly kind: 'object';
  readonly interfaces?: readonly string[] | undefined;
  readonly directives: readonly DraftDirective[];
  readonly fields: readonly DraftField[];
};

export type DraftType =
  | DraftObject
  | (Named & { readonly kind: 'input'; readonly fields: readonly DraftInput[] })
  | (Named & { readonly kind: 'enum'; readonly values: readonly DraftEnumValue[] })
  | (Named & { readonly kind: 'interface'; readonly fields: readonly DraftField[] })
  | (Named & { readonly kind: 'union'; readonly members: readonly string[] })
  | (Named & { readonly kind: 'scalar' });

/** A subgraph schema before it is text. Types are printed in their order, empty root types not at all. */
export type Draft = {
  /** Comment lines at the top, without `#`. */
  readonly comments: readonly string[];
  /** Directives of `extend schema`. */
  readonly settings: readonly DraftDirective[];
  readonly types: readonly DraftType[];
};

/** `@map(from:)` where the name on the wire is another. */
export function mapFrom(from: string): DraftDirective {
  return { name: 'map', args: { from } };
}
