import { visit } from 'graphql';
import type { CheckedOperation } from '../model/operation.ts';

/** The first `__schema` or `__type` that an operation asks for, wherever it stands. `__typename` is no introspection. */
export function findIntrospection(
  operation: CheckedOperation,
):
  | { readonly name: string; readonly locations: readonly { readonly line: number; readonly column: number }[] }
  | undefined {
  let found: ReturnType<typeof findIntrospection>;
  visit(operation.document, {
    Field(field) {
      const name = field.name.value;
      if (found !== undefined || (name !== '__schema' && name !== '__type')) return;
      const token = field.loc?.startToken;
      found = { name, locations: token === undefined ? [] : [{ line: token.line, column: token.column }] };
    },
  });
  return found;
}
