import type { SubscribeBinding } from '../../model/binding.ts';
import { type CallSite, readCall } from '../call-site.ts';
import { checkSelect } from '../check-answer.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const subscribeDirective: DirectiveDeclaration = {
  name: 'subscribe',
  sdl: /* GraphQL */ `
    """
    One event of the client for each message of the topic. \`orders.{id}.shipped\` holds an argument; \`*\` is one segment,
    \`>\` the rest.
    """
    directive @subscribe(
      topic: String!
      """
      JMESPath over the message: what of it is the value.
      """
      select: String
      """
      A further broker of the subgraph, named by @source.
      """
      source: String
    ) on FIELD_DEFINITION
  `,
};

export type SubscribeArguments = { readonly topic: string; readonly select?: string; readonly source?: string };

/** Undefined, and reported, where the call cannot be made of it. */
export function readSubscribe(site: CallSite, args: SubscribeArguments): SubscribeBinding | undefined {
  if (site.kind !== 'subscription') {
    site.fault(
      'BINDING_MISPLACED',
      'listens to a topic, which only a field of Subscription may do',
      'Move it to Subscription, or ask by @request.',
    );
    return undefined;
  }
  const call = readCall(site, args);
  checkSelect(site, args);
  const topic = site.topicTemplate(args.topic, { wildcards: true, isBatched: false });
  return topic === undefined ? undefined : { ...call, kind: 'subscribe', topic };
}
