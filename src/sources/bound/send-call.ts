import type { Binding } from '../../model/binding.ts';
import type { CallKind, CallPolicy, Protect } from '../../model/call.ts';
import type { ExpressionRoots } from '../../model/expression.ts';
import type { RequestContext } from '../../model/request-context.ts';
import type { SubgraphSchema } from '../../model/subgraph.ts';
import { type BindingClient, NOT_FOUND } from './binding-client.ts';
import { identityOf, identityOfPages } from './call-identity.ts';
import { createPagedCalls } from './paged-calls.ts';
import { evaluate } from './read-field.ts';

/** Makes one call of a binding, with its policies. Gives what `select` picks of the answer, or NOT_FOUND. */
export type SendCall = (roots: ExpressionRoots, context: RequestContext) => Promise<unknown>;

export type CallSettings = {
  readonly client: BindingClient;
  readonly protect: Protect;
  readonly kind: CallKind;
  readonly policy: CallPolicy;
  readonly subgraph: SubgraphSchema;
};

export function prepareCall(binding: Binding, { client, protect, kind, policy, subgraph }: CallSettings): SendCall {
  if (binding.kind === 'rest' && binding.paginate !== undefined && client.preparePage !== undefined) {
    const sendPage = protect(client.preparePage(binding), { kind, policy, identity: identityOfPages(binding) });
    return createPagedCalls(binding.paginate, { sendPage, select: binding.select, subgraph });
  }
  const isPublish = binding.kind === 'publish';
  const send = protect(client.prepare(binding), { kind, policy, isPublish, identity: identityOf(binding) });
  const { select } = binding;
  if (select === undefined) return send;
  return async (roots, context) => {
    const answer = await send(roots, context);
    return answer === NOT_FOUND ? answer : evaluate(select, answer);
  };
}
