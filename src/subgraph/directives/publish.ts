import type { PublishBinding } from '../../model/binding.ts';
import { type CallSite, readCall } from '../call-site.ts';
import { checkEvent } from '../check-event.ts';
import type { DirectiveDeclaration } from './declaration.ts';

export const publishDirective: DirectiveDeclaration = {
  name: 'publish',
  sdl: /* GraphQL */ `
    """
    Sends an event, and answers when the broker has acknowledged it; an error if it has not. A Boolean field is then true; an
    object's fields are read from the message that was sent.
    """
    directive @publish(
      topic: String!
      """
      JMESPath over { args, claims, headers }: the message. Without it, the arguments by name.
      """
      payload: String
      """
      JMESPath over { args, claims, headers }: the key by which brokers that partition keep messages in order.
      """
      key: String
      """
      A further broker of the subgraph, named by @source.
      """
      source: String
    ) on FIELD_DEFINITION
  `,
};

export type PublishArguments = {
  readonly topic: string;
  readonly payload?: string;
  readonly key?: string;
  readonly source?: string;
};

/** Undefined, and reported, where the call cannot be made of it. */
export function readPublish(site: CallSite, args: PublishArguments): PublishBinding | undefined {
  if (site.kind !== 'mutation') {
    site.fault(
      'BINDING_MISPLACED',
      'sends an event, which only a field of Mutation may do',
      'Move it to Mutation, or ask by @request.',
    );
    return undefined;
  }
  const call = readCall(site, args);
  const topic = site.topicTemplate(args.topic, { wildcards: false, isBatched: false });
  const payload = args.payload === undefined ? undefined : site.requestExpression('payload', args.payload);
  const key = args.key === undefined ? undefined : site.requestExpression('key', args.key);
  checkEvent(site, args.payload, payload);
  if (topic === undefined) return undefined;
  return { ...call, kind: 'publish', topic, payload: payload?.expression, key: key?.expression };
}
