import { OperationTypeNode } from 'graphql';
import type { Source } from '../model/source.ts';

/**
 * Empties the request's scope after each mutation a source was sent: whatever any source has read before may have
 * changed, and the rest of the request reads it anew.
 */
export function forgetAfterMutations(source: Source): Source {
  return {
    ...source,
    prepare: (fetch) => {
      const send = source.prepare(fetch);
      if (fetch.operationKind !== OperationTypeNode.MUTATION) return send;
      return (call, context) => send(call, context).finally(() => context.scope.clear());
    },
  };
}
