import type { Binding } from '../../model/binding.ts';
import type { CallIdentity } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import { readVariable } from '../../subgraph/read-variable.ts';
import type { PageRequest } from './binding-client.ts';
import { readCallerNames } from '../../subgraph/binding-names.ts';

/** A binding's call is known by its coordinate, its arguments and parent, and what of the caller it reads. */
export function identityOf(binding: Binding): CallIdentity<ExpressionRoots> {
  const names = readCallerNames(binding);
  return {
    name: binding.coordinate,
    of: (roots) => ({
      args: roots.args,
      this: roots.this,
      ...Object.fromEntries(names.map((name) => [name, readVariable(roots, name)])),
    }),
  };
}

/** The same of a page, and which one it is. */
export function identityOfPages(binding: Binding): CallIdentity<PageRequest> {
  const { name, of } = identityOf(binding);
  return { name, of: ({ roots, query, path }) => ({ ...(of(roots) as object), query, path }) };
}
