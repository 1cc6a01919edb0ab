/** Why one subgraph is no way to a field. */
export type Obstacle =
  | { readonly kind: 'missing'; readonly source: string; readonly typeName: string; readonly fieldName: string }
  | { readonly kind: 'external'; readonly source: string; readonly typeName: string; readonly fieldName: string }
  | { readonly kind: 'requires'; readonly source: string; readonly typeName: string; readonly fieldName: string }
  | {
      readonly kind: 'no-key';
      readonly source: string;
      readonly target: string;
      readonly typeName: string;
      readonly fieldName: string;
    }
  | {
      readonly kind: 'key';
      readonly source: string;
      readonly target: string;
      readonly typeName: string;
      readonly key: string;
    }
  | { readonly kind: 'no-implementation'; readonly source: string; readonly typeName: string }
  | { readonly kind: 'other'; readonly source: string; readonly text: string };
