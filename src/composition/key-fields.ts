import { Kind } from 'graphql';
import { stringArgument } from './federated-subgraph.ts';
import type { FieldInSubgraph } from './federated-subgraph.ts';
import { parseFieldSet } from './field-set.ts';

/** Whether a field stands at the top of a key of its type, in its subgraph. */
export function isKeyField({ subgraph, type, field }: FieldInSubgraph): boolean {
  return subgraph.directives(type, 'key').some((key) => {
    const [fragment] = parseFieldSet(type.name, stringArgument(key, 'fields') ?? '')?.definitions ?? [];
    if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return false;
    return fragment.selectionSet.selections.some(
      (selection) => selection.kind === Kind.FIELD && selection.name.value === field.name.value,
    );
  });
}
