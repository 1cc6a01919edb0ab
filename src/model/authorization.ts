import type { FieldNode } from 'graphql';
import type { CheckedOperation } from './operation.ts';

/**
 * What of an operation a caller may see. `allowed` is what is planned and fetched (null: nothing of it);
 * `denied` holds the field nodes of the *original* operation that are answered null, with the reason for the error's message.
 */
export type AuthorizedOperation = {
  readonly allowed: CheckedOperation | null;
  readonly denied: ReadonlyMap<FieldNode, string>;
};
